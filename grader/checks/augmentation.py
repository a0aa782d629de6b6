"""Whether an augmentation model varies pictures as it should: noticeably, within reason, and in training alone."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.checks.changes import NOTICEABLE, Changes, Draw
from grader.checks.finding import CheckFailed

OFTEN = 0.25
"""Share of draws that must change the picture. A flip alone changes half of them: 0.29 to 0.71 of 64 in 99.9 %."""
STILL = 8.0
"""Mean change at inference, of 255, up to which pictures count as left alone; resampling once costs 1 to 4."""
LOST_DRAWS = 0.15
"""Share of draws that may go too far. Of 192 draws of each of 15 augmentations from the labs and beyond none did; a shift of
.9 loses half of them, a brightness of 1 a quarter, a zoom into a fifth all."""
VISIBLE = 0.3
"""Part of the middle that must be left. Shifts, turns, zooms of .2 together keep .88 in 99 %, a zoom of .5 keeps .56."""
SMALLEST, LARGEST = 0.4, 3.0
"""Apparent size. A zoom of .2 gives .83 to 1.25, one of .5 .67 to 2.0."""
FLATTEST = 0.25
"""Contrast left. RandomContrast(.5) and RandomBrightness(.3) keep .95 in 99 %."""
LIKE = 0.3
"""Correlation with the source after undoing the geometry. Colour jitter keeps .74, erasing .61 in nine of ten."""
UPSIDE = (100.0, 170.0)
"""Degrees of turn that neither a quarter turn and a little more nor a vertical flip explains."""
TURNED_DRAWS = 0.2
"""Share of such turns. RandomRotation(.2) has none, (.5) 39 %; with vertical flips (.2) has 40 % ..."""
SIDEWAYS = 75.0
SIDEWAYS_DRAWS = 0.06
"""... but no turns by a right angle, give or take 15 degrees, of which (.5) has 17 %. Both must be exceeded."""
OPAQUE = frozenset(("AugMix", "RandAugment"))
WHY = "An augmented picture should be one that could have been taken, too: changed, and still plainly the same pet."


def assert_shape_kept(changes: Changes, size: int, channels: int) -> None:
    """Pictures come out with the height, width and channels with which they went in.

    Raises:
        CheckFailed: another shape.
    """
    if changes.shape != (size, size, channels):
        raise CheckFailed(
            f"Pictures of shape ({size}, {size}, {channels}) come out with shape {changes.shape}.",
            expected="The same shape: whatever follows is made for it.",
            why="The network behind takes one shape, in training and afterwards.",
            hint="After a crop, bring pictures back to their size with `Resizing`.",
        )


def assert_changes_in_training(changes: Changes) -> None:
    """In training mode pictures come out changed, most of the time and noticeably.

    Raises:
        CheckFailed: they stay as they are.
    """
    share = float(np.mean([draw.change > NOTICEABLE for draw in changes.draws])) if changes.draws else 1.0
    if share < OFTEN:
        raise CheckFailed(
            "In training pictures come out as they went in." if not share else
            f"In training only {share:.0%} of the pictures come out noticeably changed.",
            expected="A new variant of each picture in every epoch.",
            why="Without variants the network sees the same few pictures again and again, and learns them by heart.",
            hint="Use layers such as `RandomFlip`, `RandomRotation`, `RandomZoom` with factors well above 0.",
        )  # fmt: skip


def assert_training_augmented(augments: bool) -> None:
    """Pictures of the training side change from pass to pass.

    Args:
        augments: whether they do.

    Raises:
        CheckFailed: they come out the same each time.
    """
    if not augments:
        raise CheckFailed(
            "In every epoch the training pictures are exactly the same.",
            expected="Training pictures that are turned, moved, zoomed or mirrored at random, others in each epoch.",
            why="A network that sees the same few pictures again and again learns them by heart.",
            hint="`ImageDataGenerator(rescale=1/255, rotation_range=40, horizontal_flip=True, ...)` for the training side.",
        )


def assert_unchanged_at_inference(changes: Changes) -> None:
    """At inference pictures pass through unchanged. A rescaling inside is judged by `assert_range_kept`.

    Raises:
        CheckFailed: they change, or differ from call to call.
    """
    if changes.inference_varies or changes.inference_change > STILL:
        raise CheckFailed(
            "Pictures are changed outside of training, too.",
            expected="With `training=False` a picture comes out as it went in.",
            why="Augmentation is practice, and belongs to training alone: afterwards the network is asked about real pictures.",
            hint="Keras' random layers know by themselves when they train: do not call them with `training=True`. Functions such as "
            "`tf.image.random_flip_left_right` do not know: use the layers.",
        )


def assert_range_kept(changes: Changes) -> None:
    """Values from 0 to 255 stay values from 0 to 255: nothing is rescaled inside.

    Raises:
        CheckFailed: another range comes out.
    """
    rescaled = not 0.9 < changes.slope < 1.1 or abs(changes.offset) > 15
    beyond = changes.lowest < -40 or changes.highest > 295
    if not (np.isfinite(changes.lowest) and np.isfinite(changes.highest)) or rescaled or beyond or changes.highest < 60:
        scale = f" (values are multiplied by {changes.slope:.2g})" if rescaled else ""
        seen = f"Pictures with values from 0 to 255 come out with values from {changes.lowest:.3g} to {changes.highest:.3g}{scale}."
        expected = "Values from 0 to 255, as they came."
        if beyond and not rescaled:
            raise CheckFailed(
                seen, expected=expected, why="No photo has such values, so the network practises what it will never meet.",
                hint="Change brightness, contrast or noise less, or cut off below 0 and above 255.",
            )  # fmt: skip
        raise CheckFailed(
            seen,
            expected=expected,
            why="The model rescales once, after the augmentation; doing it here as well makes every picture black.",
            hint="Leave `Rescaling` to `create_model`. Layers that take a `value_range`, such as `RandomBrightness`, need (0, 255).",
        )


def assert_several_kinds(changes: Changes, at_least: int) -> None:
    """At least `at_least` different kinds of change, each of which is noticeable when it works alone.

    Raises:
        CheckFailed: fewer.
    """
    if changes.count_of_kinds < at_least:
        kinds = sorted(set(changes.kinds))
        raise CheckFailed(
            f"Layers that noticeably change pictures: {', '.join(kinds) if kinds else 'none'}.",
            expected=f"At least {at_least} different kinds of change.",
            why="A pet is the same pet mirrored, tilted, nearer or farther, in other light: each kind teaches one of these.",
            hint="Put a second layer beside the first, such as `RandomRotation`, `RandomZoom` or `RandomContrast`.",
        )


def assert_content_kept(changes: Changes) -> None:
    """What the picture shows stays in sight.

    Raises:
        CheckFailed: in too many draws most of the middle is gone.
    """
    if not _judgeable(changes):
        return
    lost = _share(changes, lambda draw: draw.visible < VISIBLE)
    if lost > LOST_DRAWS:
        raise CheckFailed(
            f"In {lost:.0%} of the variants most of the picture is gone.",
            expected="The pet stays in sight in nearly every variant.",
            why="A picture without its pet still carries the label “cat”: the network then learns that an empty wall is one.",
            hint="Factors of `RandomTranslation` and `RandomZoom` are fractions of the picture, not pixels: 0.1 is a tenth.",
        )


def assert_sane_strength(changes: Changes) -> None:
    """Turned by no more than about a quarter, neither tiny nor huge, neither washed out nor beyond recognition.

    Raises:
        CheckFailed: in too many draws one of these goes too far; the message says which.
    """
    if not _judgeable(changes):
        return
    turned = _share(changes, lambda draw: UPSIDE[0] < abs(draw.turn) < UPSIDE[1])
    sideways = _share(changes, lambda draw: abs((draw.turn + 90) % 180 - 90) > SIDEWAYS)
    if turned > TURNED_DRAWS and sideways > SIDEWAYS_DRAWS:
        _fail(
            turned,
            "are turned far beyond a quarter turn",
            "`RandomRotation` counts in full turns: 0.1 is 36 degrees, 0.5 is head down.",
        )
    resized = _share(changes, lambda draw: draw.size < SMALLEST or draw.size > LARGEST)
    if resized > LOST_DRAWS:
        _fail(
            resized,
            "show the pet several times smaller or larger",
            "`RandomZoom(0.2)` changes the size by up to a fifth.",
        )
    flat = _share(changes, lambda draw: draw.contrast < FLATTEST)
    if flat > LOST_DRAWS:
        _fail(flat, "are nearly all black, white or gray", "For brightness and contrast, factors of 0.2 are plenty.")
    unlike = _share(changes, lambda draw: draw.likeness < LIKE)
    if unlike > LOST_DRAWS:
        _fail(unlike, "can hardly be recognised", "Make the factors smaller, and look at a row of variants.")


def _fail(share: float, what: str, hint: str) -> None:
    raise CheckFailed(
        f"{share:.0%} of the variants {what}.", expected="Variants that could be photographs.", why=WHY, hint=hint
    )


def _judgeable(changes: Changes) -> bool:
    """An uncertain reading fails nobody: a draw that cannot be repeated, or layers that do what no ramp can show."""
    return changes.paired and bool(changes.draws) and not OPAQUE & set(changes.kinds)


def _share(changes: Changes, holds: Any) -> float:
    flags: list[bool] = [bool(holds(draw)) for draw in changes.draws]
    return float(np.mean(flags))


__all__ = [
    "Draw",
    "assert_changes_in_training",
    "assert_content_kept",
    "assert_range_kept",
    "assert_sane_strength",
    "assert_several_kinds",
    "assert_shape_kept",
    "assert_unchanged_at_inference",
]
