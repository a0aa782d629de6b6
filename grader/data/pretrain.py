"""Pre-trains the backbone that week 3 ships: `python -m grader.data.pretrain`.

MobileNetV2 (alpha 0.35, 96 px) learns to tell the drawn classes of `grader.data.pretraining` apart; its weights without
the top are saved as a Keras weights file for the plain `keras.applications` model, with a JSON of how they came about.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import os
import platform
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.data.backbone import DESCRIPTION_NAME, WEIGHTS_NAME, backbone_folder
from grader.data.pretraining import KINDS, SIDE, draw_picture
from grader.data.sources import child_generator

_LOG = logging.getLogger(__name__)
_PAD = 8
_SEED = b"cnn-grader pre-training images, first edition"

Pictures = NDArray[np.uint8]
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Recipe:
    """How the backbone is trained.

    Attributes:
        seed: Of initial weights, order and augmentation.
        epochs: Passes over the training pictures.
        per_class: Training pictures of each class.
        unseen: Validation pictures of each class.
        batch: Pictures in a batch.
        rate: Highest learning rate, reached after a tenth of the steps and left along a cosine.
        momentum: Of BatchNormalization's moving statistics; Keras' .999 is too slow for so few steps.
        threads: Of TensorFlow.
    """

    seed: int = 1
    epochs: int = 24
    per_class: int = 200
    unseen: int = 30
    batch: int = 64
    rate: float = 3e-3
    momentum: float = 0.9
    threads: int = 2


def drawn(split: str, per_class: int) -> tuple[Pictures, Labels]:
    """Draw the pictures of one split.

    Returns:
        Pictures of shape (n, 96, 96, 3) in 0–255 and class numbers of shape (n,); classes take turns.
    """
    orders = [(split, label, number) for number in range(per_class) for label in range(len(KINDS))]
    # Spawned, because TensorFlow must not be forked.
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as workers:
        pictures = np.stack(list(workers.map(_draw, orders, chunksize=50)))
    return pictures, np.array([label for _, label, _ in orders])


def augmented(pictures: Pictures, rng: np.random.Generator) -> NDArray[np.float32]:
    """Flip, shift by up to 8 pixels and brighten or darken each picture of a batch, and scale it to −1..1."""
    flipped = np.where(rng.random(len(pictures))[:, None, None, None] < 0.5, pictures[:, :, ::-1], pictures)
    padded = np.pad(flipped, ((0, 0), (_PAD, _PAD), (_PAD, _PAD), (0, 0)), mode="reflect")
    corners = rng.integers(0, 2 * _PAD + 1, (len(pictures), 2))
    shifted = np.stack([one[y : y + SIDE, x : x + SIDE] for one, (y, x) in zip(padded, corners, strict=True)])
    gain = rng.uniform(0.75, 1.25, (len(pictures), 1, 1, 1)).astype(np.float32)
    return scaled(np.clip(shifted * gain, 0, 255))


def scaled(pictures: NDArray[Any]) -> NDArray[np.float32]:
    """Return 0–255 as −1..1, as `keras.applications.mobilenet_v2.preprocess_input` does."""
    return (np.asarray(pictures, np.float32) / np.float32(127.5) - np.float32(1)).astype(np.float32)


def batches(pictures: Pictures, labels: Labels, recipe: Recipe) -> Iterator[tuple[NDArray[np.float32], Labels]]:
    """Yield augmented training batches without end, shuffled anew in each epoch."""
    rng = np.random.default_rng(recipe.seed)
    while True:
        order = rng.permutation(len(pictures))
        for start in range(0, len(order) - recipe.batch + 1, recipe.batch):
            chosen = order[start : start + recipe.batch]
            yield augmented(pictures[chosen], rng), labels[chosen]


def pretrain(recipe: Recipe, folder: Path) -> dict[str, Any]:
    """Draw, train, and write weights and their description into `folder`.

    Returns:
        The description: digest, recipe, classes, accuracies, versions of libraries.
    """
    start = time.monotonic()
    x, y = drawn("train", recipe.per_class)
    unseen_x, unseen_y = drawn("validation", recipe.unseen)
    _LOG.info("drew %d pictures of %d classes in %.0f s", len(x) + len(unseen_x), len(KINDS), time.monotonic() - start)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(recipe.threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    tf.config.experimental.enable_op_determinism()
    keras.utils.set_random_seed(recipe.seed)
    backbone = keras.applications.MobileNetV2(input_shape=(SIDE, SIDE, 3), alpha=0.35, include_top=False, weights=None)
    for layer in backbone.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = recipe.momentum
    pooled = keras.layers.GlobalAveragePooling2D()(backbone.output)
    outputs = keras.layers.Dense(len(KINDS), activation="softmax")(keras.layers.Dropout(0.2)(pooled))
    model = keras.Model(backbone.input, outputs)
    steps = len(x) // recipe.batch
    warm_up = recipe.epochs * steps // 10
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0, recipe.epochs * steps - warm_up, warmup_target=recipe.rate, warmup_steps=max(1, warm_up)
    )
    model.compile(keras.optimizers.Adam(schedule), "sparse_categorical_crossentropy", metrics=["accuracy"])
    start = time.monotonic()
    history = model.fit(
        batches(x, y, recipe),
        steps_per_epoch=steps,
        epochs=recipe.epochs,
        validation_data=(scaled(unseen_x), unseen_y),
        validation_batch_size=100,
        verbose=2,
    ).history
    seconds = time.monotonic() - start
    folder.mkdir(parents=True, exist_ok=True)
    weights = folder / WEIGHTS_NAME
    backbone.save_weights(weights)
    description = {
        "weights": WEIGHTS_NAME,
        "sha256": hashlib.sha256(weights.read_bytes()).hexdigest(),
        "model": "keras.applications.MobileNetV2(input_shape=(96, 96, 3), alpha=0.35, include_top=False, weights=None)",
        "input_range": [-1, 1],
        "recipe": asdict(recipe),
        "classes": list(KINDS),
        "accuracy": round(float(history["accuracy"][-1]), 4),
        "validation_accuracy": round(float(history["val_accuracy"][-1]), 4),
        "training_seconds": round(seconds),
        "versions": {
            "python": platform.python_version(),
            "tensorflow": tf.__version__,
            "keras": keras.__version__,
            "numpy": np.__version__,
        },
    }
    weights.with_name(DESCRIPTION_NAME).write_text(json.dumps(description, indent=1) + "\n", encoding="utf-8")
    return description


def main() -> None:
    """Serve the command line."""
    default = Recipe()
    parser = argparse.ArgumentParser(prog="python -m grader.data.pretrain", description="Pre-train the backbone.")
    parser.add_argument("--out", type=Path, help="folder for the weights; by default that of week 3")
    parser.add_argument("--epochs", type=int, default=default.epochs)
    parser.add_argument("--per-class", type=int, default=default.per_class, help="training pictures of each class")
    parser.add_argument("--seed", type=int, default=default.seed)
    parser.add_argument("--threads", type=int, default=default.threads)
    chosen = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    recipe = Recipe(chosen.seed, chosen.epochs, chosen.per_class, threads=chosen.threads)
    found = pretrain(recipe, chosen.out or backbone_folder())
    _LOG.info("validation accuracy %.3f over %d classes", found["validation_accuracy"], len(KINDS))


def _draw(order: tuple[str, int, int]) -> Pictures:
    split, label, number = order
    kind = KINDS[label]
    return np.asarray(draw_picture(kind, child_generator(_SEED, split, kind, number)))


if __name__ == "__main__":
    main()
