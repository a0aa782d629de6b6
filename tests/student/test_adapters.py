"""Adapters turn what entry points give into data, and name what is not what was asked for."""

from __future__ import annotations

import functools
import io
import itertools
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import matplotlib.style
import numpy as np
import pytest
from matplotlib.figure import Figure

from grader.student.adapters import ADAPTERS, callbacks, datasets, figures, files, maps
from grader.student.failures import NotWhatWasAsked
from grader.student.module import StudentModule
from grader.wire import Message, decode, encode


def ask(adapter: str, entry: Any, arrays: dict[str, Any] | None = None, **body: Any) -> Message:
    """The answer to a request where the entry point is `entry`, through bytes and back."""
    module = StudentModule.from_namespace({"entry": entry})
    reply = ADAPTERS[adapter](module, Message("request", {"adapter": adapter, "entry": "entry", **body}, arrays or {}))
    return decode(b"".join(bytes(chunk) for chunk in encode(reply)))


def problem(adapter: str, entry: Any, arrays: dict[str, Any] | None = None, **body: Any) -> str:
    """The slug of the finding that the same request ends in."""
    with pytest.raises(NotWhatWasAsked) as caught:
        ask(adapter, entry, arrays, **body)
    assert len(caught.value.seen) < 500
    return caught.value.problem


def gives(value: Any) -> Any:
    return lambda *_: value


# file names ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("container", [list, tuple, sorted, iter, np.array])
def test_names_are_taken_from_any_container(container):
    """Lists, tuples, generators and arrays of names are names."""
    assert ask("file_names", gives(container(["a.jpg", "b.jpg"])), directory=".").body["names"] == ["a.jpg", "b.jpg"]


def test_names_may_be_paths_or_bytes():
    """`os.listdir(b"…")` and `Path.iterdir` give names, too; a very long one is cut."""
    body = ask("file_names", gives([Path("d/a.jpg"), b"b\xff.jpg", "c" * 10_000]), directory=".").body
    assert body["names"] == ["d/a.jpg", "b�.jpg", "c" * files.MAX_NAME]
    assert body["container"] == "list"


def test_the_folder_is_handed_over():
    """The entry point is called with the directory of the request."""
    assert ask("file_names", lambda folder: [folder], directory="photos").body["names"] == ["photos"]


@pytest.mark.parametrize(
    ("returned", "slug"),
    [
        (None, "none"), ("a.jpg", "not_a_list"), (b"a.jpg", "not_a_list"), (7, "not_a_list"),
        ([1, 2], "not_a_name"), ([None], "not_a_name"), ([["a.jpg"]], "not_a_name"),
        (itertools.repeat("a.jpg"), "too_many"),
    ],
)  # fmt: skip
def test_what_is_no_list_of_names_is_said(returned, slug):
    """Each mistake has its own slug, and an endless generator ends."""
    assert problem("file_names", gives(returned), directory=".") == slug


# data sets ----------------------------------------------------------------------------------------------------------


def batch(size: int = 4, side: int = 8, label: Any = 0) -> tuple[Any, Any]:
    return np.zeros((size, side, side, 3), np.float32), np.full(size, label)


def read(train: Any, validation: Any, *, passes: int = 1, most: int = 100) -> Message:
    return ask("datasets", gives((train, validation)), passes=passes, max_images=most)


def refused(train: Any, validation: Any | None = None) -> str:
    validation = [batch()] if validation is None else validation
    return problem("datasets", gives((train, validation)), passes=1, max_images=100)


def test_batches_are_read_on_both_sides_in_every_pass():
    """Sizes are kept batch by batch, arrays are joined."""
    reply = read([batch(4), batch(2)], [batch(3, label=1)], passes=2)
    assert reply.body["batches"] == {"train": [[4, 2], [4, 2]], "validation": [[3], [3]]}
    assert reply.body["endless"] == {"train": False, "validation": False}
    assert reply.arrays["train/1/images"].shape == (6, 8, 8, 3)
    assert reply.arrays["validation/0/labels"].tolist() == [1, 1, 1]
    assert "train/0/weights" not in reply.arrays


