"""How a pipeline divides its pictures between training and validation: in which shares, once each, and never on both sides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from grader.checks.batches import SIDE_NAMES, Pipeline, label_numbers
from grader.checks.finding import CheckFailed
from grader.checks.recognised import LOOKS, ProbedPipeline

Array = np.ndarray[Any, Any]


def assert_split_size(pipeline: Pipeline, fraction: float, total: int) -> None:
    """The validation side holds `fraction` of the `total` images, the training side the rest; one more or less is rounding.

    Raises:
        CheckFailed: other counts.
    """
    counts = {side.name: sum(side.passes[0].batches) for side in pipeline.sides}
    due = fraction * total
    if abs(counts["validation"] - due) <= 1 and abs(counts["train"] - (total - due)) <= 1:
        return
    if sum(counts.values()) == total and _split_by_class(pipeline, fraction):
        return
    if abs(counts["train"] - due) <= 1 and abs(counts["validation"] - (total - due)) <= 1:
        hint = "The two sides look swapped: training first, then validation."
    elif sum(counts.values()) == total and _cut_at_a_batch(pipeline, 1 - fraction):
        hint = (
            "`take` and `skip` count batches here, and few batches round coarsely: cut the pictures before they are batched, "
            f"or use `validation_split={fraction:g}`."
        )
    elif any(side.endless for side in pipeline.sides):
        hint = "A data set repeats for ever: leave `repeat()` out, `fit` starts each epoch anew by itself."
    else:
        hint = f'Use `validation_split={fraction:g}` on both sides, with `subset` "training" and "validation".'
    raise CheckFailed(
        f"Of {total} images (in a folder of the grader's) {counts['train']} came out for training and "
        f"{counts['validation']} for validation.",
        expected=f"{total - due:.0f} for training and {due:.0f} for validation ({fraction:.0%}).",
        why="Too little validation makes its accuracy a matter of luck; too much leaves little to learn from.",
        hint=hint,
    )


def _split_by_class(pipeline: Pipeline, fraction: float) -> bool:
    """Whether each class by itself is split by `fraction`, one image more or less: rounding then adds up over classes."""
    train, validation = (label_numbers(side.passes[0].labels) for side in pipeline.sides)
    for number in set(train.tolist()) | set(validation.tolist()):
        held, kept = int(np.sum(validation == number)), int(np.sum(train == number))
        if abs(held - fraction * (held + kept)) > 1:
            return False
    return True


def _cut_at_a_batch(pipeline: Pipeline, share: float) -> bool:
    """Whether training has about `share` of all batches, each of them full, as `take` on a batched data set leaves it.

    One batch that holds a round share of all pictures is no sign of it: somebody wrote that share.
    """
    train, validation = (side.passes[0].batches for side in pipeline.sides)
    held = sum(validation)
    if len(train) == 1 and train[0] > held and train[0] * 20 % (train[0] + held) == 0:
        return False
    return len(set(train)) == 1 and abs(len(train) - share * (len(train) + len(validation))) < 1


def assert_split_disjoint(probed: ProbedPipeline) -> None:
    """Over all passes, no image comes out of both sides, and in each pass every image comes out once.

    Three passes are read because a `shuffle()` before `take` and `skip` deals anew on every pass.

    Raises:
        CheckFailed: an image on both sides, twice in a pass, or on neither side.
    """
    if not probed.shared:
        return
    ids = {
        name: [np.max([getattr(one, channel) for channel in probed.shared], axis=0) for one in passes]
        for name, passes in probed.decoded.items()
    }
    total = sum(probed.count(channel) for channel in probed.shared)
    kind = "" if total == len(probed.probe.images) else " recognisable"
    sets = {name: [set(one[one >= 0].tolist()) for one in passes] for name, passes in ids.items()}
    in_one_pass = max(len(a & b) for a, b in zip(sets["train"], sets["validation"], strict=True))
    shared = set.union(*sets["train"]) & set.union(*sets["validation"])
    often = {name: repeated(passes) for name, passes in sets.items()}
    if is_meant(shared, shared & often["train"] & often["validation"], total):
        dealt_anew = set.union(*sets["train"]) - set.intersection(*sets["train"])
        reshuffled = not in_one_pass or is_meant(dealt_anew, set(), total)
        apart = ", though never in the same pass" if not in_one_pass else ""
        raise CheckFailed(
            f"{len(shared)} of {total}{kind} images turn up on both sides{apart}"
            + (": the split is dealt anew on every pass." if reshuffled else "."),
            expected="No image is in both training and validation, in any epoch.",
            why="An image seen in training is no test: the validation accuracy then praises memory, not understanding.",
            hint="`shuffle` before `take` and `skip` reshuffles each epoch: split first, shuffle afterwards; or split with `subset=`."
            if reshuffled
            else "Both sides need the same `seed`, `shuffle` and `validation_split`; by hand, cut one shuffled list at one place.",
        )
    for name, passes in ids.items():
        twice = [_twice(one) for one in passes]
        if any(is_meant(found, found & repeated(twice), total) for found in twice):
            raise CheckFailed(
                f"Within one pass the {SIDE_NAMES[name]} side gives {max(map(len, twice))} images more than once.",
                expected="Every image once in each epoch.",
                why="Images that come twice count twice, and others are left out for them.",
                hint="Leave out `repeat()`, and cut the list of files without overlap.",
            )
    missing = total - len(set.union(*sets["train"]) | set.union(*sets["validation"]))
    unknown = sum(
        int((getattr(passes[0], channel)[getattr(passes[0], LOOKS[channel])] < 0).sum())
        for passes in probed.decoded.values()
        for channel in probed.shared
    )
    if missing > unknown:
        raise CheckFailed(
            f"{missing} of {total}{kind} images are on neither side.",
            expected="Every image of the folder is used, for training or for validation.",
            why="Data is what a network lives on; images lost on the way cannot teach it anything.",
            hint="Check where the list of files is cut, and whether `drop_remainder` throws the last batch away.",
        )


def is_meant(found: set[int], often: set[int], total: int) -> bool:
    """Whether sightings are more than one misreading: the same image in several passes, or several images."""
    return bool(often) or len(found) >= max(3, 0.05 * total)


def repeated(sets: Sequence[set[int]]) -> set[int]:
    """What is in at least two of the sets; in the one that there is."""
    least = min(2, len(sets))
    return {item for item in set.union(*sets) if sum(item in one for one in sets) >= least}


def _twice(ids: Array) -> set[int]:
    values, counts = np.unique(ids[ids >= 0], return_counts=True)
    return set(values[counts > 1].tolist())
