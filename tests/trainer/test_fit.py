"""The trainer fits as Keras does, with the grader's epochs, seed and stop rule."""

import keras
import numpy as np
import pytest
from keras import layers

from grader.model_data import accuracy, export_model, rebuild_model
from grader.trainer import TrainingPass, Unseen, train


def test_training_learns_and_keeps_the_curves(spec):
    """One value per epoch and curve; accuracy rises on what can be learnt."""
    result = train(spec(epochs=12))
    assert set(result.history) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert all(len(curve) == 12 for curve in result.history.values())
    assert result.history["val_accuracy"][-1] > 0.9
    assert result.history["loss"][-1] < result.history["loss"][0]
    assert (result.epochs, result.steps, result.failure, result.stopped_early) == (12, 36, None, False)


def test_without_shuffling_it_is_what_keras_fit_does(spec, images, model_data):
    """Losses, accuracies and weights equal those of `model.fit` on the same batches."""
    data = model_data()
    result = train(spec(model=data, shuffle=False))
    model = rebuild_model(data).model
    history = model.fit(
        *images(), batch_size=16, epochs=3, shuffle=False, validation_data=images(30, 1), verbose=0
    ).history
    for name, curve in history.items():
        np.testing.assert_allclose(result.history[name], curve, rtol=1e-4, atol=1e-5)
    for mine, theirs in zip(result.weights.values(), model.get_weights(), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-5)


def test_result_weights_are_those_measured_last(spec, images):
    """The weights that come back give the accuracy that was reported."""
    asked = spec()
    result = train(asked)
    model = rebuild_model(type(asked.model)(**{**vars(asked.model), "weights": result.weights})).model
    unseen, labels = images(30, 1)
    assert accuracy(np.asarray(model(unseen)), labels, "probability") == pytest.approx(
        result.history["val_accuracy"][-1]
    )


@pytest.mark.parametrize(
    ("thresholds", "early"),
    [
        ({"stop_accuracy": 0.6, "stop_unseen": 0.6}, True),
        ({"stop_accuracy": 0.6}, True),
        ({"stop_unseen": 0.6}, True),
        ({"stop_accuracy": 0.6, "stop_unseen": 1.01}, False),
        ({"stop_accuracy": 1.01, "stop_unseen": 0.0}, False),
        ({}, False),
    ],
)
def test_training_stops_once_both_thresholds_are_reached(thresholds, early, spec):
    """At the first epoch in which both hold, and never without thresholds."""
    result = train(spec(epochs=8, **thresholds))
    assert result.stopped_early is early
    assert result.epochs == 8 or early
    if early:
        reached = [
            a >= thresholds.get("stop_accuracy", 0) and v >= thresholds.get("stop_unseen", 0)
            for a, v in zip(result.history["accuracy"], result.history["val_accuracy"], strict=True)
        ]
        assert reached.index(True) == result.epochs - 1


def test_passes_are_taken_in_turn_and_again(spec, images):
    """Epoch 3 of two passes sees the first pass: a model that memorises cannot tell otherwise."""
    pixels, labels = images()
    passes = (TrainingPass(pixels, labels), TrainingPass(pixels, 1 - labels))
    alternating = train(spec(passes=passes, epochs=4, shuffle=False))
    one = train(spec(passes=passes[:1], epochs=4, shuffle=False))
    assert alternating.history["loss"][0] == one.history["loss"][0]
    assert alternating.history["loss"][1] > one.history["loss"][1]
    assert alternating.history["loss"][2] < alternating.history["loss"][1]


def test_passes_of_different_lengths_train(spec, images):
    """Every epoch is as long as the shortest pass."""
    result = train(spec(passes=(TrainingPass(*images(40)), TrainingPass(*images(33))), epochs=2))
    assert (result.failure, result.epochs, result.steps) == (None, 2, 6)


def test_own_decision_rule_counts_not_the_students_metric(spec, model_data):
    """Logits decided at 0: `val_accuracy` is right where Keras' `accuracy` would cut at 0.5."""
    data = model_data(activation=None, loss=keras.losses.BinaryCrossentropy(from_logits=True))
    result = train(spec(model=data, epochs=10))
    assert result.history["val_accuracy"][-1] > 0.9