def test_weights_are_kept():
    """A third part of a batch is its weights."""
    reply = read([(*batch(2), np.array([1.0, 0.5]))], [batch()])
    assert reply.arrays["train/0/weights"].tolist() == [1.0, 0.5]


def test_an_endless_generator_is_cut():
    """A generator without a length is read up to the bound and marked."""
    reply = read((batch(4) for _ in itertools.count()), [batch()], most=10)
    assert reply.body["endless"] == {"train": True, "validation": False}
    assert reply.body["batches"]["train"] == [[4, 4]]


def test_a_keras_sequence_is_read_once_through():
    """What can be indexed for ever but knows its length is one pass long."""

    class Endless:
        def __len__(self):
            return 3

        def __getitem__(self, _):
            return batch(2)

    reply = read(Endless(), [batch()])
    assert reply.body["batches"]["train"] == [[2, 2, 2]]
    assert not reply.body["endless"]["train"]


def test_a_generator_that_is_used_up_is_empty_in_the_second_pass():
    """The second epoch without data shows as a pass without batches."""
    reply = read((batch() for _ in range(2)), [batch()], passes=2)
    assert reply.body["batches"]["train"] == [[4, 4], []]
    assert "train/1/images" not in reply.arrays


@pytest.mark.parametrize("cut", [True, False])
def test_a_tf_dataset_knows_its_length(cut):
    """`repeat()` is cut at the bound, a plain data set is read to its end."""
    import tensorflow as tf

    made = tf.data.Dataset.from_tensor_slices(batch(8)).batch(4)
    reply = read(made.repeat() if cut else made, [batch()], most=12)
    assert reply.body["endless"]["train"] is cut
    assert reply.body["batches"]["train"] == [[4, 4, 4] if cut else [4, 4]]


@pytest.mark.parametrize(
    ("returned", "slug"),
    [
        (None, "none"), (np.zeros(2), "not_a_pair"), ([batch()][0][0], "not_a_pair"), (([batch()],), "not_a_pair"),
        (([batch()], [batch()], [batch()]), "not_a_pair"), (([batch()], None), "not_a_dataset"),
        ((7, [batch()]), "not_a_dataset"),
    ],
)  # fmt: skip
def test_what_is_no_pair_of_data_sets_is_said(returned, slug):
    """The entry point must return two sides."""
    assert problem("datasets", gives(returned), passes=1, max_images=100) == slug


@pytest.mark.parametrize(
    ("made", "slug"),
    [
        (batch()[0], "not_pairs"),
        ((batch()[0], "cat"), "not_pairs"),
        ((batch(4)[0], np.zeros(3)), "not_pairs"),
        ((batch(4)[0], np.float32(1)), "not_pairs"),
        ((np.zeros((8, 8, 3)), np.zeros(8)), "not_batched"),
        ((np.zeros((4, 192)), np.zeros(4)), "not_images"),
        ((batch(2)[0], np.array(["cat", "dog"])), "not_numbers"),
        ((np.full((1, 1, 1, 1), "a.jpg"), np.zeros(1)), "not_numbers"),
        (([np.zeros((8, 8, 3)), np.zeros((9, 8, 3))], np.zeros(2)), "ragged"),
    ],
    ids=[
        "images only", "name as label", "too few labels", "one label", "single image", "flat", "text labels",
        "names as images", "several sizes",
    ],
)  # fmt: skip
def test_what_is_no_batch_is_said(made, slug):
    """Each shape of a mistake has its own slug, on either side."""
    assert refused([made]) == slug
    assert refused([batch()], [made]) == slug


def test_a_ragged_tensor_is_said():
    """TensorFlow's own batch of differing sizes counts as one."""
    import tensorflow as tf

    images = tf.RaggedTensor.from_row_lengths(tf.zeros((5, 8, 3)), [2, 3])
    assert refused([(images, np.zeros(2))]) == "ragged"


