"""Labels of many classes, two folders, mirrored pictures: read off made-up passes over a probe folder."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.checks import class_labels, mirrored, two_folders
from grader.checks.batches import Pass, Pipeline, Side
from grader.checks.finding import CheckFailed
from grader.checks.recognised import ProbedPipeline
from grader.data.probes import ProbeFolder, ProbeImage, texture

NAMES = tuple("ABCDEFGHIKLMNOPQRSTUVWXY")
SIDE = 28
EACH = {"train": 4, "validation": 2}
Array = np.ndarray[Any, Any]


def folder() -> ProbeFolder:
    """Four flat training and two flat validation pictures a class, and a texture for every eighth class."""
    rng = np.random.default_rng(5)
    levels = iter(np.linspace(8, 247, len(NAMES) * sum(EACH.values())).round())
    images = [
        ProbeImage(f"data/{side}/{name}/{number}.jpg", name, float(next(levels)))
        for side, count in EACH.items()
        for name in NAMES
        for number in range(count)
    ]
    images += [ProbeImage(f"data/train/{name}/9.jpg", name, None, texture(rng, SIDE, SIDE)) for name in NAMES[::8]]
    return ProbeFolder({}, tuple(images))


PROBE = folder()
Label = Callable[[int], Any]
"""From an identity to its label."""


def number(identity: int) -> int:
    return NAMES.index(PROBE.classes[identity])


def members(side: str) -> list[int]:
    return [i for i, image in enumerate(PROBE.images) if f"/{side}/" in image.path]


def picture(identity: int) -> Array:
    image = PROBE.images[identity]
    if image.pixels is not None:
        return image.pixels.mean(axis=-1, keepdims=True)
    return np.full((SIDE, SIDE, 1), image.level, np.float64)


def probed(
    train: list[int] | None = None,
    validation: list[int] | None = None,
    label: Label = number,
    validation_label: Label | None = None,
    *,
    shuffle: bool = True,
    change: Callable[[Array], Array] = lambda pixels: pixels,
) -> ProbedPipeline:
    sides = []
    for name, given, of in (("train", train, label), ("validation", validation, validation_label or label)):
        ids = members(name) if given is None else given
        passes = []
        for seed in range(2):
            order = np.random.default_rng(seed).permutation(ids) if shuffle else np.array(ids)
            pixels = np.stack([picture(i) for i in order])
            labels = np.array([of(int(i)) for i in order])
            passes.append(Pass(change(pixels) if name == "train" else pixels, labels, None, (len(ids),)))
        sides.append(Side(name, tuple(passes), False))  # type: ignore[arg-type]
    return ProbedPipeline(Pipeline(*sides), PROBE)


def one_hot(width: int, of: Label = number) -> Label:
    return lambda identity: np.eye(width)[of(identity)] if of(identity) < width else np.zeros(width)


def place(identity: int) -> int:
    return ord(PROBE.classes[identity]) - ord("A")


# labels -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "kind", "needed"),
    [
        (number, "integer", 24), (lambda i: float(number(i)), "integer", 24), (lambda i: [number(i)], "integer", 24),
        (one_hot(24), "one-hot", 24), (place, "integer", 25), (one_hot(26, place), "one-hot", 26),
        (lambda i: 23 - number(i), "integer", 24),
    ],
    ids=["numbers", "floats", "columns", "one-hot", "alphabet", "alphabet one-hot", "another order"],
)  # fmt: skip
def test_every_form_of_labels_passes_and_says_what_it_needs(label: Label, kind: str, needed: int) -> None:
    """Numbers from 0, one-hot vectors, places in the alphabet: each with the outputs that it needs."""
    found = probed(label=label)
    class_labels.assert_class_labels(found, NAMES)
    assert class_labels.label_form(found.pipeline) == class_labels.LabelForm(kind, needed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("label", "order"),
    [
        (lambda i: 23 - number(i), NAMES[::-1]), (one_hot(24, lambda i: 23 - number(i)), NAMES[::-1]),
        (number, ()), (one_hot(24), ()), (place, ()), (lambda i: number(i) + 1, ()), (lambda i: number(i) // 2, ()),
    ],
    ids=["turned round", "turned round one-hot", "in order", "one-hot", "alphabet", "shifted", "shared"],
)  # fmt: skip
def test_another_numbering_is_told_and_nothing_else(label: Label, order: tuple[str, ...]) -> None:
    """Numbers that do not count the classes from 0 are another check's matter."""
    assert class_labels.numbered_otherwise(probed(label=label), NAMES) == order


