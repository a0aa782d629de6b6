"""Labels of more than two classes: one number or one-hot vector for each folder, the same on both sides."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.checks.batches import LabelKind, Pipeline, label_numbers
from grader.checks.finding import CheckFailed
from grader.checks.recognised import ProbedPipeline

Array = np.ndarray[Any, Any]
ALPHABET = 26
WHY = "The label is what the network is told to answer. If it is wrong, the network learns the wrong thing perfectly."


@dataclass(frozen=True)
class LabelForm:
    """What a model has to fit: the kind of labels, and the number of outputs that they need."""

    kind: LabelKind
    outputs: int


def label_form(pipeline: Pipeline) -> LabelForm:
    """The form of a pipeline's labels: `outputs` is the length of a one-hot vector, else the highest number plus one."""
    labels = [np.asarray(side.passes[0].labels, dtype=np.float64) for side in pipeline.sides]
    if pipeline.label_kind == "one-hot":
        return LabelForm("one-hot", int(np.prod(labels[0].shape[1:])))
    highest = max(float(np.nanmax(values, initial=0.0)) for values in labels)
    return LabelForm("integer", int(min(highest, 1e6)) + 1)


def alphabet_places(class_names: Sequence[str]) -> tuple[int, ...]:
    """Place in the alphabet, from 0, of class names that are single capital letters; empty for other names."""
    letters = all(len(name) == 1 and "A" <= name <= "Z" for name in class_names)
    return tuple(ord(name) - ord("A") for name in class_names) if letters else ()


def assert_class_labels(probed: ProbedPipeline, class_names: Sequence[str]) -> None:
    """Every folder has a number of its own, from 0 up, the same on both sides; or a one-hot vector.

    Numbers are 0 to classes - 1; single letters may be numbered by their place in the alphabet, too, gaps included.

    Raises:
        CheckFailed: labels of another form, other numbers, folders that share one, or images with another folder's.
    """
    for side in probed.pipeline.sides:
        _check_form(side.title, np.asarray(side.passes[0].labels), class_names)
    if probed.certain:
        _check_meaning(probed, class_names)


def numbered_otherwise(probed: ProbedPipeline, class_names: Sequence[str]) -> tuple[str, ...]:
    """The class names in the order of the pipeline's numbers, where those count from 0 and go by another order; else empty.

    A network learns any numbering as well, so it costs nothing. Whoever looks a prediction up in `class_names` gets the wrong name.
    """
    owners = probed.label_to_class
    if not probed.certain or sorted(owners) != list(range(len(class_names))):
        return ()
    order = tuple(owners[number] for number in range(len(class_names)))
    return order if set(order) == set(class_names) and order != tuple(class_names) else ()


def assert_classes_mixed(probed: ProbedPipeline) -> None:
    """Classes come mixed in training; validation may come sorted, where it has a folder of its own.

    Raises:
        CheckFailed: one class after the other.
    """
    for one in probed.pipeline.train.passes:
        if not in_runs(label_numbers(one.labels)):
            continue
        raise CheckFailed(
            "The training pictures come one class after the other.",
            expected="Classes in mixed order.",
            why="A batch of one class pulls the whole network towards that class, and the next batch pulls it away again.",
            hint="Keep `shuffle=True`; by hand, `dataset.shuffle(n)` before `.batch(...)`, with n as large as the data set.",
        )