def test_sizes_that_differ_between_batches_are_said():
    """Without `image_size`, each batch may fit in itself."""
    assert refused([batch(side=8), batch(side=9)]) == "sizes_differ"


def test_bytes_of_images_are_bounded(monkeypatch):
    """Few but enormous images are cut like many small ones."""
    monkeypatch.setattr(datasets, "MAX_IMAGE_BYTES", 4 * 8 * 8 * 3 * 4)
    assert read([batch(4), batch(4)], [batch()]).body["batches"]["train"] == [[4]]


# figures ------------------------------------------------------------------------------------------------------------


HISTORY = {"loss": [0.9, 0.5], "val_loss": [1.0, 0.7]}


def drawn(history: Any) -> Figure:
    figure = Figure()
    axes = figure.subplots()
    for name, values in history.history.items():
        axes.plot(history.epoch, values, label=name)
    axes.set(title="Loss", xlabel="epoch", ylabel="loss")
    axes.legend()
    return figure


def test_a_figure_is_told_by_its_lines_and_texts():
    """Curves, labels and a PNG, made from a real History."""
    reply = ask("figure", drawn, history=HISTORY)
    (axes,) = reply.body["axes"]
    assert (axes["title"], axes["xlabel"], axes["ylabel"]) == ("Loss", "epoch", "loss")
    assert axes["legend"] == ["loss", "val_loss"]
    assert [line["label"] for line in axes["lines"]] == ["loss", "val_loss"]
    assert reply.arrays[f"y{axes['lines'][1]['number']}"].tolist() == HISTORY["val_loss"]
    assert reply.arrays["png"].tobytes().startswith(b"\x89PNG")


def test_a_legend_names_lines_that_have_no_label_of_their_own():
    """What is drawn beside a line's look counts, on the axes or on the figure; two lines of one look are not guessed."""

    def named_late(history: Any, **how: Any) -> Figure:
        figure = Figure()
        axes = figure.subplots()
        for values in history.history.values():
            axes.plot(history.epoch, values, **how)
        axes.legend(["validation", "training"])
        return figure

    def labels(make: Any) -> list[str]:
        return [line["label"] for line in ask("figure", make, history=HISTORY).body["axes"][0]["lines"]]

    assert labels(named_late) == ["validation", "training"]
    assert "validation" not in labels(lambda history: named_late(history, color="black"))


def test_a_figure_may_come_with_its_axes():
    """`return plt.subplots()` gives a pair whose first is the figure."""
    reply = ask("figure", lambda history: (drawn(history), "axes"), history=HISTORY)
    assert reply.body["tuple"] is True
    assert len(reply.body["axes"]) == 1


@pytest.mark.parametrize("returned", [None, 3, (), ("figure",), []])
def test_what_is_no_figure_is_said(returned):
    """A function that only shows returns None."""
    assert problem("figure", gives(returned), history=HISTORY) == "not_a_figure"


def test_a_laid_out_figure_is_drawn_once(monkeypatch):
    """`savefig` draws what `tight_layout` has arranged twice; the picture is the same to the byte."""
    expected, draws = io.BytesIO(), []
    figure = drawn(SimpleNamespace(history=HISTORY, epoch=[0, 1]))
    figure.tight_layout()
    figure.savefig(expected, format="png", dpi=figures.PICTURE_DPI)
    draw = Figure.draw
    monkeypatch.setattr(Figure, "draw", lambda *given: (draws.append(1), draw(*given)))

    def laid_out(history):
        figure = drawn(history)
        figure.tight_layout()
        return figure

    assert ask("figure", laid_out, history=HISTORY).arrays["png"].tobytes() == expected.getvalue()
    assert len(draws) == 1


