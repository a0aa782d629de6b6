"""Features taken out of a backbone: one row for each picture, in order, with its own label."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.checks.finding import CheckFailed
from grader.checks.transfer import alike

Array = np.ndarray[Any, Any]
WHY_ROWS = "Whatever learns from features later takes row i and label i to belong to one picture."


@dataclass(frozen=True)
class Extracted:
    """What `extract_features` returned for a data set of known pictures.

    Attributes:
        features: as returned, rows first.
        labels: as returned.
        maps: the backbone's own output at inference, (n, h, w, c), in the order of the pictures.
        training_maps: gives the same in training mode, batch by batch as the data set gives them; asked only where rows differ.
        true_labels: (n,), class numbers.
    """

    features: Array = field(repr=False)
    labels: Array = field(repr=False)
    maps: Array = field(repr=False)
    training_maps: Callable[[], Array] = field(repr=False)
    true_labels: Array = field(repr=False)


def forms_of(maps: Array) -> dict[str, Array]:
    """The forms in which features may come, by name: as maps, flattened, or averaged over height and width."""
    return {"maps": maps, "flattened": maps.reshape(len(maps), -1), "averaged": maps.mean(axis=(1, 2))}


def assert_one_row_each(found: Extracted) -> None:
    """As many rows and labels as pictures.

    Raises:
        CheckFailed: fewer or more.
    """
    due, rows, labels = len(found.true_labels), len(found.features), len(found.labels)
    if rows != due or labels != due:
        raise CheckFailed(
            f"For a data set of {due} pictures there are {rows} rows of features and {labels} labels.",
            expected="One row and one label for each picture, the smaller last batch included.",
            why=WHY_ROWS,
            hint="Collect what each batch gives in a list, and `np.concatenate` the list at the end.",
        )


def assert_values(found: Extracted) -> None:
    """Row i is the backbone's own output for picture i, in inference mode, in one of the accepted forms.

    Raises:
        CheckFailed: another shape, another order, or other values.
    """
    assert_one_row_each(found)
    mine, forms = found.features, forms_of(found.maps)
    expected = "The backbone's output at inference, in the order of the data set: as maps, flattened, or averaged."
    form = next((name for name, truth in forms.items() if truth.shape == mine.shape), None)
    if form is None:
        raise CheckFailed(
            f"A row of features has shape {mine.shape[1:]}.", expected=expected
            + f" Shapes {', '.join(str(truth.shape[1:]) for truth in forms.values())}.",
            why="Features are what the backbone puts out, no more and no less.",
            hint="Call `pre_trained_model` on each batch; leave the batch axis alone.",
        )  # fmt: skip
    if alike(mine, forms[form]):
        return
    if alike(mine, forms_of(found.training_maps())[form]):
        raise CheckFailed(
            "The rows are what the backbone gives in training mode.", expected=expected,
            why="In training BatchNormalization looks at the other pictures of the batch: one and the same picture then "
            "has other features in other company.",
            hint="`pre_trained_model(images, training=False)`, or `predict_on_batch`.",
        )  # fmt: skip
    if _nearest(mine, forms[form]) is not None:
        raise CheckFailed(
            "The rows are right but stand in another order than the pictures.", expected=expected,
            why=WHY_ROWS, hint="Go through the data set as it comes, and shuffle nothing.",
        )  # fmt: skip
    raise CheckFailed(
        "The rows hold other values than the backbone gives.", expected=expected,
        why="Features are what the backbone puts out, no more and no less.",
        hint="Give it the pictures as the data set gives them: they are preprocessed already.",
    )  # fmt: skip


def assert_together(stable: Extracted, shuffled: Extracted) -> None:
    """Each row has the label of its own picture, also where the data set shuffles anew on every pass.

    Raises:
        CheckFailed: labels belong to other rows.
    """
    for found, kind in ((stable, "a data set in fixed order"), (shuffled, "a data set that shuffles on every pass")):
        assert_one_row_each(found)
        form = next((truth for truth in forms_of(found.maps).values() if truth.shape == found.features.shape), None)
        owners = None if form is None else _nearest(found.features, form)
        if owners is None:
            raise CheckFailed(
                f"In {kind} the rows cannot be told from one another, or come twice.",
                expected="Every picture's own features, once.", why=WHY_ROWS,
                hint="Look first at what is marked about the values.",
            )  # fmt: skip
        wrong = int(np.sum(class_numbers(found.labels) != found.true_labels[owners]))
        if wrong:
            raise CheckFailed(
                f"In {kind} {wrong} of {len(owners)} rows have the label of another picture.",
                expected="Row i and label i of one and the same picture.", why=WHY_ROWS,
                hint="Take both from the same pass: `for images, labels in dataset:`, and ask the backbone inside the loop.",
            )  # fmt: skip


def class_numbers(labels: Array) -> Array:
    """Labels (n,), (n, 1) or one-hot as class numbers; -1 where they are no such thing."""
    flat = np.asarray(labels, dtype=np.float64).reshape(len(labels), -1)
    if not flat.size or not np.isfinite(flat).all():
        return np.full(len(labels), -1)
    numbers: Array = flat.argmax(axis=1) if flat.shape[1] > 1 else np.rint(flat[:, 0]).astype(int)
    return numbers


def _nearest(mine: Array, truth: Array) -> Array | None:
    """For each row the picture whose features it holds; None unless that is one each."""
    rows, due = (a.reshape(len(a), -1).astype(np.float64) for a in (mine, truth))
    if not np.isfinite(rows).all():
        return None
    owners = np.array([int(np.abs(due - row).mean(axis=1).argmin()) for row in rows])
    exact = all(alike(row[None], due[owner][None]) for row, owner in zip(rows, owners, strict=True))
    return owners if exact and len(set(owners.tolist())) == len(rows) else None
