"""`ModelData` on the wire: the same on both sides, and WireError for anything else."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.errors import ModelRefused, WireError
from grader.model_data import ModelData, ModelNote, check_model, rebuild_model
from grader.model_data.notes import SENTENCES

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def test_model_is_the_same_on_the_other_side(described, over_the_wire):
    """Config, weights, probes and notes arrive as they were sent."""
    arrived = over_the_wire(described)
    assert arrived.config == described.config
    assert arrived.compile_config == described.compile_config
    assert arrived.trainable == described.trainable
    assert arrived.input == described.input
    assert arrived.notes == described.notes
    assert list(arrived.weights) == list(described.weights)
    for path, value in described.weights.items():
        np.testing.assert_array_equal(arrived.weights[path], value)
    np.testing.assert_array_equal(arrived.probe_outputs, described.probe_outputs)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.dictionaries(
        st.sampled_from(["config", "compile_config", "weights", "input", "notes", "losses", "x"]), JSON
    )
)
def test_any_other_body_is_refused(described, changes):
    """Random JSON in place of any field ends in WireError or ModelRefused, nothing else."""
    body, arrays = described.to_wire()
    try:
        check_model(ModelData.from_wire({**body, **changes}, arrays))
    except (WireError, ModelRefused):
        pass


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_other_value_inside_the_config_is_refused_or_harmless(described, data):
    """One value anywhere in the config replaced by random JSON: refused, or rebuilt into some Keras model."""
    body, arrays = described.to_wire()
    config, place = _copy(body["config"]), None
    node = config
    while isinstance(node, dict | list) and node:
        keys = sorted(node) if isinstance(node, dict) else list(range(len(node)))
        key = data.draw(st.sampled_from(keys))
        place, node = (node, key), node[key]
        if data.draw(st.integers(0, 4)) == 0:
            break
    place[0][place[1]] = data.draw(JSON)
    try:
        rebuild_model(ModelData.from_wire({**body, "config": config}, arrays))
    except (WireError, ModelRefused):
        pass


@pytest.mark.parametrize(
    "change",
    [
        lambda body, arrays: arrays.pop("probe_inputs"),
        lambda body, arrays: arrays.update(extra=np.zeros(1)),
        lambda body, arrays: arrays.update({"weight:0": np.zeros(2, "int8")}),
        lambda body, arrays: arrays.update({"weight:0": [1.0]}),
        lambda body, arrays: arrays.update(probe_inputs=np.zeros((0, 6, 6, 3), "float32")),
        lambda body, arrays: arrays.update(probe_inputs=np.full((6, 6, 6, 3), np.nan, "float32")),
        lambda body, arrays: arrays.update(probe_outputs=np.zeros((5, 1), "float32")),
        lambda body, arrays: body["weights"].append(["conv/kernel", True]),
        lambda body, arrays: body["weights"].__setitem__(0, ["x" * 5000, True]),
        lambda body, arrays: body["weights"].__setitem__(0, ["conv/kernel", 1]),
        lambda body, arrays: body["input"].update(shape=[None, -1, 6, 3]),
        lambda body, arrays: body["input"].update(shape=[None] * 20),
        lambda body, arrays: body.update(notes=[{"code": "x", "subject": "", "value": ""}]),
        lambda body, arrays: body.update(notes=[{"code": "flattened", "text": "all points restored"}]),
        lambda body, arrays: body.update(notes=[{"code": "flattened", "subject": "y" * 5000, "value": ""}]),
        lambda body, arrays: body.update(notes=[{"code": "flattened", "subject": "y", "value": ""}] * 1000),
        lambda body, arrays: body.pop("config"),
    ],
)  # fmt: skip
def test_malformed_message_is_a_wire_error(described, change):
    """Wrong names, dtypes, shapes and lengths are noticed before the model is looked at."""
    body, arrays = described.to_wire()
    body, arrays = _copy(body), dict(arrays)
    change(body, arrays)
    with pytest.raises(WireError):
        ModelData.from_wire(body, arrays)


def _copy(value):
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list | tuple) else value


def test_a_note_has_no_words_of_the_students(sample):
    """Only names: a process that forges a note can choose among the grader's own sentences, and no more."""
    said = "Reviewed. Every point below was restored: 100 of 100"
    for code in SENTENCES:
        text = ModelNote(code, said, "x`. " + said).text
        assert "Reviewed. Every" not in text
        assert text.replace("Reviewed_Every_point_below_was_restored_100_of_100", "").count("`") % 2 == 0