@pytest.mark.parametrize("style", ["grayscale", {"savefig.transparent": True}, {"savefig.bbox": "tight"}], ids=str)
def test_a_laid_out_figure_looks_as_matplotlib_saves_it(style):
    """With a background for saving, and with what is animated."""
    expected = io.BytesIO()

    def make(history):
        figure = drawn(history)
        figure.axes[0].plot([0, 1], animated=True)
        figure.tight_layout()
        return figure

    with matplotlib.style.context(style):
        make(SimpleNamespace(history=HISTORY, epoch=[0, 1])).savefig(expected, format="png", dpi=figures.PICTURE_DPI)
        assert ask("figure", make, history=HISTORY).arrays["png"].tobytes() == expected.getvalue()


def test_a_figure_that_lays_itself_out_is_saved_as_matplotlib_does():
    """Where the layout is made while drawing, `savefig` knows how."""
    expected = io.BytesIO()

    def make(_history):
        figure = Figure(layout="constrained")
        for ax in figure.subplots(2, 2).flat:
            ax.plot([1, 2])
            ax.set_title("long enough to need room")
        return figure

    make(None).savefig(expected, format="png", dpi=figures.PICTURE_DPI)
    assert ask("figure", make, history=HISTORY).arrays["png"].tobytes() == expected.getvalue()


def test_a_rehearsal_is_not_laid_out():
    """Nobody sees it. The method is back afterwards, whatever the function did."""
    own, calls = Figure.tight_layout, []

    def make(history):
        calls.append(Figure.tight_layout is own)
        figure = drawn(history)
        figure.tight_layout()
        return figure

    assert ask("figure", make, history=HISTORY, rehearsal=True).body == {}
    assert problem("figure", gives(None), history=HISTORY, rehearsal=True) == "not_a_figure"
    ask("figure", make, history=HISTORY)
    assert calls == [False, True]
    assert Figure.tight_layout is own


def test_a_figure_is_bounded():
    """Size, points and texts of a figure have limits, so that its picture can be drawn."""

    def huge(_):
        figure = Figure(figsize=(5000, 2))
        axes = figure.subplots()
        axes.plot(np.arange(30_000), np.zeros(30_000))
        axes.set_title("t" * 5_000)
        return figure

    reply = ask("figure", huge, history=HISTORY)
    assert len(reply.arrays["x0"]) == figures.MAX_POINTS
    assert len(reply.body["axes"][0]["title"]) == figures.MAX_TEXT


# callbacks ----------------------------------------------------------------------------------------------------------