@pytest.mark.parametrize(
    ("label", "seen"),
    [
        (lambda i: number(i) + 1, "run from 1 to 24: everything is shifted by one"),
        (lambda i: place(i) + 1, "run from 1 to 25: everything is shifted by one"),
        (one_hot(24, lambda i: number(i) + 1), "one-hot labels on the training side are all zeros"),
        (one_hot(30), "are vectors of 30 numbers"),
        (lambda i: number(i) / 23, "have values such as"),
        (lambda i: number(i) % 2, "know 2 values"),
        (lambda i: number(i) * 2, "run from 0 to 46"),
        (lambda i: number(i) // 2, "24 folders on the training side share 12 labels"),
        (lambda i: (number(i) + i) % 24, "carry the label of another folder"),
        (lambda i: np.nan, "hold NaN"),
    ],
)
def test_wrong_labels_are_named_by_their_cause(label: Label, seen: str) -> None:
    """Each wrong numbering has a sentence of its own."""
    with pytest.raises(CheckFailed) as caught:
        class_labels.assert_class_labels(probed(label=label), NAMES)
    assert seen in caught.value.seen


def test_both_sides_number_alike() -> None:
    """Folders numbered in the order in which they were listed differ from side to side."""
    found = probed(validation_label=lambda i: (number(i) + 5) % 24)
    with pytest.raises(CheckFailed, match="24 of 24 folders have one number in training and another"):
        class_labels.assert_class_labels(found, NAMES)


def test_training_comes_mixed() -> None:
    """Letter by letter is no order to learn in; validation may come so."""
    class_labels.assert_classes_mixed(probed())
    with pytest.raises(CheckFailed, match="one class after the other"):
        class_labels.assert_classes_mixed(probed(shuffle=False))


@pytest.mark.parametrize(("count", "classes"), [(24, 2), (48, 2), (30, 3), (48, 24), (300, 24)])
def test_fair_shuffles_are_mixed_however_few_the_pictures(count: int, classes: int) -> None:
    """A third of the places is too much to ask of few pictures; sorted ones are told even then."""
    labels, rng = np.arange(count) % classes, np.random.default_rng(count)
    assert not any(class_labels.in_runs(rng.permutation(labels)) for _ in range(2_000))
    assert class_labels.in_runs(np.sort(labels))


# folders ------------------------------------------------------------------------------------------------------------

FOLDERS = ("./data/train", "./data/validation")


def test_each_side_comes_from_its_folder() -> None:
    """All of each, nothing of the other."""
    two_folders.assert_folders_honoured(probed(), *FOLDERS)


@pytest.mark.parametrize(
    ("train", "validation", "seen"),
    [
        (members("validation"), members("train"), "Training gives the pictures of the validation folder"),
        (None, members("train"), "All pictures of the validation side come from `data/train`"),
        (
            members("train") + members("validation"),
            None,
            "48 pictures of the training side come from `data/validation`",
        ),
        (members("train")[::2], None, "pictures in `data/train` never come out"),
        (None, members("validation") + members("validation")[:3], "gives 3 pictures twice"),
    ],
)
def test_other_folders_are_named(train: list[int] | None, validation: list[int] | None, seen: str) -> None:
    """Swapped, leaking, cut and doubled sides are told apart."""
    with pytest.raises(CheckFailed) as caught:
        two_folders.assert_folders_honoured(probed(train, validation), *FOLDERS)
    assert seen in caught.value.seen


# mirrored -----------------------------------------------------------------------------------------------------------


def test_mirrored_pictures_are_noticed() -> None:
    """Left and right exchanged; upright and upside-down ones are something else."""
    assert not mirrored.shows_mirrored(probed())
    assert mirrored.shows_mirrored(probed(change=lambda pixels: pixels[:, :, ::-1]))
    assert not mirrored.shows_mirrored(probed(change=lambda pixels: pixels[:, ::-1, ::-1]))


def test_a_small_buffer_mixes_only_neighbours() -> None:
    """Sorted pictures behind a buffer of 128; a buffer for half of them, or labels of one kind, say nothing."""
    rng = np.random.default_rng(5)
    labels = np.repeat(np.arange(24), 75)

    def behind(size: int) -> Any:
        waiting, rest, given = list(labels[:size]), list(labels[size:]), []
        while waiting:
            given.append(waiting.pop(int(rng.integers(len(waiting)))))
            waiting += [rest.pop(0)] if rest else []
        return np.array(given)

    for mixed in (behind(len(labels)), behind(len(labels) // 2), np.zeros(40), None):
        class_labels.assert_mixed_at_scale(mixed)
    with pytest.raises(CheckFailed, match="mostly in one part"):
        class_labels.assert_mixed_at_scale(np.eye(24)[behind(128)])
