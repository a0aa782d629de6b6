"""Evidence of the exercise with many classes: decoded predictions, confusion matrices, accuracy by class."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

import msgspec
import numpy as np

from grader.checks.applying import outputs_of
from grader.checks.class_labels import LabelForm, label_form
from grader.checks.confusion import Counted, assert_asks_the_model, counts_others, true_confusion
from grader.checks.decoding import Decoded, assert_names, assert_names_anything
from grader.checks.finding import CheckFailed
from grader.checks.mirrored import ADVICE, mirrors_inside, shows_mirrored
from grader.checks.tables import ReadTable, assert_rows
from grader.examiner.answers import reading_an_answer
from grader.examiner.cases import Case
from grader.examiner.confusion_picture import confusion_picture
from grader.examiner.evidence import ON_GLOBALS
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
from grader.wire import Message

EACH = 6
"""Pictures of each class in a data set for `confusion_matrix`, at least: with 24 classes five batches of 32 and a rest."""
ABSENT = 3
TOPS = (1, 5)
PLAIN = "plain"


@dataclass(frozen=True)
class Asked:
    """One call of `decode_predictions`: probabilities (n, classes), names of the classes, `top` or None for its default."""

    given: Array
    names: tuple[str, ...]
    top: int | None = None

    @property
    def case(self) -> Case:
        """What a cell is sent for it."""
        body = {"class_names": list(self.names)} | ({} if self.top is None else {"top": self.top})
        return Case(body, {"probabilities": self.given})


@dataclass(frozen=True)
class Counting:
    """One call of `confusion_matrix`: what a cell is sent, the true counts, images in a batch and in the last one."""

    case: Case
    truth: Array
    batch: int
    last: int


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
        found = self._decode(PLAIN)
        assert_names_anything(found)
        return found

    @once
    def decoded_words(self) -> Decoded:
        """Other class names, and another number of them."""
        return self._decode("words")

    @once
    def decoded_ties(self) -> Decoded:
        """Several classes of equal probability."""
        # In another order than that of the alphabet, or sorting by name would do; unless names are not looked up at all,
        # which is a finding of its own.
        with contextlib.suppress(Unusable, CheckFailed):
            assert_names(self.decoded, self.decoded_words)
            return self._decode("ties")
        return self._decode("ties by the alphabet")

    @once
    def decoded_tops(self) -> tuple[Decoded, ...]:
        """`top` of 1, of 5, and larger than the number of classes."""
        return tuple(self._decode(name) for name in self._to_decode if name.startswith("top "))

    @once
    def _to_decode(self) -> dict[str, Asked]:
        names, words = self._params.class_names, other_names(self._number("words"))
        mixed = [str(name) for name in np.random.default_rng(self._number("tied names")).permutation(names)]
        tied = tied_probabilities(self._number("ties"), 5, len(names))
        few = probabilities(self._number("tops"), 3, len(names))
        tops = (*(top for top in TOPS if top <= len(names)), len(names) + 7)
        return {
            PLAIN: Asked(probabilities(self._number("decode"), 6, len(names)), tuple(names)),
            "words": Asked(probabilities(self._number("word values"), 4, len(words)), tuple(words)),
            "ties": Asked(tied, tuple(mixed), 4),
            "ties by the alphabet": Asked(tied, tuple(names), 4),
            **{f"top {top}": Asked(few, tuple(names), top) for top in tops},
        }

    @once
    def _decoded_together(self) -> dict[str, Message]:
        return self._evidence.ask_together(
            "decode_predictions", "decoded_predictions", {name: one.case for name, one in self._to_decode.items()}
        )

    def _decode(self, purpose: str) -> Decoded:
        asked = self._to_decode[purpose]
        if purpose != PLAIN:
            # What goes wrong with the plain call is one mistake, not one for each further call.
            _ = self.decoded
        entry = "decode_predictions"
        reply = self._decoded_together.get(purpose) or self._evidence.ask_function(
            entry, "decoded_predictions", asked.case.body, asked.case.arrays, f"decode {purpose}"
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
        return Decoded(asked.given, asked.names, asked.top, rows)

    # confusion_matrix -----------------------------------------------------------------------------------------

    @once
    def counted(self) -> Counted:
        """Labels in the form of the student's own data sets, softmax, a data set that never changes its order.

        Raises:
            Unusable: other pictures are counted than those of the data set given, by a function built on another one.
        """
        counted = self._count(PLAIN)
        assert_asks_the_model(counted)
        if "confusion_matrix" in self._evidence.assignment.built_on_globals and counts_others(counted):
            raise Unusable(
                "failed", "`confusion_matrix` counts other pictures than those of the data set that it is given.",
                expected="The pictures of the argument `dataset`.", why="What comes after builds on exactly this.", hint=ON_GLOBALS,
            )  # fmt: skip
        return counted

    @once
    def counted_shuffled(self) -> Counted:
        """A data set that deals its pictures anew on every pass."""
        return self._count("shuffled")

    @once
    def counted_other_labels(self) -> Counted:
        """Labels in the other form: whole numbers where the student's own are one-hot vectors."""
        return self._count("other labels")

    @property
    def one_hot(self) -> bool:
        """Whether the student's own labels are one-hot vectors."""
        return self.label_form is not None and self.label_form.kind == "one-hot"

    @once
    def counted_scores(self) -> Counted:
        """A model that ends in raw scores."""
        return self._count("scores")

    @once
    def counted_absent(self) -> Counted:
        """Classes, the last among them, that neither occur nor are predicted."""
        return self._count("absent")

    @once
    def _to_count(self) -> dict[str, Counting]:
        return {
            PLAIN: self._counting(PLAIN),
            "shuffled": self._counting("shuffled", reshuffle=True),
            "other labels": self._counting("other labels", other_labels=True),
            "scores": self._counting("scores", scores=True),
            "absent": self._counting("absent", absent=ABSENT),
        }

    def _counting(
        self,
        purpose: str,
        *,
        reshuffle: bool = False,
        other_labels: bool = False,
        scores: bool = False,
        absent: int = 0,
    ) -> Counting:
        classes, size, channels = len(self._params.class_names), self._params.image_size, self._params.channels
        seed, batch = self._number(f"confusion {purpose}"), int(self._params.batch_size)
        made: Sheet = sheet(seed, size, channels, classes, each=max(EACH, -(-2 * batch // classes)), absent=absent)
        model = answering_model(seed, size, channels, classes, scores=scores)
        body, arrays = export_own_model(model).to_wire()
        one_hot = self.one_hot != other_labels
        labels = np.eye(classes, dtype=np.float32)[made.labels] if one_hot else made.labels.astype(np.int32)
        return Counting(
            Case(
                {"model": body, "batch_size": batch, "reshuffle": reshuffle},
                {**arrays, "images": made.images, "labels": labels},
            ),
            true_confusion(made.labels, made.predicted, classes),
            batch,
            len(made.labels) % batch or batch,
        )

    @once
    def _counted_together(self) -> dict[str, Message]:
        return self._evidence.ask_together(
            "confusion_matrix", "confusion_matrix", {name: one.case for name, one in self._to_count.items()}
        )

    def _count(self, purpose: str) -> Counted:
        asked = self._to_count[purpose]
        if purpose != PLAIN:
            _ = self.counted
        entry = "confusion_matrix"
        reply = self._counted_together.get(purpose) or self._evidence.ask_function(
            entry, "confusion_matrix", asked.case.body, asked.case.arrays, f"confusion {purpose}"
        )
        with reading_an_answer():
            given = np.asarray(reply.arrays["matrix"], dtype=np.float64)
        return Counted(given, asked.truth, asked.batch, asked.last)

    # train ----------------------------------------------------------------------------------------------------

    @once
    def unseen_confusion(self) -> Array:
        """The trained model's answers to the hidden pictures that score: counts, row: true class, in the order of names."""
        evidence = self._evidence
        run, hidden = evidence.training, evidence.hidden
        half = len(hidden.images) // 2
        images, labels = hidden.images[half:], hidden.labels[half:]
        model = evidence.trained_model(run.weights)
        outputs = outputs_of(model, images)
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
