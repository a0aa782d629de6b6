"""Evidence of the exercise with many classes: decoded predictions, confusion matrices, accuracy by class."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np

from grader.checks.class_labels import LabelForm, label_form
from grader.checks.confusion import Counted, assert_asks_the_model, true_confusion
from grader.checks.decoding import Decoded, assert_names, assert_names_anything
from grader.checks.finding import CheckFailed
from grader.checks.mirrored import ADVICE, mirrors_inside, shows_mirrored
from grader.checks.tables import ReadTable, assert_rows
from grader.examiner.answers import reading_an_answer
from grader.examiner.confusion_picture import confusion_picture
from grader.examiner.once import once
from grader.examiner.own_letters import (
    Sheet,
    answering_model,
    other_names,
    own_table,
    probabilities,
    sheet,
    tied_probabilities,
)
from grader.examiner.source import Array, Unusable
from grader.examiner.training import TrainedEvidence
from grader.examiner.twins import Twin, twin_number
from grader.model_data import decide, export_own_model, label_ids, output_kind

EACH = 6
"""Pictures of each class in a data set for `confusion_matrix`, at least: with 24 classes five batches of 32 and a rest."""
ABSENT = 3
TOPS = (1, 5)
PLAIN = "plain"


class MulticlassEvidence:
    """What the checks of the many-class exercise look at, gathered through the submission's evidence."""

    def __init__(self, evidence: TrainedEvidence) -> None:
        self._evidence = evidence
        self._params = evidence.params

    # labels and outputs ---------------------------------------------------------------------------------------

    @once
    def label_form(self) -> LabelForm | None:
        """Kind of the labels and the outputs that they need; None where the pipeline is unusable."""
        try:
            return label_form(self._evidence.probed_pipeline.pipeline)
        except Unusable:
            return None

    def advise(self) -> None:
        """Note what costs no points: pictures of letters that are mirrored at random."""
        found = False
        try:
            found = shows_mirrored(self._evidence.probed_pipeline)
        except Unusable:
            pass
        try:
            found = found or mirrors_inside(self._evidence.rebuilt.model)
        except Unusable:
            pass
        if found:
            self._evidence.notes.append(("mirrored-pictures", ADVICE))

    # parse_data_from_input ------------------------------------------------------------------------------------

    @once
    def table(self) -> ReadTable:
        """`parse_data_from_input` on a CSV file of random pictures."""
        params, call = self._params, self._evidence.assignment.calls["parse"]
        text, images, labels = own_table(self._number("table"), params.image_size, params.class_names)
        public, _, _ = own_table(twin_number("table"), params.image_size, params.class_names)
        path = f"table_{self._number('table name') % 10_000}.csv"
        reply = self._evidence.ask_once(
            "parse_data_from_input", call.entry, {path: text}, "table", {"path": path},
            twin=lambda: Twin({path: public}),
        )  # fmt: skip
        with reading_an_answer():
            found = ReadTable(reply.arrays["images"], reply.arrays["labels"], images, labels)
        assert_rows(found)
        return found

    # decode_predictions ---------------------------------------------------------------------------------------

    @once
    def decoded(self) -> Decoded:
        """Six pictures with the exercise's class names; `top` is left to its default."""
        names = self._params.class_names
        found = self._decode(PLAIN, probabilities(self._number("decode"), 6, len(names)), names, None)
        assert_names_anything(found)
        return found

    @once
    def decoded_words(self) -> Decoded:
        """Other class names, and another number of them."""
        names = other_names(self._number("words"))
        return self._decode("words", probabilities(self._number("word values"), 4, len(names)), names, None)

    @once
    def decoded_ties(self) -> Decoded:
        """Several classes of equal probability."""
        names = self._params.class_names
        # In another order than that of the alphabet, or sorting by name would do; unless names are not looked up at all,
        # which is a finding of its own.
        with contextlib.suppress(Unusable, CheckFailed):
            assert_names(self.decoded, self.decoded_words)
            names = [str(name) for name in np.random.default_rng(self._number("tied names")).permutation(names)]
        return self._decode("ties", tied_probabilities(self._number("ties"), 5, len(names)), names, 4)

    @once
    def decoded_tops(self) -> tuple[Decoded, ...]:
        """`top` of 1, of 5, and larger than the number of classes."""
        names = self._params.class_names
        given = probabilities(self._number("tops"), 3, len(names))
        tops = (*(top for top in TOPS if top <= len(names)), len(names) + 7)
        return tuple(self._decode(f"top {top}", given, names, top) for top in tops)

    def _decode(self, purpose: str, given: Array, names: Sequence[str], top: int | None) -> Decoded:
        body: dict[str, Any] = {"class_names": list(names)}
        if top is not None:
            body["top"] = top
        if purpose != PLAIN:
            # What goes wrong with the plain call is one mistake, not one for each further call.
            _ = self.decoded
        entry = "decode_predictions"
        reply = self._evidence.ask_once(
            entry, entry, {}, "decoded_predictions", body, {"probabilities": given}, purpose=f"decode {purpose}"
        )
        with reading_an_answer():
            lists = msgspec.convert(reply.body["names"], list[list[str]])
            values = np.asarray(reply.arrays["values"], dtype=np.float64)
            if values.shape != (sum(map(len, lists)),):
                raise ValueError("another number of values than of names")
        if not np.all(np.isfinite(values)):
            raise Unusable(
                "failed", "A probability came back as NaN or infinite.", expected="The probabilities of the array.",
                why="What comes after builds on exactly this.", hint="Return the array's own values.",
            )  # fmt: skip
        numbers = iter(values.tolist())
        rows = tuple(tuple((name, next(numbers)) for name in row) for row in lists)
        return Decoded(given, tuple(names), top, rows)

    # confusion_matrix -----------------------------------------------------------------------------------------

    @once
    def counted(self) -> Counted:
        """Whole-number labels, softmax, a data set that never changes its order. In the form that is asked for."""
        counted = self._count(PLAIN)
        assert_asks_the_model(counted)
        return counted

    @once
    def counted_shuffled(self) -> Counted:
        """A data set that deals its pictures anew on every pass."""
        return self._count("shuffled", reshuffle=True)

    @once
    def counted_one_hot(self) -> Counted:
        """One-hot labels."""
        return self._count("one-hot", one_hot=True)

    @once
    def counted_scores(self) -> Counted:
        """A model that ends in raw scores."""
        return self._count("scores", scores=True)

    @once
    def counted_absent(self) -> Counted:
        """Classes, the last among them, that neither occur nor are predicted."""
        return self._count("absent", absent=ABSENT)

    def _count(
        self, purpose: str, *, reshuffle: bool = False, one_hot: bool = False, scores: bool = False, absent: int = 0
    ) -> Counted:
        if purpose != PLAIN:
            _ = self.counted
        classes, size, channels = len(self._params.class_names), self._params.image_size, self._params.channels
        seed, batch = self._number(f"confusion {purpose}"), int(self._params.batch_size)
        made: Sheet = sheet(seed, size, channels, classes, each=max(EACH, -(-2 * batch // classes)), absent=absent)
        model = answering_model(seed, size, channels, classes, scores=scores)
        body, arrays = export_own_model(model).to_wire()
        labels = np.eye(classes, dtype=np.float32)[made.labels] if one_hot else made.labels.astype(np.int32)
        entry = "confusion_matrix"
        reply = self._evidence.ask_once(
            entry, entry, {}, "confusion_matrix", {"model": body, "batch_size": batch, "reshuffle": reshuffle},
            {**arrays, "images": made.images, "labels": labels}, purpose=f"confusion {purpose}",
        )  # fmt: skip
        with reading_an_answer():
            given = np.asarray(reply.arrays["matrix"], dtype=np.float64)
        truth = true_confusion(made.labels, made.predicted, classes)
        return Counted(given, truth, batch, len(made.labels) % batch or batch)

    # train ----------------------------------------------------------------------------------------------------

    @once
    def unseen_confusion(self) -> Array:
        """The trained model's answers to the hidden pictures that score: counts, row: true class, in the order of names."""
        evidence = self._evidence
        run, hidden = evidence.training, evidence.hidden
        half = len(hidden.images) // 2
        images, labels = hidden.images[half:], hidden.labels[half:]
        model = evidence.trained_model(run.weights)
        outputs = np.concatenate([np.asarray(model(images[i : i + 200])) for i in range(0, len(images), 200)])
        names = self._params.class_names
        # A number that is no class (an output too many, or a value that is not finite) counts as the class farthest away.
        places = {number: names.index(name) for name, number in evidence.real_pipeline.class_numbers.items()}
        # Labels of a type that cannot hold the numbers (true and false) were found wrong before; here they only must not stop us.
        true = [places.get(int(number), 0) for number in label_ids(labels)]
        predicted = [
            places.get(int(number), (place + len(names) // 2) % len(names))
            for number, place in zip(decide(outputs, output_kind(model)), true, strict=True)
        ]
        matrix: Array = true_confusion(np.array(true), np.array(predicted), len(names))
        evidence.pictures["confusion"] = confusion_picture(matrix, names)
        return matrix

    def _number(self, purpose: str) -> int:
        return self._evidence.assignment.number(purpose)