def in_runs(numbers: Array) -> bool:
    """Whether equal labels follow one another far more often than after a fair shuffle.

    Mixed labels change at nearly every place, sorted ones once for each class but the first. Few pictures change seldom by chance
    alone (48 of two classes at no more than a third of the places in 1.1 % of shuffles), so they also have to change less often
    than is to be expected by 4.5 standard deviations (Wald and Wolfowitz's test of runs, for any number of classes): in 1.9 million
    shuffles of 24 to 300 pictures of 2, 3 or 24 classes that was so three times.

    Args:
        numbers: class of each picture (n,), in the order of one pass.
    """
    n, counts = len(numbers), np.unique(numbers, return_counts=True)[1].astype(float)
    if len(counts) < 2:
        return False
    changes = np.count_nonzero(np.diff(numbers))
    squares, cubes = float((counts**2).sum()), float((counts**3).sum())
    expected = n - squares / n
    variance = (squares * (squares + n * (n + 1)) - 2 * n * cubes - n**3) / (n**2 * (n - 1))
    return bool(changes <= max(len(counts), n // 3) and changes < expected - 4.5 * math.sqrt(max(0.0, variance)))


SORTED = 0.35
"""Share of the variance of a picture's place that its class may explain. In 20 draws each of 64 to 1,800 sorted pictures of 2
or 24 classes, `shuffle` with a buffer for all gives at most 0.18, for half of them 0.24, for a quarter 0.38 to 0.60."""


def assert_mixed_at_scale(labels: Array | None) -> None:
    """Classes come mixed over the whole training folder, not just among neighbours.

    Args:
        labels: of the real training pictures in the order of one pass, (n,) or (n, k); None where they cannot be had.

    Raises:
        CheckFailed: a class keeps mostly to one part of the pass, as behind a small shuffle buffer.
    """
    if labels is None:
        return
    numbers, place = label_numbers(labels), np.arange(len(labels))
    classes = np.unique(numbers)
    if len(classes) < 2:
        return
    parts = [place[numbers == one] for one in classes]
    explained = sum(len(part) * (part.mean() - place.mean()) ** 2 for part in parts) / (len(place) * place.var())
    if explained > SORTED:
        raise CheckFailed(
            f"Over the {len(place)} training pictures, each class comes mostly in one part of the epoch.",
            expected="Classes in mixed order over the whole epoch.",
            why="A network that sees one class for a while forgets the others meanwhile.",
            hint="The buffer of `dataset.shuffle(n)` mixes only n neighbours: take n as large as the data set, or shuffle the "
            "list of files first.",
        )


def _check_form(title: str, labels: Array, class_names: Sequence[str]) -> None:
    count, places = len(class_names), alphabet_places(class_names)
    values = np.asarray(labels, dtype=np.float64).reshape(len(labels), -1)
    width = values.shape[1]
    expected = f"One whole number a picture, 0 to {count - 1}, or a one-hot vector of {count}."
    hint = 'With `label_mode="int"` Keras numbers the folders in the order of their names, "categorical" gives vectors.'
    if not np.all(np.isfinite(values)):
        _fail(f"Labels on the {title} side hold NaN.", expected, "Check how labels are made from folder names.")
    widths = {count} | ({max(places) + 1, ALPHABET} if places else set())
    if width > 1:
        if width not in widths:
            _fail(f"Labels on the {title} side are vectors of {width} numbers.", expected, hint)
        empty = int(np.sum(values.max(axis=1) <= 0))
        if empty:
            _fail(
                f"{empty} of {len(values)} one-hot labels on the {title} side are all zeros.", expected,
                "`tf.one_hot` gives zeros for a number that is not below its depth: count classes from 0.",
            )  # fmt: skip
        return
    numbers = np.unique(values)
    if not np.allclose(numbers, np.rint(numbers)):
        _fail(
            f"Labels on the {title} side have values such as {[round(float(n), 3) for n in numbers[:3]]}.", expected,
            "Labels are names in the form of numbers, not amounts: do not rescale them.",
        )  # fmt: skip
    found = set(np.rint(numbers).astype(int).tolist())
    if found <= set(range(count)) or found <= set(places):
        if len(found) <= 2 < count:
            _fail(
                f"Labels on the {title} side know {len(found)} values: {sorted(found)}.", expected,
                '`label_mode="binary"` is for two classes; "int" numbers them all.',
            )  # fmt: skip
        return
    shifted = {number - 1 for number in found}
    if shifted <= set(range(count)) or shifted <= set(places):
        _fail(
            f"Labels on the {title} side run from {min(found)} to {max(found)}: everything is shifted by one.",
            f"Numbers from 0 to {count - 1}.",
            "Counting starts at 0, in Python and for every loss: `enumerate(class_names)` does.",
        )
    _fail(f"Labels on the {title} side run from {min(found)} to {max(found)}.", expected, hint)


def _check_meaning(probed: ProbedPipeline, class_names: Sequence[str]) -> None:
    owners = {side.name: _owners(probed, side.name) for side in probed.pipeline.sides}
    for side in probed.pipeline.sides:
        votes = owners[side.name]
        winners = {owner: max(numbers, key=lambda n: numbers[n]) for owner, numbers in votes.items()}
        total = sum(sum(numbers.values()) for numbers in votes.values())
        wrong = total - sum(votes[owner][number] for owner, number in winners.items())
        if wrong:
            _fail(
                f"On the {side.title} side {wrong} of {total} images carry the label of another folder.",
                "One number for all images of a folder.",
                "Images and labels must be shuffled together: put each pair together before you shuffle.",
            )
        if len(set(winners.values())) < len(winners):
            _fail(
                f"{len(winners)} folders on the {side.title} side share {len(set(winners.values()))} labels.",
                f"A number of its own for each of the {len(class_names)} folders.",
                "Number the folders by their place in `CLASS_NAMES`.",
            )
        owners[side.name] = {owner: {number: 1} for owner, number in winners.items()}
    both = set(owners["train"]) & set(owners["validation"])
    differ = sum(owners["train"][owner] != owners["validation"][owner] for owner in both)
    if differ:
        _fail(
            f"{differ} of {len(both)} folders have one number in training and another in validation.",
            "The same number for a folder on both sides.",
            "`os.listdir` comes in any order: use `sorted(os.listdir(...))`, or one list of names for both sides.",
        )


def _owners(probed: ProbedPipeline, side: str) -> dict[str, dict[int, int]]:
    """For each folder, how many of its recognised images carry which number."""
    found: dict[str, dict[int, int]] = {}
    one = next(each for each in probed.pipeline.sides if each.name == side).passes[0]
    for identity, number in zip(probed.identities[side][0], label_numbers(one.labels), strict=True):
        if identity >= 0:
            numbers = found.setdefault(probed.probe.classes[identity], {})
            numbers[int(number)] = numbers.get(int(number), 0) + 1
    return found


def _fail(seen: str, expected: str, hint: str) -> None:
    raise CheckFailed(seen, expected=expected, why=WHY, hint=hint)
