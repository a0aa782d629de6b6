"""Specs and results on the wire."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.errors import WireError
from grader.model_data import Note
from grader.trainer import TrainingPass, TrainingResult, TrainingSpec, Unseen
from grader.wire import Message, decode, encode


def travel(message):
    return decode(b"".join(bytes(chunk) for chunk in encode(message)))


def test_spec_is_the_same_on_the_other_side(spec):
    """Model, passes, unseen images and settings."""
    asked = spec(stop_accuracy=0.9, stop_unseen=0.8, shuffle=False)
    arrived = TrainingSpec.from_message(travel(asked.to_message()))
    for name in ("batch_size", "epochs", "seed", "shuffle", "stop_accuracy", "stop_unseen"):
        assert getattr(arrived, name) == getattr(asked, name)
    np.testing.assert_array_equal(arrived.passes[0].images, asked.passes[0].images)
    np.testing.assert_array_equal(arrived.unseen.labels, asked.unseen.labels)
    assert arrived.model.config == asked.model.config


def test_result_is_the_same_on_the_other_side_with_nan():
    """Curves keep NaN and infinity, which JSON has not."""
    result = TrainingResult(
        {"loss": (0.5, float("nan")), "accuracy": (0.5, float("inf"))},
        {"out/kernel": np.ones((2, 1), "float32")},
        2, 6, 0.25, diverged=True, failure="no", notes=(Note("a", "b"),),
    )  # fmt: skip
    arrived = TrainingResult.from_message(travel(result.to_message()))
    np.testing.assert_array_equal(arrived.history["loss"], result.history["loss"])
    np.testing.assert_array_equal(arrived.history["accuracy"], result.history["accuracy"])
    np.testing.assert_array_equal(arrived.weights["out/kernel"], result.weights["out/kernel"])
    assert (arrived.epochs, arrived.steps, arrived.seconds) == (2, 6, 0.25)
    assert (arrived.diverged, arrived.stopped_early, arrived.failure) == (True, False, "no")
    assert arrived.notes == result.notes


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"passes": ()}, r"passes \(=0\) must be from 1"),
        ({"batch_size": 0}, r"batch_size \(=0\)"),
        ({"epochs": -1}, r"epochs \(=-1\)"),
        ({"seed": 1 << 40}, r"must fit in 32 bits"),
        ({"stop_unseen": 0.5, "unseen": None}, "stop_unseen needs unseen images"),
    ],
)
def test_spec_that_makes_no_sense_is_refused(changes, message, spec):
    """With the name, the value and the rule."""
    with pytest.raises(ValueError, match=message):
        spec(**changes)


def test_passes_of_different_shapes_are_refused(spec, images):
    """Batches of one run look alike."""
    pixels, labels = images()
    with pytest.raises(ValueError, match="same shapes"):
        spec(passes=(TrainingPass(pixels, labels), TrainingPass(pixels[:, 1:], labels)))


def test_labels_and_images_must_be_as_many(images):
    """In passes and in unseen images."""
    pixels, labels = images()
    with pytest.raises(ValueError, match="must be as many"):
        TrainingPass(pixels, labels[1:])
    with pytest.raises(ValueError, match="must be as many"):
        Unseen(pixels[1:], labels)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.dictionaries(
        st.sampled_from(["model", "passes", "batch_size", "epochs", "seed", "shuffle", "stop_unseen", "x"]),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just({}) | st.just([]),
        min_size=1,
    )
)
def test_any_other_spec_is_a_wire_error_or_a_spec(changes, sent):
    """Random values in place of any field."""
    try:
        TrainingSpec.from_message(Message(sent.kind, {**sent.body, **changes}, sent.arrays))
    except WireError:
        pass


@pytest.fixture(scope="module")
def sent():
    """The message of a small spec."""
    import keras

    from grader.model_data import export_model

    model = export_model(keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)]))
    one = TrainingPass(np.zeros((4, 4), "float32"), np.zeros(4))
    return TrainingSpec(model, (one,), 2, 1, 0).to_message()


@pytest.mark.parametrize(
    "change",
    [
        lambda body, arrays: body.update(epochs=1),
        lambda body, arrays: body.update(history=["loss", "x"]),
        lambda body, arrays: body.update(weights=["a", "b"]),
        lambda body, arrays: body.update(seconds="soon"),
        lambda body, arrays: body.update(extra=1),
        lambda body, arrays: arrays.pop("curve:0"),
        lambda body, arrays: arrays.update({"curve:0": np.zeros((2, 2))}),
        lambda body, arrays: arrays.update({"curve:0": np.zeros(2, "int32")}),
    ],
)
def test_malformed_result_is_a_wire_error(change):
    """Counts, names and types that do not add up."""
    message = TrainingResult({"loss": (0.5, 0.4)}, {"a": np.ones(1, "float32")}, 2, 6, 0.25).to_message()
    body, arrays = dict(message.body), dict(message.arrays)
    change(body, arrays)
    with pytest.raises(WireError):
        TrainingResult.from_message(Message(message.kind, body, arrays))


def test_message_of_another_kind_is_refused():
    """A spec is not a result."""
    with pytest.raises(WireError):
        TrainingResult.from_message(Message("train"))
    with pytest.raises(WireError):
        TrainingSpec.from_message(Message("trained"))
