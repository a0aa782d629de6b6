"""Whether a confusion matrix counts every picture of a data set where it belongs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.checks.finding import CheckFailed

Array = np.ndarray[Any, Any]
HIGHEST = 1e9
"""Of a count: more pictures than any data set holds."""
WHY = (
    "The matrix shows which class is taken for which. Read along a row: what became of all the pictures of this class?"
)


@dataclass(frozen=True)
class Counted:
    """One call of `confusion_matrix`: what it returned, and the truth.

    Attributes:
        given: the student's array, any shape.
        truth: (classes, classes) int64, row: true class, column: predicted class.
        first_batch: number of pictures in the first batch of the data set.
        last_batch: number of pictures in its last, smaller batch.
    """

    given: Array
    truth: Array
    first_batch: int
    last_batch: int


def true_confusion(labels: Array, predicted: Array, classes: int) -> Array:
    """Counts (classes, classes), int64, of class numbers (n,): row `labels`, column `predicted`."""
    flat = np.asarray(labels, dtype=np.int64) * classes + np.asarray(predicted, dtype=np.int64)
    return np.bincount(flat, minlength=classes * classes).reshape(classes, classes)


def assert_square(counted: Counted) -> None:
    """One row and one column for each class, of finite numbers. Nothing else can be judged where this fails.

    Raises:
        CheckFailed: another shape, NaN or infinity.
    """
    classes = len(counted.truth)
    given = counted.given
    expected = f"Whole numbers in the shape ({classes}, {classes}): a row and a column for each class."
    if given.shape != (classes, classes):
        if given.size == classes * classes and given.ndim != 2:
            hint = f"Reshape it to ({classes}, {classes})."
        else:
            hint = "The number of classes is the number of the model's outputs: `model.output_shape[-1]`."
        raise CheckFailed(f"The array has shape {given.shape}.", expected=expected, why=WHY, hint=hint)
    if not np.all(np.isfinite(given)) or np.any(np.abs(given) > HIGHEST):
        raise CheckFailed(
            "The array holds NaN, infinite or huge values.", expected=expected, why=WHY,
            hint="Counts are whole numbers: look for a division.",
        )  # fmt: skip


def assert_asks_the_model(counted: Counted) -> None:
    """Some picture is counted as taken for another class, as the model takes some. Without that nothing else means anything.

    Raises:
        CheckFailed: all stands on the diagonal, as where labels are held against labels.
    """
    assert_square(counted)
    given = np.asarray(counted.given)
    if given.any() and not np.any(given - np.diag(given.diagonal())):
        raise CheckFailed(
            "Every picture is counted as recognised, though the model takes some for another class.",
            expected="The classes that the model predicts, held against the labels.", why=WHY,
            hint="The columns come from the model's answers: `np.argmax(model.predict(images), axis=-1)`, not from the labels.",
        )  # fmt: skip


def assert_counts(counted: Counted) -> None:
    """The numbers are counts: whole and not negative, of whatever type.

    Raises:
        CheckFailed: another shape, fractions or negative numbers.
    """
    assert_square(counted)
    values = np.asarray(counted.given, dtype=np.float64)
    if not np.array_equal(values, np.rint(values)) or np.any(values < 0):
        share = np.all(values >= 0) and values.max() <= 1
        raise CheckFailed(
            "The array holds fractions: it was normalised." if share else "The array holds values that are no counts.",
            expected="Whole numbers: how many pictures.",
            why="Shares hide how many pictures stand behind them; counts can be turned into shares later.",
            hint="Leave out `normalize=` and the division by the row sums.",
        )


def assert_true_by_predicted(counted: Counted) -> None:
    """A picture of class i taken for j is counted in row i, column j, and in no other place.

    How often it is counted, and whether all pictures are, is left to `assert_every_image`.

    Raises:
        CheckFailed: rows and columns exchanged, or counts where none belong.
    """
    if _within(counted.given, counted.truth):
        return
    if _within(counted.given, counted.truth.T):
        raise CheckFailed(
            "Rows and columns are exchanged: rows hold predictions, columns true classes.",
            expected="Row: true class. Column: predicted class.",
            why=WHY,
            hint="`matrix[true, predicted] += 1`; `tf.math.confusion_matrix` and scikit-learn take the true labels first.",
        )
    columns = int(np.count_nonzero(np.asarray(counted.given).sum(axis=0)))
    strange = _strange(counted.given, counted.truth)
    raise CheckFailed(
        "Every picture is counted under one and the same predicted class."
        if columns == 1
        else f"{strange} counts stand in places where no picture belongs, though the data set never changes its order.",
        expected="Each picture in the row of its true class and the column of its predicted one.",
        why=WHY,
        hint="The predicted class is the place of the largest output of each picture: `np.argmax(outputs, axis=-1)`. "
        "Ask the model in inference mode: `model.predict(images)` or `model(images)`.",
    )


def assert_every_image(counted: Counted) -> None:
    """Every picture of the data set is counted once: the sum is their number, and each class has its own.

    Rows and columns may be exchanged here, that is another check's matter.

    Raises:
        CheckFailed: fewer or more counts than pictures.
    """
    total, due = round(float(np.sum(counted.given))), int(counted.truth.sum())
    rows = counted.truth.sum(axis=1)
    sums = (np.asarray(counted.given).sum(axis=1), np.asarray(counted.given).sum(axis=0))
    if total == due and any(np.array_equal(found, rows) for found in sums):
        return
    if total == counted.first_batch:
        hint = "That is the first batch. Loop over all: `for images, labels in dataset:`."
    elif total == due - counted.last_batch:
        hint = "The last batch is smaller, and it is missing: count it, too."
    elif total == due:
        hint = "Sums of the rows should be the numbers of pictures in each class: take the labels from the data set."
    else:
        hint = "Begin with zeros, go through the data set once, and add one for each picture."
    raise CheckFailed(
        f"The data set holds {due} pictures, and the matrix counts {total}."
        if total != due
        else "The rows do not sum to the numbers of pictures in each class.",
        expected="Every picture of the whole data set, counted once.",
        why="A matrix over a part says little about the rest, least of all about classes that are not in that part.",
        hint=hint,
    )


def counts_others(counted: Counted) -> bool:
    """Whether whole numbers are counted that are neither those of the data set given nor of a part of it: those of another one."""
    values = np.asarray(counted.given, dtype=np.float64)
    whole = bool(np.all(np.isfinite(values))) and np.array_equal(values, np.rint(values))
    return whole and values.sum() != counted.truth.sum() and not _within_either(counted)


def assert_together(counted: Counted) -> None:
    """On a data set that deals its pictures anew on every pass, each prediction meets the label of its own picture.

    Raises:
        CheckFailed: predictions of one pass were held against labels of another.
    """
    if counted.given.shape == counted.truth.shape and _within_either(counted):
        return
    seen = (
        f"{_strange(counted.given, counted.truth)} of {int(counted.truth.sum())} pictures are counted in a wrong place when the "
        "data set shuffles anew on every pass."
        if counted.given.shape == counted.truth.shape
        else f"The array has shape {counted.given.shape} when the data set shuffles."
    )
    raise CheckFailed(
        seen,
        expected="The same counts in whatever order the pictures come.",
        why="`model.predict(dataset)` is one pass, a loop that collects labels is a second. Training data sets come in a new order "
        "each time, so the two no longer belong together, and the matrix looks like guessing.",
        hint="Take images and labels from the same batch: `for images, labels in dataset:` and predict inside the loop.",
    )


def assert_any_form(other_labels: Counted, scores: Counted, *, one_hot: bool) -> None:
    """Labels in the other form and raw scores are counted as those of the student's own form and probabilities are.

    Args:
        other_labels: counted over labels in the other form.
        scores: counted with a model that ends in raw scores.
        one_hot: whether the other form is that of one-hot vectors.

    Raises:
        CheckFailed: other counts.
    """
    for counted, what, hint in (
        (other_labels, "labels are one-hot vectors", "A one-hot label has the class at its largest value: `np.argmax(labels, axis=-1)`.")
        if one_hot
        else (other_labels, "labels are whole numbers", "A number is the class itself: take `np.argmax` of labels with two axes alone."),
        (scores, "the model ends in raw scores", "The largest score wins, as the largest probability does: no threshold, only `argmax`."),
    ):  # fmt: skip
        if counted.given.shape != counted.truth.shape or not counted.given.any() or not _within_either(counted):
            raise CheckFailed(
                f"Where {what}, pictures are counted in wrong places.",
                expected="The same matrix for labels as numbers or one-hot, for probabilities or raw scores.",
                why="Both forms are common, and both say the same.",
                hint=hint,
            )


def assert_absent_classes(counted: Counted) -> None:
    """Classes that the data set does not hold, or that are never predicted, keep their row and column.

    Raises:
        CheckFailed: they are left out, and all others move.
    """
    if counted.given.shape != counted.truth.shape:
        raise CheckFailed(
            f"With classes that never occur the array has shape {counted.given.shape}.",
            expected=f"The shape {counted.truth.shape}, with rows of zeros for classes that never occur.",
            why="Row 9 must mean the same class in every matrix, or no two can be compared.",
            hint="Say how many classes there are: `num_classes=` in TensorFlow, `labels=range(n)` in scikit-learn, "
            "`np.zeros((n, n), int)` by hand.",
        )
    if not np.all(np.isfinite(counted.given)):
        raise CheckFailed(
            "The rows of classes that never occur hold NaN.",
            expected="Rows of zeros for classes that never occur.",
            why="A class without pictures has none right and none wrong.",
            hint="Do not divide by the sum of a row: it may be zero.",
        )
    if not counted.given.any() or not _within_either(counted):
        raise CheckFailed(
            "With classes that never occur, pictures are counted in the rows of other classes.",
            expected="Each picture in the row of its true class, and rows of zeros for classes that never occur.",
            why="Row 9 must mean the same class in every matrix, or no two can be compared.",
            hint="Use class numbers as places; do not renumber the classes that are there.",
        )


def assert_every_class(confusion: Array, class_names: Sequence[str], at_least: float) -> None:
    """The trained network gets at least this share of the unseen pictures of each class right.

    Args:
        confusion: (classes, classes) counts over the hidden pictures that score, row: true class.
        class_names: in the order of the rows.
        at_least: from 0 to 1.

    Raises:
        CheckFailed: a class with less.
    """
    counts = confusion.sum(axis=1)
    right = np.divide(confusion.diagonal(), counts, out=np.ones(len(counts)), where=counts > 0)
    weak = [int(i) for i in np.argsort(right, kind="stable") if right[i] < at_least]
    if not weak:
        return
    worst = weak[0]
    others = confusion[worst].copy()
    others[worst] = 0
    taken = f", taken for {class_names[int(others.argmax())]} most often" if others.any() else ""
    raise CheckFailed(
        f"{len(weak)} of {len(counts)} classes stay below; {class_names[worst]} is recognised in {right[worst]:.0%} of its pictures"
        f"{taken}.",
        expected=f"At least {at_least:.0%} in every class.",
        why="A good average can hide a class that the network never learnt.",
        hint="Look at the confusion matrix of your validation set: classes that are taken for one another need more filters, "
        "or one more round of training.",
    )


def _within(given: Array, truth: Array) -> bool:
    """Whether something is counted, and only where the truth counts something, by numbers that can be counts.

    Where as many pictures are counted as there are, each has to be in its own place: one too many there is one too few elsewhere.
    """
    countable = bool(given.any()) and bool(np.all(np.abs(given) <= HIGHEST))  # NaN is not
    if countable and given.sum() == truth.sum():
        return bool(np.array_equal(given, truth))
    return countable and not np.any((given != 0) & (truth == 0))


def _within_either(counted: Counted) -> bool:
    return _within(counted.given, counted.truth) or _within(counted.given, counted.truth.T)


def _strange(given: Array, truth: Array) -> int:
    """How many counts are in a wrong place, as far as that can be told."""
    counts = np.nan_to_num(np.asarray(given, dtype=np.float64)).clip(-HIGHEST, HIGHEST)
    too_many = (counts - truth).clip(0) if counts.sum() == truth.sum() else counts[truth == 0]
    return round(float(too_many.sum()))
