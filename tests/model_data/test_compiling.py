"""What a model was compiled with arrives as it was."""

import keras
import pytest
import tensorflow as tf
from keras import layers

from grader.model_data import export_model, output_kind, rebuild_model


def own_metric(y_true, y_pred):
    return keras.ops.mean(y_pred)


@pytest.mark.parametrize(
    ("given", "name", "rate"),
    [
        ("adam", "Adam", 0.001),
        (keras.optimizers.RMSprop(learning_rate=1e-4), "RMSprop", 1e-4),
        (keras.optimizers.SGD(0.01, momentum=0.9, clipnorm=1.0), "SGD", 0.01),
        (keras.optimizers.Adam(keras.optimizers.schedules.ExponentialDecay(0.5, 10, 0.9)), "Adam", 0.5),
        (keras.optimizers.Adam(keras.optimizers.schedules.PiecewiseConstantDecay([5], [0.2, 0.1])), "Adam", 0.2),
    ],
)
def test_optimizer_keeps_its_class_and_rate(given, name, rate, tiny, over_the_wire):
    """Optimisers by name and as objects, schedules included."""
    model = rebuild_model(over_the_wire(export_model(tiny(optimizer=given)))).model
    assert type(model.optimizer).__name__ == name
    assert float(model.optimizer.learning_rate) == pytest.approx(rate)


def test_rate_set_after_compile_counts(tiny):
    """The optimiser is described as it is, not as it was when compiled."""
    model = tiny()
    model.optimizer.learning_rate = 0.25
    assert float(rebuild_model(export_model(model)).model.optimizer.learning_rate) == pytest.approx(0.25)


class WarmUp(keras.optimizers.schedules.LearningRateSchedule):
    """As students write one: without a `get_config`."""

    def __init__(self, peak):
        self.peak = peak

    def __call__(self, step):
        return self.peak * keras.ops.minimum(1.0, (keras.ops.cast(step, "float32") + 1) / 50)


class Described(WarmUp):
    def get_config(self):
        return {"peak": self.peak}


class Decay(keras.optimizers.schedules.ExponentialDecay):
    def __call__(self, step):
        return super().__call__(step) / 2


def now():
    return 0.125


@pytest.mark.parametrize(
    ("rate", "peak", "name"),
    [
        (WarmUp(0.125), 0.125, "WarmUp"),
        (Described(0.125), 0.125, "Described"),
        (Decay(0.25, 10, 0.5), 0.125, "Decay"),
        (now, 0.125, "now"),
        (lambda: keras.Variable(0.125), 0.125, "<lambda>"),
    ],
    ids=["without config", "with config", "of Keras' own", "function", "variable"],
)
def test_a_rate_of_ones_own_travels_as_its_largest_value(rate, peak, name, tiny, over_the_wire):
    """The optimizer around it is Keras' own, and stays as it was in the student's process."""
    optimizer = keras.optimizers.SGD(rate, momentum=0.5)
    data = export_model(tiny(optimizer=optimizer))
    assert optimizer._learning_rate is rate
    rebuilt = rebuild_model(over_the_wire(data))
    assert rebuilt.compile_problem == ""
    assert float(rebuilt.model.optimizer.learning_rate) == pytest.approx(peak)
    assert rebuilt.model.optimizer.momentum == 0.5
    assert [note.code for note in data.notes] == ["custom_rate"]
    assert f"`{name}` is code of your own: graded is its largest value in the first steps, 0.125." in data.notes[0].text


@pytest.mark.parametrize("value", [0.0, -1.0, float("nan"), "much"])
def test_a_rate_that_is_no_rate_is_told(value, tiny):
    """The architecture can still be looked at."""
    optimizer = keras.optimizers.SGD(now)
    optimizer._learning_rate = lambda: value
    data = export_model(tiny(optimizer=optimizer))
    assert [note.code for note in data.notes] == ["undescribed_optimizer"]
    assert "cannot be described" in data.notes[0].text


@pytest.mark.parametrize(
    "loss",
    [
        "binary_crossentropy",
        keras.losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.1),
        keras.losses.binary_crossentropy,
        {"out": "binary_crossentropy"},
        ["mse"],
    ],
)
def test_built_in_loss_arrives(loss, tiny, over_the_wire):
    """By name, as an object, as Keras' function, in a dict by output or a list of one."""
    rebuilt = rebuild_model(over_the_wire(export_model(tiny(loss=loss))))
    assert rebuilt.compiled
    assert rebuilt.compile_problem == ""
    assert rebuilt.notes == ()


@pytest.mark.parametrize("loss", ["binary_crossentropy_with_logits", "crossentropi", ["bin"], {"out": "x"}])
def test_a_loss_that_keras_does_not_know_is_told_when_rebuilt(loss, tiny, over_the_wire):
    """Keras itself takes any name and looks it up in the first step of a training: too late for a finding of its own."""
    rebuilt = rebuild_model(over_the_wire(export_model(tiny(loss=loss))))
    assert not rebuilt.compiled
    assert "Could not interpret loss" in rebuilt.compile_problem
    assert output_kind(rebuilt.model) == "probability"