class Stops(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if (logs or {}).get("accuracy", 0) >= 0.9:
            self.model.stop_training = True


SCENARIOS = [
    {"first_epoch": 0, "logs": [{"accuracy": 0.5}, {"accuracy": 0.9}]},
    {"first_epoch": 3, "logs": [{"accuracy": 0.1}]},
]


class Adjustable(Stops):
    def __init__(self, accuracy=0.9):
        super().__init__()
        self.goal = accuracy

    def on_epoch_end(self, epoch, logs=None):
        if logs["accuracy"] >= self.goal:
            self.model.stop_training = True


def makes_one(accuracy=0.9):
    return Adjustable(accuracy)


@pytest.mark.parametrize(
    "entry",
    [Stops, Stops(), Adjustable, makes_one, functools.partial(Adjustable, 0.9), keras.callbacks.LambdaCallback],
    ids=["class", "instance", "defaults", "function", "partial", "Keras' own"],
)
def test_a_callback_is_played_scenario_by_scenario(entry):
    """One answer per epoch, and no scenario inherits the stop of the one before."""
    stops = [[False, False], [False]] if entry is keras.callbacks.LambdaCallback else [[False, True], [False]]
    assert ask("callback", entry, scenarios=SCENARIOS).body["stops"] == stops


def test_a_callback_is_called_as_fit_calls_it():
    """Logs in every epoch and at the end of training, the model's history at hand, and None nowhere."""

    class Reads(keras.callbacks.Callback):
        def on_train_begin(self, logs):
            self.kept = [len(logs), self.params["epochs"]]

        def on_epoch_begin(self, epoch, logs):
            self.kept += [len(logs)]

        def on_epoch_end(self, epoch, logs):
            self.kept += [logs["accuracy"], len(self.model.history.history.get("accuracy", []))]

        def on_train_end(self, logs):
            assert [*self.kept, logs["accuracy"]] == [0, 2, 0, 0.5, 0, 0, 0.9, 1, 0.9]

    assert ask("callback", Reads, scenarios=SCENARIOS[:1]).body["stops"] == [[False, False]]


def test_a_callback_changes_only_its_own_logs():
    """Logs emptied by one instance are whole for the next."""

    class Clears(Stops):
        def on_epoch_end(self, epoch, logs=None):
            super().on_epoch_end(epoch, logs)
            logs.clear()

    assert ask("callback", Clears, scenarios=SCENARIOS[:1] * 2).body["stops"] == [[False, True]] * 2


@pytest.mark.parametrize(
    "entry", [dict, 7, None, lambda epoch, logs: None, lambda: None], ids=["class", "number", "none", "rule", "empty"]
)
def test_what_is_no_callback_is_said(entry):
    """A class that forgot its parent is none."""
    assert problem("callback", entry, scenarios=SCENARIOS) == "not_a_callback"


def test_a_callback_that_raises_raises():
    """Its exception is the student's, with the student's line."""

    class Fails(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            raise KeyError("val_accuracy")

    with pytest.raises(KeyError):
        callbacks.run(
            StudentModule.from_namespace({"entry": Fails}),
            Message("request", {"entry": "entry", "scenarios": SCENARIOS}),
        )


# feature maps -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("container", [list, tuple, dict])
def test_pairs_of_names_and_arrays_are_taken(container):
    """A list or a dict of name and array, nothing else."""
    names, arrays = maps.pairs_of(container([("conv", np.ones((2, 2))), ("pool", [[1.0]])]), "feature_maps")
    assert names == ["conv", "pool"]
    assert [array.shape for array in arrays] == [(2, 2), (1, 1)]


@pytest.mark.parametrize(
    ("returned", "slug"),
    [
        (None, "none"), (np.zeros(3), "not_a_list"), (7, "not_a_list"), ([np.zeros(3)], "not_pairs"),
        ([("conv",)], "not_pairs"), ([(np.zeros(3), "conv")], "not_pairs"), ([("conv", "pool")], "not_numbers"),
        ([("conv", None)], "not_numbers"),
    ],
)  # fmt: skip
def test_what_is_no_list_of_maps_is_said(returned, slug):
    """Names come first, arrays second."""
    with pytest.raises(NotWhatWasAsked) as caught:
        maps.pairs_of(returned, "feature_maps")
    assert caught.value.problem == slug


def test_given_maps_are_handed_to_the_function_that_draws():
    """The plot is asked for on maps of the request, which it may change without harm."""
    seen = []

    def plot(given):
        seen.extend((name, array.copy()) for name, array in given)
        given[0][1][:] = 0
        return Figure()

    array = np.arange(4.0).reshape(2, 2)
    reply = ask("feature_maps", plot, {"map0": array}, names=["conv"])
    assert seen[0][0] == "conv"
    assert np.array_equal(seen[0][1], np.arange(4.0).reshape(2, 2))
    assert array.sum() == 6
    assert reply.body["axes"] == []


# models -------------------------------------------------------------------------------------------------------------


def test_a_model_is_answered_as_data():
    """Config and weights, nothing of the student's objects."""
    model = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Flatten(), keras.layers.Dense(1)])
    reply = ask("model", gives(model))
    assert "config" in reply.body["model"]
    assert reply.arrays


@pytest.mark.parametrize(("returned", "slug"), [(None, "none"), (7, "not_a_model"), (keras.Sequential, "not_a_model")])
def test_what_is_no_model_is_said(returned, slug):
    """A missing return and a class instead of an instance differ."""
    assert problem("model", gives(returned)) == slug


@pytest.mark.parametrize(("bound", "slug"), [(None, "none_bound"), (7, "not_a_model")])
def test_a_name_that_holds_no_model_is_told_as_such(bound, slug):
    """`model = model.compile(...)` in a script is not a function that cannot be called."""
    assert problem("model", bound) == slug
