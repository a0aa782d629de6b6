"""Tests of the pre-trained backbone that week 3 ships."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.data.backbone import DESCRIPTION_NAME, WEIGHTS_NAME, backbone_folder, backbone_weights_file
from grader.data.horses import KINDS, draw_picture
from grader.errors import GraderFault

keras = pytest.importorskip("keras")


def plain_model() -> Any:
    """The model that the weights belong to, as a student builds it."""
    keras.utils.set_random_seed(3)
    return keras.applications.MobileNetV2(input_shape=(96, 96, 3), alpha=0.35, include_top=False, weights=None)


@pytest.fixture(scope="module")
def random_model():
    return plain_model()


@pytest.fixture(scope="module")
def loaded_model():
    model = plain_model()
    model.load_weights(backbone_weights_file())
    return model


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A folder with a copy of the shipped files."""
    folder = tmp_path / "weights"
    shutil.copytree(backbone_folder(), folder)
    return folder


def test_weights_fit_the_plain_model(loaded_model, random_model):
    """`load_weights` accepts the file, all values are finite, and every kernel differs from a random one."""
    pairs = list(zip(loaded_model.weights, random_model.weights, strict=True))

    assert loaded_model.count_params() == 410_208
    assert all(np.isfinite(loaded.numpy()).all() for loaded, _ in pairs)
    assert all(not np.array_equal(loaded.numpy(), other.numpy()) for loaded, other in pairs if "kernel" in loaded.path)


def test_weights_are_small_enough_to_ship():
    """About two megabytes, with the description beside them."""
    assert backbone_weights_file() == backbone_folder() / WEIGHTS_NAME
    assert backbone_weights_file().stat().st_size < 3_000_000


def test_description_says_how_the_weights_came_about():
    """Recipe, classes, accuracy and versions are told, and no class of week 3 was shown."""
    told = json.loads((backbone_folder() / DESCRIPTION_NAME).read_text("utf-8"))

    assert set(told) >= {"sha256", "recipe", "classes", "validation_accuracy", "versions", "model", "input_range"}
    assert not set(told["classes"]) & set(KINDS)
    assert told["validation_accuracy"] > 0.5


@pytest.mark.parametrize("damage", ["flipped", "cut", "empty"])
def test_damaged_weights_are_our_fault(copied, damage):
    """Weights that do not match their digest are refused, with the command that mends it."""
    data = bytearray((copied / WEIGHTS_NAME).read_bytes())
    if damage == "flipped":
        data[len(data) // 2] ^= 1
    (copied / WEIGHTS_NAME).write_bytes({"flipped": data, "cut": data[:-1], "empty": b""}[damage])

    with pytest.raises(GraderFault, match=r"are damaged: .*python -m grader\.data\.pretrain"):
        backbone_weights_file(copied)


@pytest.mark.parametrize("name", [WEIGHTS_NAME, DESCRIPTION_NAME])
def test_missing_file_is_our_fault(copied, name):
    """A missing file is a fault of the installation."""
    (copied / name).unlink()

    with pytest.raises(GraderFault, match=r"cannot be read .* Install the grader again\."):
        backbone_weights_file(copied)


@pytest.mark.parametrize("text", ["", "[]", "{}", "null"])
def test_unreadable_description_is_our_fault(copied, text):
    """A description without a digest is a fault of the installation."""
    (copied / DESCRIPTION_NAME).write_text(text)

    with pytest.raises(GraderFault, match="cannot be read"):
        backbone_weights_file(copied)


def features(model: Any, pictures: np.ndarray) -> np.ndarray:
    found = np.asarray(model.predict(pictures, batch_size=40, verbose=0)).mean((1, 2))
    return (found - found.mean(0)) / (found.std(0) + 1e-6)


def logistic_accuracy(x: np.ndarray, y: np.ndarray, unseen: np.ndarray, unseen_y: np.ndarray) -> float:
    """Fit a logistic regression by plain gradient descent with some weight decay."""
    weights = np.zeros(x.shape[1])
    for _ in range(300):
        guessed = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        weights -= 0.02 * (x.T @ (guessed - y) / len(y) + 0.02 * weights)
    return float(((unseen @ weights > 0) == unseen_y).mean())


def test_features_separate_what_the_backbone_never_saw(loaded_model, random_model):
    """On 60 pictures of horses and humans its features suffice, those of random weights do not."""
    count, cut = 140, 60
    pictures = np.stack(
        [
            np.asarray(draw_picture(KINDS[number % 2], np.random.default_rng([9, number])).resize((96, 96)), np.float32)
            for number in range(count)
        ]
    )
    labels = np.arange(count) % 2
    accuracy = {}
    for name, model in (("loaded", loaded_model), ("random", random_model)):
        x = features(model, pictures / 127.5 - 1)
        accuracy[name] = logistic_accuracy(x[:cut], labels[:cut], x[cut:], labels[cut:])

    assert accuracy["loaded"] >= 0.9
    assert accuracy["loaded"] > accuracy["random"] + 0.1
