"""Evidence of `extract_features`: a backbone's outputs for a data set, with the labels that belong to them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from grader.checks.features import Extracted, assert_one_row_each, assert_values
from grader.checks.finding import CheckFailed
from grader.examiner.answers import reading_an_answer
from grader.examiner.once import once
from grader.examiner.own_backbone import Pictures, own_pictures
from grader.examiner.prepared import labels_like
from grader.examiner.source import Array, Unusable, waiting
from grader.examiner.transfer import TransferEvidence
from grader.wire import Message

FEATURES = "extract_features"
PICTURES = 26
"""In a data set for `extract_features`: three batches of `FEW` and a rest."""
FEW = 8


class ExtractingEvidence:
    """What the checks of `extract_features` look at, gathered as they ask for it."""

    def __init__(self, transfer: TransferEvidence) -> None:
        self._transfer = transfer

    @once
    def features(self) -> Extracted:
        """`extract_features` over a data set in fixed order."""
        return self._extracted_together.get(False) or self._extracted("features", reshuffle=False)

    @once
    def complete(self) -> Extracted:
        """The same, with one row and one label for each picture; what they hold can be judged only then."""
        _told_by(f"{FEATURES}/one_row_each", assert_one_row_each, self.features)
        return self.features

    @once
    def recognised(self) -> Extracted:
        """The same, with the right values: whose row it is can be told only then."""
        _told_by(f"{FEATURES}/values", assert_values, self.complete)
        return self.complete

    @once
    def shuffled(self) -> Extracted:
        """The same over one that deals its pictures anew on every pass."""
        _ = self.recognised
        return self._extracted_together.get(True) or self._extracted("features shuffled", reshuffle=True)

    @once
    def _extracted_together(self) -> dict[bool, Extracted]:
        """Both by one cell; empty where it did not answer, so that each is to be asked for alone."""
        order = [False, True] if self._transfer.number("features first") % 2 else [True, False]
        try:
            return self._extractions("features together", order)
        except Unusable:
            return {}

    def _extracted(self, purpose: str, *, reshuffle: bool) -> Extracted:
        return self._extractions(purpose, [reshuffle])[reshuffle]

    def _extractions(self, purpose: str, reshuffle: list[bool]) -> dict[bool, Extracted]:
        given = self._featured
        body, arrays = self._transfer.sent_learning_backbone
        reply = self._transfer.ask(
            FEATURES, "features", {**body, "batch_size": FEW, "reshuffle": reshuffle},
            {**arrays, "images": given.images, "labels": self._labels}, purpose,
        )  # fmt: skip
        with reading_an_answer():
            pairs = [[_rows_of(reply, f"{i}/{name}") for name in ("features", "labels")] for i in range(len(reshuffle))]
        return {
            one: Extracted(features, labels, self._true_maps, lambda: self._training_maps, given.labels)
            for one, (features, labels) in zip(reshuffle, pairs, strict=True)
        }

    @once
    def _featured(self) -> Pictures:
        """What `extract_features` is given, both times: by one cell or by two."""
        return own_pictures(self._transfer.number("features"), self._transfer.params, PICTURES)

    @once
    def _labels(self) -> Array:
        """Their labels in the form in which the student's own pipeline gives labels: a column can be stacked, plain numbers cannot.

        Plain numbers where that pipeline cannot be used.
        """
        numbers = self._featured.labels
        try:
            form = self._transfer.root.probed_pipeline.pipeline.train.passes[0].labels
        except Unusable:
            return numbers
        fits = form.dtype.kind in "fiub" and int(np.prod(form.shape[1:])) <= len(self._transfer.params.class_names)
        return labels_like(numbers, form) if fits else numbers

    @once
    def _true_maps(self) -> Array:
        return np.asarray(self._transfer.backbone(self._featured.images, training=False))

    @once
    def _training_maps(self) -> Array:
        """Batch by batch; the backbone's statistics stay as they were."""
        images = self._featured.images
        with self._transfer.learning_backbone() as backbone:
            before = [(variable, np.array(variable)) for variable in backbone.non_trainable_variables]
            starts = range(0, len(images), FEW)
            trained = np.concatenate([np.asarray(backbone(images[i : i + FEW], training=True)) for i in starts])
            for variable, value in before:
                variable.assign(value)
        return trained


def _rows_of(reply: Message, name: str) -> Array:
    array = reply.arrays[name]
    if array.dtype.kind not in "fiub" or array.ndim < 1:
        raise ValueError("no rows of numbers")
    return array


def _told_by(check: str, judge: Callable[[Extracted], None], found: Extracted) -> None:
    """Raises: Unusable, blocked by `check`, where it fails."""
    try:
        judge(found)
    except CheckFailed:
        raise waiting(check) from None
