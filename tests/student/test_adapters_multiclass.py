"""Adapters of the many-class exercise: what entry points give becomes data, and what was not asked for is named."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.examiner.own_letters import Sheet, answering_model, probabilities, sheet
from grader.model_data import export_model
from grader.student.adapters import ADAPTERS, datasets
from grader.student.failures import NotWhatWasAsked
from grader.student.module import StudentModule
from grader.wire import Message, decode, encode

NAMES = ["A", "B", "K"]


def ask(adapter: str, entry: Any, arrays: dict[str, Any], **body: Any) -> Message:
    module = StudentModule.from_namespace({"entry": entry})
    reply = ADAPTERS[adapter](module, Message("request", {"adapter": adapter, "entry": "entry", **body}, arrays))
    return decode(b"".join(bytes(chunk) for chunk in encode(reply)))


def decoded(entry: Any, **body: Any) -> Message:
    return ask("decoded_predictions", entry, {"probabilities": probabilities(1, 2, 3)}, class_names=NAMES, **body)


def problem(adapter: Any, entry: Any, **body: Any) -> str:
    with pytest.raises(NotWhatWasAsked) as caught:
        adapter(entry, **body)
    assert len(caught.value.seen) < 400
    return caught.value.problem


# decode_predictions -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "returned",
    [
        [[("A", 0.5), ("B", 0.25)], [("K", 1.0)]],
        ([["A", np.float32(0.5)], ["B", 0.25]], (("K", 1),)),
        [zip("AB", [0.5, 0.25], strict=True), [(np.str_("K"), np.array([1.0]))]],
    ],
    ids=["lists", "tuples", "zip and arrays"],
)
def test_pairs_of_any_container_are_taken(returned):
    """Names and numbers come out in order, whatever held them."""
    reply = decoded(lambda *_: returned)
    assert reply.body["names"] == [["A", "B"], ["K"]]
    assert reply.arrays["values"].tolist() == [0.5, 0.25, 1.0]


def test_top_is_handed_over_only_when_it_is_asked_for():
    """Without it the student's own default works."""

    def entry(given, names, top=3):
        assert names == NAMES
        return [[(name, float(top)) for name in names[:top]] for _ in given]

    assert decoded(entry).arrays["values"].tolist() == [3.0] * 6
    assert decoded(entry, top=1).arrays["values"].tolist() == [1.0] * 2


@pytest.mark.parametrize(
    ("returned", "slug"),
    [
        (None, "none"), ("A", "not_lists_of_pairs"), (3, "not_lists_of_pairs"), ([None], "not_lists_of_pairs"),
        ([["A", "B"]], "not_lists_of_pairs"), ([[("A", 0.5, 1)]], "not_lists_of_pairs"),
        ([[("A", [0.5, 0.5])]], "not_lists_of_pairs"), ([[("A", None)]], "not_lists_of_pairs"),
        ([[(0.5, "A")]], "pair_turned_around"), ([[(3, 0.5)]], "name_is_no_text"),
        ([[("A", "50 %")]], "probability_is_text"), ([[("A", 0.5)] * 20_000], "too_many_names"),
    ],
)  # fmt: skip
def test_what_is_no_list_of_pairs_is_said(returned, slug):
    """Each way to miss the form has its own slug."""
    assert problem(decoded, lambda *_: returned) == slug


# confusion_matrix ---------------------------------------------------------------------------------------------------


def made(classes: int = 6, **options: Any) -> Sheet:
    return sheet(4, 28, 1, classes, each=8, **options)


def counted(entry: Any, *, reshuffle: bool = False, scores: bool = False, one_hot: bool = False) -> Any:
    pictures = made()
    body, arrays = export_model(answering_model(4, 28, 1, 6, scores=scores)).to_wire()
    labels = np.eye(6, dtype=np.float32)[pictures.labels] if one_hot else pictures.labels.astype(np.int32)
    reply = ask(
        "confusion_matrix", entry, {**arrays, "images": pictures.images, "labels": labels},
        model=body, batch_size=16, reshuffle=reshuffle,
    )  # fmt: skip
    return reply.arrays["matrix"]


