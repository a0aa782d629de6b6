"""Features out of a backbone: numbers made up as a backbone's would look, and the ways in which rows and labels go wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from grader.checks import features
from grader.checks.features import Extracted
from grader.checks.finding import CheckFailed

Array = np.ndarray[Any, Any]
Change = Callable[[Extracted], Extracted]
PICTURES, BATCH = 26, 8
RNG = np.random.default_rng(0)
SUMS = RNG.normal(0.2, 1, (PICTURES, 2, 3, 5)) + RNG.normal(0, 0.5, (1, 1, 1, 5))
LABELS = RNG.permutation(np.arange(PICTURES) % 2)


def normalised(sums: Array) -> Array:
    """BatchNormalization that looks at the pictures it is given, then ReLU."""
    even = (sums - sums.mean(axis=(0, 1, 2))) / sums.std(axis=(0, 1, 2))
    return np.asarray(np.maximum(even, 0), "float32")


MAPS = np.maximum(SUMS, 0).astype("float32")
RIGHT = Extracted(MAPS, LABELS, MAPS, lambda: normalised(SUMS), LABELS)
FORMS = {
    "maps": lambda maps: maps,
    "flattened": lambda maps: maps.reshape(len(maps), -1),
    "averaged": lambda maps: maps.mean(axis=(1, 2)),
}


def rows(change: Callable[[Array], Any]) -> Extracted:
    """Other features, the right labels."""
    return replace(RIGHT, features=np.asarray(change(MAPS)))


def labelled(change: Callable[[Array], Any]) -> Extracted:
    """The right features, other labels."""
    return replace(RIGHT, labels=np.asarray(change(LABELS)))


def dealt(seed: int, *, labels_too: bool = True) -> Extracted:
    """What comes out of a data set that deals its pictures anew."""
    order = np.random.default_rng(seed).permutation(PICTURES)
    return replace(RIGHT, features=MAPS[order], labels=LABELS[order] if labels_too else LABELS)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("dtype", ["float64", "float16"])
def test_every_form_of_the_right_features_passes(form: str, dtype: str) -> None:
    """As maps, flattened or averaged, in any precision."""
    right = rows(lambda maps: FORMS[form](maps).astype(dtype))
    features.assert_one_row_each(right)
    features.assert_values(right)
    features.assert_together(right, right)


@pytest.mark.parametrize(
    "change",
    [lambda t: t.astype("float32"), lambda t: t[:, None], lambda t: np.eye(2)[t], lambda t: np.eye(3, dtype=int)[t], lambda t: t > 0],
    ids=["floats", "a column", "one-hot", "one-hot, a class more", "booleans"],
)  # fmt: skip
def test_every_form_of_the_right_labels_passes(change: Callable[[Array], Array]) -> None:
    """Numbers, a column of them, or one-hot vectors."""
    right = labelled(change)
    features.assert_one_row_each(right)
    features.assert_values(right)
    features.assert_together(right, right)


def test_rows_in_the_order_of_a_shuffling_data_set_pass_with_their_labels() -> None:
    """In another order each time, and in another form."""
    features.assert_together(RIGHT, dealt(1))
    flattened = dealt(2)
    features.assert_together(RIGHT, replace(flattened, features=flattened.features.reshape(PICTURES, -1)))


@pytest.mark.parametrize(
    ("found", "seen"),
    [
        (replace(RIGHT, features=MAPS[:BATCH], labels=LABELS[:BATCH]), "26 pictures there are 8 rows of features and 8 labels"),
        (replace(RIGHT, features=MAPS[:24], labels=LABELS[:24]), "there are 24 rows of features and 24 labels"),
        (rows(lambda maps: maps[:25]), "there are 25 rows of features and 26 labels"),
        (rows(lambda maps: np.concatenate([maps, maps])), "there are 52 rows of features and 26 labels"),
        (labelled(lambda labels: labels[:BATCH]), "there are 26 rows of features and 8 labels"),
        (labelled(lambda labels: labels[None]), "there are 26 rows of features and 1 labels"),
    ],
    ids=["first batch", "full batches", "a row less", "rows twice", "labels of a batch", "labels on their side"],
)  # fmt: skip
def test_another_number_of_rows_or_labels_is_told_before_anything_else(found: Extracted, seen: str) -> None:
    """What they hold is judged only where there are as many as pictures."""
    for check in (
        features.assert_one_row_each,
        features.assert_values,
        lambda one: features.assert_together(one, RIGHT),
        lambda one: features.assert_together(RIGHT, one),
    ):
        with pytest.raises(CheckFailed) as caught:
            check(found)
        assert seen in caught.value.seen
        assert "`np.concatenate`" in caught.value.hint


@pytest.mark.parametrize(
    ("change", "seen", "hint"),
    [
        (lambda maps: maps[:, 0], "A row of features has shape (3, 5)", "leave the batch axis alone"),
        (lambda maps: maps[:, None], "A row of features has shape (1, 2, 3, 5)", "leave the batch axis alone"),
        (lambda maps: maps.mean(axis=(1, 2, 3)), "A row of features has shape ()", "leave the batch axis alone"),
        (lambda maps: normalised(SUMS), "in training mode", "training=False"),
        (lambda maps: normalised(SUMS).reshape(PICTURES, -1), "in training mode", "training=False"),
        (lambda maps: normalised(SUMS).mean(axis=(1, 2)), "in training mode", "training=False"),
        (lambda maps: maps[::-1], "right but stand in another order", "shuffle nothing"),
        (lambda maps: maps[np.argsort(LABELS, kind="stable")], "right but stand in another order", "shuffle nothing"),
        (lambda maps: maps[::-1].mean(axis=(1, 2)), "right but stand in another order", "shuffle nothing"),
        (lambda maps: np.random.default_rng(1).normal(size=maps.shape), "other values than the backbone gives", "preprocessed already"),
        (lambda maps: maps * np.nan, "other values than the backbone gives", "preprocessed already"),
        (lambda maps: np.where(maps == maps[3, 0, 0, 0], np.nan, maps), "other values than the backbone gives", "preprocessed already"),
        (lambda maps: 0 * maps, "other values than the backbone gives", "preprocessed already"),
        (lambda maps: -maps, "other values than the backbone gives", "preprocessed already"),
    ],
    ids=[
        "a row of maps", "an axis more", "one number", "training", "training, flattened", "training, averaged",
        "backwards", "by class", "backwards, averaged", "made up", "NaN", "a few NaN", "zeros", "negative",
    ],
)  # fmt: skip
def test_other_rows_name_their_cause(change: Callable[[Array], Any], seen: str, hint: str) -> None:
    """Another shape, training mode, another order, other values."""
    with pytest.raises(CheckFailed) as caught:
        features.assert_values(rows(change))
    assert seen in caught.value.seen
    assert hint in caught.value.hint


def test_the_shapes_that_pass_are_told_with_one_that_does_not() -> None:
    """All three of them."""
    with pytest.raises(CheckFailed) as caught:
        features.assert_values(rows(lambda maps: maps[..., :4]))
    assert "Shapes (2, 3, 5), (30,), (5,)." in caught.value.expected


@pytest.mark.parametrize("form", FORMS)
def test_labels_of_another_pass_are_counted(form: str) -> None:
    """In a data set that shuffles they belong to other pictures."""
    apart = dealt(3, labels_too=False)
    apart = replace(apart, features=FORMS[form](apart.features))
    wrong = int(np.sum(dealt(3).labels != LABELS))
    assert 0 < wrong < PICTURES
    with pytest.raises(CheckFailed) as caught:
        features.assert_together(RIGHT, apart)
    assert f"that shuffles on every pass {wrong} of 26 rows have the label of another picture" in caught.value.seen
    assert "from the same pass" in caught.value.hint


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (lambda labels: 1 - labels, 26),
        (lambda labels: np.where(np.arange(PICTURES) == 4, 1 - labels, labels), 1),
        (lambda labels: 0 * labels, int(LABELS.sum())),
        (lambda labels: labels * np.nan, 26),
        (lambda labels: np.eye(2)[1 - labels], 26),
        (lambda labels: np.empty((PICTURES, 0)), 26),
    ],
    ids=["exchanged", "a single one", "all one class", "NaN", "one-hot, exchanged", "empty"],
)
def test_wrong_labels_in_fixed_order_are_counted(change: Callable[[Array], Array], wrong: int) -> None:
    """That data set is looked at first."""
    with pytest.raises(CheckFailed) as caught:
        features.assert_together(labelled(change), dealt(3, labels_too=False))
    assert f"In a data set in fixed order {wrong} of 26 rows have the label of another picture" in caught.value.seen


@pytest.mark.parametrize(
    "change",
    [
        lambda maps: maps[np.r_[0, 0:25]],
        lambda maps: maps + 0.5,
        lambda maps: np.concatenate([maps[:25], maps[25:] + 0.5]),
        lambda maps: maps[:, 0],
        lambda maps: maps * np.nan,
    ],
    ids=["one twice", "other values", "one of other values", "another shape", "NaN"],
)
def test_rows_that_belong_to_no_picture_have_no_label_to_judge(change: Callable[[Array], Array]) -> None:
    """Whether they come from one data set or from the other."""
    for given, kind in (((rows(change), RIGHT), "in fixed order"), ((RIGHT, rows(change)), "shuffles on every pass")):
        with pytest.raises(CheckFailed) as caught:
            features.assert_together(*given)
        assert f"{kind} the rows cannot be told from one another, or come twice" in caught.value.seen
        assert "about the values" in caught.value.hint


@pytest.mark.parametrize(
    ("labels", "numbers"),
    [
        ([2, 0, 1], [2, 0, 1]),
        ([[2.0], [0.0], [1.0]], [2, 0, 1]),
        (np.eye(3)[[2, 0, 1]], [2, 0, 1]),
        ([0.999, 0.001, 1.0], [1, 0, 1]),
        ([0, np.nan, 1], [-1, -1, -1]),
        ([[0, 1], [1, np.inf], [0, 1]], [-1, -1, -1]),
        (np.empty((3, 0)), [-1, -1, -1]),
    ],
    ids=["numbers", "a column", "one-hot", "nearly", "NaN", "infinite", "empty"],
)
def test_labels_are_read_as_class_numbers(labels: Any, numbers: list[int]) -> None:
    """What is not finite or not there is no class."""
    assert features.class_numbers(np.asarray(labels)).tolist() == numbers