@pytest.mark.parametrize("weights", [[1], {"out": 1}, [0.5], None])
def test_weights_of_the_one_loss_are_taken_in_every_form(weights, tiny, over_the_wire):
    """A whole number in a list is what Keras takes, and alone it takes floats only."""
    model = tiny()
    model.compile("adam", "binary_crossentropy", loss_weights=weights)
    rebuilt = rebuild_model(over_the_wire(export_model(model)))
    assert rebuilt.compiled, rebuilt.compile_problem


@pytest.mark.parametrize(
    ("metrics", "kept", "codes"),
    [
        (["accuracy"], ["accuracy"], []),
        (["acc"], ["acc"], []),
        ({"out": ["accuracy"]}, ["accuracy"], []),
        (["accuracy", own_metric], ["accuracy"], ["custom_metric"]),
        ([keras.metrics.binary_accuracy], ["binary_accuracy"], []),
        (["accuracy", keras.metrics.MeanIoU(num_classes=2)], ["accuracy"], ["custom_metric"]),
        (["accuracy", "nonsense"], ["accuracy"], ["custom_metric"]),
        (None, None, []),
    ],
)
def test_metrics_arrive_and_own_ones_are_left_out(metrics, kept, codes, tiny):
    """A metric of the student's own is dropped with a note; it changes nothing that is learnt."""
    data = export_model(tiny(metrics=metrics))
    assert data.compile_config["metrics"] == kept
    assert [note.code for note in data.notes] == codes
    assert data.unknown_metrics == tuple(note.text for note in data.notes)
    assert rebuild_model(data).compiled


def right(y_true, y_pred):
    """One number for each picture."""
    return keras.ops.cast(keras.ops.equal(y_true, keras.ops.round(y_pred)), "float32")


def treffer(y_true, y_pred):
    """One number for the batch; scores above 0 mean the second class."""
    return tf.reduce_mean(tf.cast(tf.equal(tf.reshape(y_true, [-1]) > 0.5, tf.reshape(y_pred, [-1]) > 0), tf.float32))


def among_many(y_true, y_pred):
    return tf.cast(tf.equal(tf.cast(y_true, tf.int64), tf.argmax(y_pred, axis=-1)), tf.float32)


def in_numbers(y_true, y_pred):
    """Takes the whole numbers that the pipeline gives, without a cast."""
    return tf.equal(y_true, tf.argmax(y_pred, axis=-1))


def among_one_hot(y_true, y_pred):
    return tf.reduce_mean(tf.cast(tf.argmax(y_true, -1) == tf.argmax(y_pred, -1), tf.float32))


class Counted(keras.metrics.Metric):
    def __init__(self, name="accuracy", **kwargs):
        super().__init__(name=name, **kwargs)
        self.hits = self.add_weight(name="hits", initializer="zeros")
        self.all = self.add_weight(name="all", initializer="zeros")

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.hits.assign_add(keras.ops.sum(right(y_true, y_pred)))
        self.all.assign_add(keras.ops.cast(keras.ops.size(y_true), "float32"))

    def result(self):
        return self.hits / self.all


@pytest.mark.parametrize(
    ("metric", "units", "taken", "name"),
    [
        (right, 1, "BinaryAccuracy", "right"),
        (Counted(), 1, "BinaryAccuracy", "accuracy"),
        (Counted, 1, "BinaryAccuracy", "accuracy"),
        (in_numbers, 3, "SparseCategoricalAccuracy", "in_numbers"),
        (among_many, 3, "SparseCategoricalAccuracy", "among_many"),
        (among_one_hot, 3, "CategoricalAccuracy", "among_one_hot"),
    ],
)
def test_an_own_metric_that_computes_accuracy_is_taken_as_accuracy(metric, units, taken, name, tiny):
    """By what it returns, and under its own name: that is the key in logs and histories."""
    loss = "binary_crossentropy" if units == 1 else "categorical_crossentropy"
    data = export_model(
        tiny(units=units, activation="softmax" if units > 1 else "sigmoid", loss=loss, metrics=[metric])
    )
    (kept,) = data.compile_config["metrics"]
    assert (kept["class_name"], kept["config"]["name"]) == (taken, name)
    assert [note.text for note in data.notes] == [f"Your metric `{name}` computes `{taken}` and was taken as that."]
    assert data.unknown_metrics == ()
    assert rebuild_model(data).compiled


def either(y_true, y_pred):
    """For labels of both kinds."""
    if y_true.shape[-1] == y_pred.shape[-1]:
        y_true = keras.ops.argmax(y_true, axis=-1)
    return keras.ops.equal(keras.ops.reshape(y_true, (-1,)), keras.ops.cast(keras.ops.argmax(y_pred, -1), y_true.dtype))


