"""Evidence of the many-class exercise, gathered from real entry points in this process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from grader.checks import confusion, decoding
from grader.examiner.answers import clean_png
from grader.examiner.assignment import Assignment
from grader.examiner.confusion_picture import confusion_picture
from grader.examiner.local_source import LocalSource
from grader.examiner.multiclass import MulticlassEvidence
from grader.examiner.source import Unusable
from grader.examiner.training import TrainedEvidence
from grader.exercises import load_exercise
from grader.student.module import StudentModule
from grader.wire import Message

PARAMS = load_exercise("week4_multiclass").params


def evidence(**entry_points: Any) -> MulticlassEvidence:
    return evidence_from(LocalSource(lambda _: StudentModule.from_namespace(entry_points)))


def evidence_from(source: LocalSource, seed: bytes = b"a seed of this test") -> MulticlassEvidence:
    assignment = Assignment(
        params=PARAMS, seed=seed, training_files={}, training_thumbnails=np.zeros((0, 1)),
        messy=None, hidden_files=(), hidden_images=(), hidden_labels=(),  # type: ignore[arg-type]
    )  # fmt: skip
    return MulticlassEvidence(TrainedEvidence(source, assignment))


def count(model: Any, dataset: Any) -> Any:
    matrix = np.zeros((model.output_shape[-1],) * 2, int)
    for images, labels in dataset:
        true = np.asarray(labels)
        true = true.argmax(-1) if true.ndim > 1 else true
        np.add.at(matrix, (true, model.predict_on_batch(images).argmax(-1)), 1)
    return matrix


def two_passes(model: Any, dataset: Any) -> Any:
    predicted = model.predict(dataset, verbose=0).argmax(-1)
    true = np.concatenate([np.asarray(labels) for _, labels in dataset])
    true = true.argmax(-1) if true.ndim > 1 else true
    matrix = np.zeros((model.output_shape[-1],) * 2, int)
    np.add.at(matrix, (true, predicted), 1)
    return matrix


def test_right_counts_pass_every_check():
    """Stable and shuffled, one-hot and whole numbers, probabilities and scores, classes missing."""
    found = evidence(confusion_matrix=count)
    confusion.assert_counts(found.counted)
    confusion.assert_true_by_predicted(found.counted)
    confusion.assert_every_image(found.counted)
    confusion.assert_together(found.counted_shuffled)
    confusion.assert_any_form(found.counted_other_labels, found.counted_scores, one_hot=True)
    confusion.assert_absent_classes(found.counted_absent)
    truth = found.counted.truth
    assert found.counted.last_batch < found.counted.first_batch == PARAMS.batch_size
    assert truth.sum(axis=1).all()
    assert (found.counted_absent.truth.sum(axis=1) == 0).sum() == 3
    assert found.counted_absent.truth[-1].sum() == found.counted_absent.truth[:, -1].sum() == 0
    assert not np.any((truth != 0) & (truth.T == 0) & (truth == truth.T))


def test_two_passes_are_found_out_by_the_shuffled_data_set_alone():
    """On the stable one they are right."""
    found = evidence(confusion_matrix=two_passes)
    confusion.assert_true_by_predicted(found.counted)
    confusion.assert_every_image(found.counted)
    with pytest.raises(confusion.CheckFailed, match="shuffles anew on every pass"):
        confusion.assert_together(found.counted_shuffled)


def test_decoded_predictions_of_every_call():
    """The default, other names, ties, and a `top` that is too large."""
    found = evidence(decode_predictions=lambda given, names, top=3: decoding.true_rows(given, names, top))
    decoding.assert_one_list_each(found.decoded)
    decoding.assert_best_first(found.decoded)
    decoding.assert_names(found.decoded, found.decoded_words)
    decoding.assert_probabilities(found.decoded)
    decoding.assert_ties(found.decoded_ties)
    decoding.assert_top((found.decoded, *found.decoded_tops))
    tied = found.decoded_ties.probabilities
    assert all(np.sum(row == row.max()) > 3 for row in tied)


def test_one_mistake_is_one_finding():
    """What fails in the plain call is raised by every other piece of evidence, the very same object."""

    def fails(*_: Any) -> Any:
        raise RuntimeError("no")

    found = evidence(confusion_matrix=fails, decode_predictions=lambda *_: [[("A", float("nan"))]])
    causes = []
    for name in ("counted", "counted_shuffled", "counted_absent", "decoded", "decoded_ties", "decoded_tops"):
        with pytest.raises(Unusable) as caught:
            getattr(found, name)
        causes.append(caught.value)
    assert causes[0] is causes[1] is causes[2]
    assert causes[0].status == "student_error"
    assert causes[3] is causes[4] is causes[5]
    assert "NaN" in causes[3].seen


def test_the_picture_of_the_confusion_is_a_picture():
    """Letters on both sides, whatever the counts."""
    matrix = np.diag(np.arange(len(PARAMS.class_names)))
    assert clean_png(confusion_picture(matrix, PARAMS.class_names))


@pytest.mark.parametrize("nothing", [[], [[]] * 6])
def test_no_entries_at_all_are_no_answer(nothing):
    """Empty lists hold nothing wrong, and nothing right either: every check waits."""
    found = evidence(decode_predictions=lambda *_: nothing)
    for name in ("decoded", "decoded_words", "decoded_ties", "decoded_tops"):
        with pytest.raises(Unusable, match="none of them names a class"):
            getattr(found, name)


def test_ties_sorted_by_name_are_seen():
    """Names come in no order there; where names are not looked up at all, that is a finding of its own."""

    def by_name(given: Any, names: Any, top: int = 3) -> Any:
        rows = (sorted(zip(names, row, strict=True), key=lambda pair: (-pair[1], pair[0])) for row in given)
        return [[(name, float(value)) for name, value in row[:top]] for row in rows]

    with pytest.raises(confusion.CheckFailed, match="Where probabilities are equal"):
        decoding.assert_ties(evidence(decode_predictions=by_name).decoded_ties)
    letters = evidence(
        decode_predictions=lambda given, names, top=3: decoding.true_rows(given, PARAMS.class_names, top)
    )
    decoding.assert_ties(letters.decoded_ties)


class CountingSource(LocalSource):
    """Cells of this process, counted: how many requests each of them answered."""

    def __init__(self, entry_points: dict[str, Any]) -> None:
        super().__init__(lambda _: StudentModule.from_namespace(entry_points))
        self.cells: list[int] = []

    def ask(
        self, task: str, names: Sequence[str], files: Mapping[str, bytes], seed: int, request: Message, *, quiet: bool
    ) -> Message:
        self.cells.append(len(request.body.get("cases", [None])))
        return super().ask(task, names, files, seed, request, quiet=quiet)


def all_decoded(found: MulticlassEvidence) -> None:
    decoding.assert_names(found.decoded, found.decoded_words)
    decoding.assert_ties(found.decoded_ties)
    decoding.assert_top((found.decoded, *found.decoded_tops))


def test_one_cell_answers_all_calls_of_a_function():
    """Starting one costs more than most calls."""
    counted = CountingSource({"decode_predictions": lambda given, names, top=3: decoding.true_rows(given, names, top)})
    all_decoded(evidence_from(counted))
    assert counted.cells == [7]


def test_a_call_that_raises_costs_the_others_nothing():
    """It is asked again in a cell of its own, and its error counts there; so it does where the whole cell ends."""

    def no_ties(given: Any, names: Any, top: int = 3) -> Any:
        if top > 20:
            raise RuntimeError("too many")
        return decoding.true_rows(given, names, top)

    counted = CountingSource({"decode_predictions": no_ties})
    found = evidence_from(counted)
    decoding.assert_names(found.decoded, found.decoded_words)
    decoding.assert_ties(found.decoded_ties)
    with pytest.raises(Unusable, match="too many"):
        _ = found.decoded_tops
    # There are no public pictures here that it might have looked for.
    assert counted.cells == [7, 1]


def test_what_holds_in_a_fresh_cell_alone_is_asked_there():
    """Code that ends its process, or raises from the second call on, was right once; each call has a cell of its own then."""
    calls: list[int] = []

    def first_only(given: Any, names: Any, top: int = 3) -> Any:
        calls.append(top)
        if len(calls) <= 7:
            raise SystemExit(3)
        return decoding.true_rows(given, names, top)

    counted = CountingSource({"decode_predictions": first_only})
    calls.extend([0] * 6)
    all_decoded(evidence_from(counted))
    assert counted.cells == [7, 1, 1, 1, 1, 1, 1]


def test_calls_come_in_an_order_that_the_seed_decides():
    """A function that answers by counting its calls is wrong in one of two assignments."""
    seen: list[list[int]] = []
    for number in range(8):
        tops: list[int] = []

        def noting(given: Any, names: Any, top: int = 3, tops: list[int] = tops) -> Any:
            tops.append(top)
            return decoding.true_rows(given, names, top)

        _ = evidence_from(CountingSource({"decode_predictions": noting}), b"seed %d" % number).decoded
        seen.append(tops)
    assert len({tuple(one) for one in seen}) > 4