@pytest.mark.parametrize(
    "metrics",
    [
        [keras.metrics.CategoricalAccuracy()],
        [keras.metrics.FalsePositives(name="accuracy")],
        [keras.metrics.Accuracy()],
        ["accuracy", keras.metrics.AUC(name="acc")],
    ],
)
def test_training_accuracy_is_the_graders_own(metrics, spec, model_data):
    """Metrics of the student's change no number of the curve, whatever they compute or are called."""
    plain, odd = (train(spec(model=model_data(metrics=one), epochs=2)) for one in (["accuracy"], metrics))
    assert odd.history == plain.history
    assert 0 < plain.history["accuracy"][0] < 1


@pytest.mark.parametrize("one_hot", [True, False])
def test_training_accuracy_is_that_of_keras_where_that_is_right(one_hot, spec, images, model_data):
    """One unit or two, numbers or vectors: the last epoch's curve equals what Keras' own `accuracy` reports."""
    pixels, labels = images()
    ids = labels[:, 0].astype("int32")
    data = model_data(
        units=2, activation="softmax", loss="categorical_crossentropy" if one_hot else "sparse_categorical_crossentropy"
    )
    given = np.eye(2, dtype="float32")[ids] if one_hot else ids
    result = train(spec(model=data, passes=(TrainingPass(pixels, given),), batch_size=40, epochs=1))
    model = rebuild_model(data).model
    assert result.history["accuracy"][0] == pytest.approx(model.evaluate(pixels, given, verbose=0)[1], abs=1e-6)


@pytest.mark.parametrize("metrics", [None, ["acc"], [keras.metrics.BinaryAccuracy()], [keras.metrics.AUC()]])
def test_accuracy_is_recorded_whatever_the_metrics(metrics, spec, model_data):
    """Under the key `accuracy`, for `acc`, for objects, and where the student asked for none."""
    result = train(spec(model=model_data(metrics=metrics), epochs=1))
    assert set(result.history) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert 0 < result.history["accuracy"][0] <= 1


@pytest.mark.parametrize(
    ("loss", "one_hot"), [("categorical_crossentropy", True), ("sparse_categorical_crossentropy", False)]
)
def test_two_units_train_with_the_loss_that_fits(loss, one_hot, spec, images, model_data):
    """Softmax over two units, labels as integers or one-hot."""

    def labelled(pixels, labels):
        ids = labels[:, 0].astype("int32")
        return pixels, np.eye(2, dtype="float32")[ids] if one_hot else ids

    data = model_data(units=2, activation="softmax", loss=loss)
    result = train(
        spec(
            model=data,
            passes=(TrainingPass(*labelled(*images())),),
            unseen=Unseen(*labelled(*images(30, 1))),
            epochs=10,
        )
    )
    assert result.history["val_accuracy"][-1] > 0.9
    assert np.isfinite(result.history["val_loss"]).all()


def test_augmentation_and_dropout_are_active_in_training_only(spec, model_data):
    """Random layers train, and measure the same twice."""
    normalization = layers.BatchNormalization(name="norm")
    data = model_data(layers.RandomFlip(), layers.RandomRotation(0.1), layers.Dropout(0.2), normalization)
    asked = spec(model=data, epochs=2)
    first, again = train(asked), train(asked)
    assert first.failure is None
    assert first.history == again.history
    assert not np.array_equal(first.weights["norm/moving_mean"], data.weights["norm/moving_mean"])


def test_frozen_weights_do_not_change(spec):
    """What the student's model would not train comes back bit for bit."""
    frozen = keras.Sequential([keras.Input((6, 6, 3)), layers.Conv2D(2, 3, name="conv")], name="backbone")
    frozen.trainable = False
    inputs = keras.Input((6, 6, 3))
    x = layers.Rescaling(1 / 255)(inputs)
    model = keras.Model(inputs, layers.Dense(1, "sigmoid", name="head")(layers.Flatten()(frozen(x))))
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    data = export_model(model)
    result = train(spec(model=data, epochs=1))
    np.testing.assert_array_equal(result.weights["backbone/conv/kernel"], data.weights["backbone/conv/kernel"])
    assert not np.array_equal(result.weights["head/kernel"], data.weights["head/kernel"])


