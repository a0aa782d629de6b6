"""Augmentation models as seen from outside: what they do to probe pictures, draw by draw."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import pytest
from keras import layers

from grader.checks import augmentation, changes
from grader.checks.changes import Changes, changes_of
from grader.checks.finding import CheckFailed

SIZE = 64


def seen(*parts: Any, rounds: int = 2) -> Changes:
    """What a model of these layers does."""
    return changes_of(keras.Sequential([keras.Input((SIZE, SIZE, 3)), *parts]), SIZE, 3, seed=5, rounds=rounds)


def judge(changes: Changes) -> None:
    """Every check, in the order of the exercise."""
    augmentation.assert_shape_kept(changes, SIZE, 3)
    augmentation.assert_changes_in_training(changes)
    augmentation.assert_unchanged_at_inference(changes)
    augmentation.assert_range_kept(changes)
    augmentation.assert_several_kinds(changes, 2)
    augmentation.assert_content_kept(changes)
    augmentation.assert_sane_strength(changes)


GOOD: dict[str, Callable[[], list[Any]]] = {
    "flip, turn, zoom": lambda: [layers.RandomFlip("horizontal"), layers.RandomRotation(0.2), layers.RandomZoom(0.2)],
    "filled with black": lambda: [
        layers.RandomRotation(0.2, fill_mode="constant"),
        layers.RandomTranslation(0.2, 0.2, fill_mode="constant"),
    ],
    "upside down is advice": lambda: [layers.RandomFlip(), layers.RandomRotation(0.2)],
    "light alone": lambda: [layers.RandomContrast(0.5), layers.RandomBrightness(0.3)],
    "crop and back": lambda: [layers.RandomFlip(), layers.RandomCrop(56, 56), layers.Resizing(SIZE, SIZE)],
    "parts erased": lambda: [layers.RandomFlip("horizontal"), layers.RandomErasing()],
    "a layer that does many things": lambda: [
        layers.RandomColorJitter((0, 255), 0.2, 0.2, 0.2, 0.1),
    ],
    "in a pipeline layer": lambda: [
        layers.Pipeline([layers.RandomFlip("horizontal"), layers.RandomShear(0.2, 0.2)]),
    ],
    "with seeds": lambda: [layers.RandomFlip("horizontal", seed=1), layers.RandomZoom(0.3, seed=1)],
}


@pytest.mark.parametrize("parts", GOOD.values(), ids=GOOD)
def test_what_labs_use_passes(parts: Callable[[], list[Any]]) -> None:
    """Every usual layer at a usual strength, however it fills what it uncovers."""
    judge(seen(*parts()))


Bad = tuple[Callable[[], list[Any]], str]
BAD: dict[str, Bad] = {
    "cropped": (lambda: [layers.RandomCrop(48, 48)], r"Pictures of shape \(64, 64, 3\) come out with shape \(48, 48, 3\)\."),
    "idle": (lambda: [layers.RandomRotation(0.0), layers.RandomZoom(0.0)], "In training pictures come out as they went in."),
    "always at work": (
        lambda: [layers.RandomFlip(), layers.CenterCrop(40, 40), layers.Resizing(SIZE, SIZE)],
        "Pictures are changed outside of training, too.",
    ),
    "rescaled": (
        lambda: [layers.Rescaling(1 / 255), layers.RandomFlip(), layers.RandomRotation(0.1)],
        r"come out with values from 0(\.\d+)? to (1|0\.\d+) \(values are multiplied by 0.0039\)",
    ),
    "wrong range": (
        lambda: [layers.RandomFlip(), layers.RandomBrightness(0.2, value_range=(0, 1))],
        "come out with values from [01] to 1",
    ),
    "one kind": (
        lambda: [layers.RandomFlip("horizontal"), layers.RandomFlip("vertical")],
        "Layers that noticeably change pictures: RandomFlip.",
    ),
    "shifted away": (
        lambda: [layers.RandomFlip(), layers.RandomTranslation(0.9, 0.9, fill_mode="constant")],
        "of the variants most of the picture is gone",
    ),
    "zoomed in": (lambda: [layers.RandomFlip(), layers.RandomZoom((-0.9, -0.8))], "most of the picture is gone"),
    "any way up": (lambda: [layers.RandomFlip("horizontal"), layers.RandomRotation(1.0)], "turned far beyond a quarter turn"),
}  # fmt: skip


@pytest.mark.parametrize(("parts", "says"), BAD.values(), ids=BAD)
def test_each_fault_is_named(parts: Callable[[], list[Any]], says: str) -> None:
    """The first check that fails names the cause."""
    with pytest.raises(CheckFailed, match=says):
        judge(seen(*parts()))


def test_a_rescaling_inside_costs_the_range_alone() -> None:
    """It must not look like lost content or missing contrast, too."""
    changes = seen(layers.Rescaling(1 / 255), layers.RandomFlip("horizontal"), layers.RandomZoom(0.2))
    for check in (augmentation.assert_content_kept, augmentation.assert_sane_strength):
        check(changes)
    with pytest.raises(CheckFailed):
        augmentation.assert_range_kept(changes)


def test_what_cannot_be_read_fails_nobody() -> None:
    """Layers that fold or mix pictures defeat the ramps: strength is then not judged."""
    changes = seen(layers.RandAugment((0, 255)), rounds=1)
    augmentation.assert_content_kept(changes)
    augmentation.assert_sane_strength(changes)


def test_a_draw_can_be_repeated_and_read() -> None:
    """One state of the generators gives one result; a known zoom is read off the ramps."""
    changes = seen(layers.RandomZoom((-0.5, -0.5)), rounds=1)
    assert changes.paired
    assert all(abs(draw.size - 2.0) < 0.1 for draw in changes.draws)
    assert all(abs(draw.turn) < 2 and draw.likeness > 0.95 for draw in changes.draws)


def test_noise_without_bounds_is_judged_by_what_is_usual() -> None:
    """A few pixels of three million go far; more of it is told as what it is."""

    class Noise(layers.Layer):  # type: ignore[misc]  # Keras has no types, and its own noise no more than 1
        def __init__(self, size: float) -> None:
            super().__init__()
            self.size = size

        def call(self, x: Any, training: bool = False) -> Any:
            return x + self.size * keras.random.normal(keras.ops.shape(x)) if training else x

    augmentation.assert_range_kept(seen(Noise(12)))
    with pytest.raises(CheckFailed) as caught:
        augmentation.assert_range_kept(seen(Noise(60)))
    assert "less" in caught.value.hint


def test_values_that_are_no_numbers_are_a_finding() -> None:
    """A root of noise that went below zero."""
    model = [layers.RandomBrightness(0.5, value_range=(-255, 255)), layers.Lambda(lambda x: 255 * (x / 255) ** 0.8)]
    with pytest.raises(CheckFailed):
        augmentation.assert_range_kept(seen(*model))


def test_a_fault_of_ours_is_not_told_as_the_students(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what the model itself raises is a finding; an error in the measuring stays one of the grader's."""

    def broken(*_: Any) -> None:
        raise IndexError

    monkeypatch.setattr(changes, "_draw", broken)
    with pytest.raises(IndexError):
        seen(layers.RandomFlip())