@pytest.mark.parametrize("scores", [False, True])
def test_the_model_answers_as_the_sheet_says(scores):
    """The grader knows the predictions beforehand: rebuilt in the cell, the model gives exactly those."""

    def entry(model, dataset):
        return np.concatenate([model.predict(x, verbose=0).argmax(-1) for x, _ in dataset])

    assert counted(entry, scores=scores).tolist() == made().predicted.tolist()


def test_answers_are_unsure_enough_to_betray_a_threshold():
    """No probability reaches one half in every picture, and every raw score is negative."""
    pictures = sheet(4, 28, 1, 24, each=6)
    shares = np.asarray(answering_model(4, 28, 1, 24, scores=False)(pictures.images))
    assert np.mean(shares.max(axis=1) < 0.5) > 0.5
    assert np.asarray(answering_model(4, 28, 1, 24, scores=True)(pictures.images)).max() < 0


def test_training_mode_gives_other_answers():
    """A model asked with `training=True` drops what it looks at."""
    model, pictures = answering_model(4, 28, 1, 6, scores=False), made()
    assert np.any(np.asarray(model(pictures.images, training=True)).argmax(-1) != pictures.predicted)


def test_a_stable_data_set_and_one_that_is_dealt_anew():
    """Batches of the size asked for, the last one smaller; the order changes from pass to pass only where it should."""

    def entry(_, dataset):
        passes = [np.concatenate([y for _, y in dataset.as_numpy_iterator()]) for _ in range(2)]
        sizes = [len(y) for _, y in dataset.as_numpy_iterator()]
        assert sizes[:-1] == [16] * (len(sizes) - 1)
        assert sizes[-1] < 16
        return np.stack(passes)

    stable, dealt = counted(entry), counted(entry, reshuffle=True)
    assert np.array_equal(stable[0], stable[1])
    assert not np.array_equal(dealt[0], dealt[1])
    assert np.array_equal(np.sort(dealt[0]), np.sort(stable[0]))


@pytest.mark.parametrize(
    ("returned", "slug"),
    [
        (None, "none"), ("text", "not_a_matrix"), (7, "not_a_matrix"), ([[1, 2], [3]], "not_a_matrix"),
        ([["A"]], "not_a_matrix"), (object(), "not_a_matrix"), (np.zeros((1001, 1000)), "not_a_matrix"),
    ],
)  # fmt: skip
def test_what_is_no_array_of_numbers_is_said(returned, slug):
    """Anything else is a finding."""
    assert problem(counted, lambda *_: returned) == slug


def test_lists_and_tensors_are_arrays():
    """What converts to numbers is taken."""
    import tensorflow as tf

    assert counted(lambda *_: [[1, 2], [3, 4]]).tolist() == [[1, 2], [3, 4]]
    assert counted(lambda *_: tf.constant([[1.5]])).tolist() == [[1.5]]


# data sets ----------------------------------------------------------------------------------------------------------


def test_a_missing_channel_axis_is_told_from_a_missing_batch():
    """Both have three axes; only one has as many labels as pictures."""
    flat = [(np.zeros((4, 28, 28), np.float32), np.zeros(4))]
    with pytest.raises(NotWhatWasAsked) as caught:
        datasets.run(StudentModule.from_namespace({"entry": lambda: (flat, flat)}), _request())
    assert caught.value.problem == "no_channel_axis"
    single = [(np.zeros((28, 28, 1), np.float32), np.zeros(24))]
    with pytest.raises(NotWhatWasAsked) as caught:
        datasets.run(StudentModule.from_namespace({"entry": lambda: (single, single)}), _request())
    assert caught.value.problem == "not_batched"


def test_labels_without_a_single_number_are_no_labels():
    """A label of width zero says nothing."""
    empty = [(np.zeros((4, 28, 28, 1), np.float32), np.zeros((4, 0)))]
    with pytest.raises(NotWhatWasAsked, match="with labels of shape"):
        datasets.run(StudentModule.from_namespace({"entry": lambda: (empty, empty)}), _request())


def _request() -> Message:
    return Message("request", {"entry": "entry", "passes": 1, "max_images": 10}, {})