def test_images_as_bytes_train_like_floats(spec, images):
    """uint8 images are a quarter of the size on the wire and train the same."""
    pixels, labels = images()
    unseen, unseen_labels = images(30, 1)
    floats = spec(passes=(TrainingPass(np.floor(pixels), labels),), unseen=Unseen(np.floor(unseen), unseen_labels))
    small = spec(
        passes=(TrainingPass(pixels.astype("uint8"), labels),), unseen=Unseen(unseen.astype("uint8"), unseen_labels)
    )
    assert train(floats).history == train(small).history


def test_sample_weights_count(spec, images):
    """Images of weight 0 teach nothing."""
    pixels, labels = images()
    weighted = train(spec(passes=(TrainingPass(pixels, labels, np.zeros(len(labels), "float32")),), epochs=1))
    before = spec().model.weights
    assert all(np.array_equal(weighted.weights[path], value) for path, value in before.items())


def test_loss_that_is_no_number_ends_training(spec, model_data):
    """Training that has diverged stops at once and is told apart from a failure."""
    data = model_data(activation=None, loss="mse", optimizer=keras.optimizers.SGD(1e30))
    result = train(spec(model=data, epochs=50))
    assert result.diverged
    assert result.epochs < 50
    assert result.failure is None


def test_no_epochs_leave_the_weights_alone(spec):
    """Zero epochs are allowed."""
    asked = spec(epochs=0)
    result = train(asked)
    assert result.epochs == 0
    assert all(np.array_equal(result.weights[path], value) for path, value in asked.model.weights.items())


@pytest.mark.parametrize(
    ("units", "activation", "loss", "labels", "failure"),
    [
        (
            2, "softmax", "sparse_categorical_crossentropy", np.arange(40) % 3,
            ("A label is 2, but the last layer has 2 units and labels count from 0. "
            "It needs at least one unit more than the largest label."),
        ),
        (
            3, "softmax", "sparse_categorical_crossentropy", np.eye(3, dtype="float32")[np.arange(40) % 3],
            ("The labels have shape (None, 3) and the outputs (None, 3): a sparse loss wants class numbers, these labels "
            "are one-hot. Use `categorical_crossentropy`, or labels as integers."),
        ),
        (
            3, "softmax", "categorical_crossentropy", np.arange(40) % 3,
            ("The labels have shape (None,) and the outputs (None, 3), and this loss needs both alike. "
            "Let the units of the last layer and the loss fit the labels."),
        ),
        (
            2, "softmax", "binary_crossentropy", np.zeros((40, 1), "float32"),
            ("The labels have shape (None, 1) and the outputs (None, 2), and this loss needs both alike. "
            "Let the units of the last layer and the loss fit the labels."),
        ),
        (1, "sigmoid", None, np.zeros((40, 1), "float32"), "No loss to compute. Provide a `loss` argument in `compile()`."),
    ],
)  # fmt: skip
def test_what_keras_refuses_to_train_is_a_finding_in_one_line(
    units, activation, loss, labels, failure, spec, images, model_data
):
    """Labels and outputs that do not fit one another."""
    pixels, _ = images()
    data = model_data(units=units, activation=activation, loss=loss)
    result = train(spec(model=data, passes=(TrainingPass(pixels, labels),), unseen=None))
    assert result.failure == failure
    assert result.history == {}


def test_images_of_another_size_are_named(spec, images):
    """The shape that the model takes and the one that came."""
    _, labels = images()
    result = train(spec(passes=(TrainingPass(np.zeros((40, 8, 8, 3), "float32"), labels),)))
    assert result.failure == "The model takes images of shape (6, 6, 3), the data set gives (8, 8, 3)."


def test_model_that_is_not_compiled_is_a_failure_of_training(spec, model_data):
    """Told in words, not as an exception."""
    data = model_data()
    bare = type(data)(**{**vars(data), "compile_config": None})
    assert train(spec(model=bare)).failure == (
        "The model is not compiled. Call `model.compile(...)` before returning it."
    )


def test_warnings_of_keras_become_notes(spec, model_data):
    """A softmax over one unit trains, and Keras' warning is handed on once."""
    notes = train(spec(model=model_data(activation="softmax"), epochs=1)).notes
    assert [note.code for note in notes] == ["keras_warning"]
    assert notes[0].text.startswith("You are using a softmax over axis -1")