@pytest.mark.parametrize(
    ("loss", "taken"),
    [
        ("sparse_categorical_crossentropy", "SparseCategoricalAccuracy"),
        (keras.losses.SparseCategoricalCrossentropy(), "SparseCategoricalAccuracy"),
        ("categorical_crossentropy", "CategoricalAccuracy"),
    ],
)
def test_the_loss_says_which_labels_a_metric_for_both_is_for(loss, taken, tiny):
    """Or it would be told that it does not fit its labels."""
    data = export_model(tiny(units=3, activation="softmax", loss=loss, metrics=[either]))
    assert [metric["class_name"] for metric in data.compile_config["metrics"]] == [taken]


def test_raw_scores_are_decided_at_0(tiny):
    """Where the last layer is linear."""
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    (kept,) = export_model(tiny(activation=None, loss=loss, metrics=[treffer])).compile_config["metrics"]
    assert (kept["class_name"], kept["config"]["threshold"]) == ("BinaryAccuracy", 0.0)


def fooled(y_true, y_pred):
    """Called an accuracy, and none."""
    return keras.ops.ones_like(y_pred)


def looks_away(y_true, y_pred):
    return y_true


def always_the_second(y_true, y_pred):
    """Right for raw scores; what a sigmoid gives is always above 0."""
    return keras.ops.equal(y_true, keras.ops.cast(y_pred > 0, "float32"))


def nearly(y_true, y_pred):
    return 1 - keras.ops.abs(y_true - y_pred)


def failing(y_true, y_pred):
    raise ValueError("no")


@pytest.mark.parametrize("metric", [fooled, looks_away, always_the_second, nearly, failing])
def test_an_own_metric_that_computes_something_else_is_none(metric, tiny):
    """A name proves nothing."""
    data = export_model(tiny(metrics=[metric]))
    assert data.compile_config["metrics"] == []
    assert [note.code for note in data.notes] == ["custom_metric"]


def test_metric_objects_arrive(tiny):
    """Metrics as objects keep their settings."""
    data = export_model(tiny(metrics=[keras.metrics.BinaryAccuracy(threshold=0.4), keras.metrics.AUC()]))
    assert [metric["class_name"] for metric in data.compile_config["metrics"]] == ["BinaryAccuracy", "AUC"]
    assert rebuild_model(data).compiled


def test_bare_string_of_metrics_is_taken_as_a_list(tiny):
    """What a compatibility shim let through arrives as today's Keras wants it, with a note."""
    model = tiny()
    model._compile_config.config["metrics"] = "accuracy"
    data = export_model(model)
    assert data.compile_config["metrics"] == ["accuracy"]
    assert data.notes[0].text == "Write `metrics=['accuracy']`: Keras wants a list."


def test_model_that_is_not_compiled_stays_so():
    """No compile settings are made up."""
    data = export_model(keras.Sequential([keras.Input((4, 4, 1)), layers.Flatten(), layers.Dense(1)]))
    rebuilt = rebuild_model(data)
    assert data.compile_config is None
    assert not rebuilt.compiled
    assert rebuilt.compile_problem == ""


def test_own_optimizer_is_told_and_does_not_refuse_the_model(tiny):
    """The architecture can still be looked at; only training cannot go on."""

    class Mine(keras.optimizers.SGD):
        pass

    rebuilt = rebuild_model(export_model(tiny(optimizer=Mine())))
    assert rebuilt.agrees
    assert rebuilt.compile_problem == (
        "Its optimizer is not one of Keras' own that the grader knows. Use one by name, such as `optimizer='adam'`."
    )


def test_loss_and_metric_may_be_given_as_classes(tiny):
    """Keras makes instances of them, so they are right."""
    data = export_model(tiny(loss=keras.losses.BinaryCrossentropy, metrics=[keras.metrics.BinaryAccuracy]))
    assert data.compile_config["loss"]["class_name"] == "BinaryCrossentropy"
    assert data.compile_config["metrics"][0]["class_name"] == "BinaryAccuracy"
    assert rebuild_model(data).compiled


def test_what_the_grader_does_not_know_of_keras_refuses_no_model(tiny):
    """Only compiling cannot be repeated; a loss still travels as values."""
    rare = keras.optimizers.Adam()
    rare.__class__ = type("Novel", (keras.optimizers.Adam,), {"__module__": "keras.src.optimizers.novel"})
    rebuilt = rebuild_model(export_model(tiny(optimizer=rare)))
    assert rebuilt.agrees
    assert "that the grader knows" in rebuilt.compile_problem
    data = export_model(tiny(loss=keras.losses.Dice()))
    assert data.compile_config["loss"] is None
    assert [one.name for one in data.losses] == ["Dice"]
    assert rebuild_model(export_model(tiny(optimizer="muon"))).compiled
