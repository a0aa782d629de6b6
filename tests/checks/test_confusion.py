"""Confusion matrices: each wrong way of counting gives another matrix, and fails its own check."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.checks import confusion
from grader.checks.confusion import Counted, true_confusion
from grader.checks.finding import CheckFailed
from grader.examiner.own_letters import sheet

CLASSES, BATCH = 24, 32
Array = np.ndarray[Any, Any]


def counted(count: Callable[[Array, Array], Array], *, absent: int = 0) -> Counted:
    made = sheet(3, 28, 1, CLASSES, each=6, absent=absent)
    truth = true_confusion(made.labels, made.predicted, CLASSES)
    return Counted(np.asarray(count(made.labels, made.predicted)), truth, BATCH, len(made.labels) % BATCH)


def right(labels: Array, predicted: Array) -> Array:
    return true_confusion(labels, predicted, CLASSES)


def apart(labels: Array, predicted: Array) -> Array:
    """Predictions of one pass, labels of another."""
    return right(np.random.default_rng(0).permutation(labels), predicted)


def findings(count: Callable[[Array, Array], Array]) -> dict[str, str]:
    checks = {
        "counts": confusion.assert_counts,
        "true_by_predicted": confusion.assert_true_by_predicted,
        "every_image": confusion.assert_every_image,
        "kept_together": confusion.assert_together,
    }
    found = {}
    for name, check in checks.items():
        try:
            check(counted(count))
        except CheckFailed as error:
            found[name] = error.seen
    return found


def test_the_right_counts_pass_as_any_type() -> None:
    """Integers, or whole numbers held as floats."""
    assert findings(right) == {}
    assert findings(lambda labels, predicted: right(labels, predicted).astype(float)) == {}
    confusion.assert_absent_classes(counted(right, absent=3))
    confusion.assert_any_form(counted(right), counted(right), one_hot=True)


@pytest.mark.parametrize(
    ("count", "checks", "seen"),
    [
        (lambda t, p: right(p, t), {"true_by_predicted"}, "Rows and columns are exchanged"),
        (lambda t, p: right(t[:BATCH], p[:BATCH]), {"every_image"}, "and the matrix counts 32"),
        (lambda t, p: right(t[: len(t) // BATCH * BATCH], p[: len(t) // BATCH * BATCH]), {"every_image"}, "The data set holds"),
        (lambda t, p: 2 * right(t, p), {"every_image"}, "The data set holds"),
        (lambda t, p: right(t, p) / right(t, p).sum(axis=1, keepdims=True), {"counts", "every_image"}, "it was normalised"),
        (apart, {"true_by_predicted", "kept_together"}, "stand in places where no picture belongs"),
        (lambda t, p: right(t, 0 * p), {"true_by_predicted", "kept_together"}, "one and the same predicted class"),
        (lambda t, p: right(t, np.where(np.arange(len(t)) < BATCH, p, t)), {"true_by_predicted", "kept_together"}, "stand in places where no picture belongs"),
    ],
    ids=["transposed", "first batch", "full batches", "twice", "normalised", "apart", "one column", "labels behind the first batch"],
)  # fmt: skip
def test_each_wrong_way_is_told_apart(count: Any, checks: set[str], seen: str) -> None:
    """The checks that see it fail, the others pass."""
    found = findings(count)
    assert set(found) == checks
    assert seen in next(iter(found.values()))


def test_a_shape_that_fits_no_class_is_said_first() -> None:
    """Fewer rows than classes."""
    with pytest.raises(CheckFailed, match=r"shape \(23, 23\)"):
        confusion.assert_counts(counted(lambda t, p: right(t, p)[1:, 1:]))
    with pytest.raises(CheckFailed, match="NaN"):
        confusion.assert_square(counted(lambda t, p: right(t, p) * np.nan))


def test_classes_that_never_occur_keep_their_rows() -> None:
    """Left out, renumbered, or divided by their empty sums."""

    def renumbered(labels: Array, predicted: Array) -> Array:
        known = np.unique(np.concatenate([labels, predicted]))
        matrix = np.zeros((CLASSES, CLASSES), int)
        np.add.at(matrix, (np.searchsorted(known, labels), np.searchsorted(known, predicted)), 1)
        return matrix

    for count, seen in (
        (lambda t, p: true_confusion(t, p, int(t.max()) + 1), "has shape"),
        (renumbered, "in the rows of other classes"),
        (lambda t, p: np.where(right(t, p).sum(axis=1, keepdims=True) == 0, np.nan, right(t, p)), "hold NaN"),
    ):
        with pytest.raises(CheckFailed, match=seen):
            confusion.assert_absent_classes(counted(count, absent=3))


def test_other_forms_are_named() -> None:
    """One-hot labels and raw scores have hints of their own."""
    with pytest.raises(CheckFailed, match="labels are one-hot vectors"):
        confusion.assert_any_form(counted(apart), counted(right), one_hot=True)
    with pytest.raises(CheckFailed, match="labels are whole numbers"):
        confusion.assert_any_form(counted(apart), counted(right), one_hot=False)
    with pytest.raises(CheckFailed, match="raw scores"):
        confusion.assert_any_form(counted(right), counted(apart), one_hot=True)


def test_the_weakest_class_is_named() -> None:
    """A good average hides no class."""
    matrix = np.diag([50, 50, 50])
    confusion.assert_every_class(matrix, ["O", "Q", "R"], 0.6)
    matrix[1] = [30, 20, 0]
    with pytest.raises(CheckFailed) as caught:
        confusion.assert_every_class(matrix, ["O", "Q", "R"], 0.6)
    assert (
        caught.value.seen
        == "1 of 3 classes stay below; Q is recognised in 40% of its pictures, taken for O most often."
    )


@pytest.mark.parametrize(
    "count",
    [lambda t, p: right(t, t), lambda t, p: right(p, p), lambda t, p: np.eye(CLASSES)],
    ids=["labels against labels", "predictions against predictions", "ones"],
)
def test_a_matrix_that_never_asks_the_model_is_no_evidence(count: Any) -> None:
    """All on the diagonal, though the model makes mistakes; a first batch alone holds one of them."""
    with pytest.raises(CheckFailed, match="though the model takes some for another class"):
        confusion.assert_asks_the_model(counted(count))
    for fair in (
        right,
        lambda t, p: right(t[:BATCH], p[:BATCH]),
        lambda t, p: right(p, t),
        lambda t, p: right(t, 0 * p),
    ):
        confusion.assert_asks_the_model(counted(fair))


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300])
def test_values_that_are_no_counts_are_findings_in_every_call(value: float) -> None:
    """Whatever a student's function makes of one data set alone."""
    odd = counted(lambda t, p: np.where(right(t, p) > 0, value, 0.0))
    for check in (confusion.assert_square, confusion.assert_asks_the_model, confusion.assert_together):
        with pytest.raises(CheckFailed):
            check(odd)
    with pytest.raises(CheckFailed):
        confusion.assert_any_form(odd, odd, one_hot=True)
