"""A hostile or oversized description is refused before anything is built, in words for the student."""

import copy
from dataclasses import replace

import keras
import numpy as np
import pytest
from keras import layers

from grader.errors import ModelRefused
from grader.model_data import InputInfo, ModelLimits, WeightsNotFinite, check_model, export_model, rebuild_model

LAMBDA = {"class_name": "__lambda__", "config": {"value": ["4wEAAAAA", None, None]}}
FUNCTION = {"module": "os", "class_name": "function", "config": "system", "registered_name": "system"}
POLICY = {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}, "registered_name": None}


def layer(class_name, module="keras.layers", registered_name=None, **config):
    return {
        "module": module,
        "class_name": class_name,
        "config": {"name": class_name.lower()} | config,
        "registered_name": registered_name,
    }


HOSTILE_LAYERS = {
    "lambda layer": layer("Lambda", function=LAMBDA),
    "lambda layer by function name": layer("Lambda", function=FUNCTION),
    "lambda as activation": layer("Dense", units=1, activation=LAMBDA),
    "function of another module": layer("Dense", units=1, activation=FUNCTION),
    "function called like a built-in": layer("Dense", units=1, activation=FUNCTION | {"config": "relu", "module": "builtins"}),
    "saved model by path": layer("TFSMLayer", filepath="/etc"),
    "torch module": layer("TorchModuleWrapper", module={}),
    "vocabulary by path": layer("StringLookup", vocabulary="/etc/passwd"),
    "module outside keras": layer("system", module="os"),
    "module inside keras, not exported": layer("KerasFileEditor", module="keras.src.saving.file_editor"),
    "numpy by module": layer("load", module="numpy"),
    "registered class": layer("Evil", module=None, registered_name="pack>Evil"),
    "registered name on a built-in": layer("Dense", registered_name="pack>Dense", units=1),
    "no module": {"class_name": "Lambda", "config": {"name": "x", "function": LAMBDA}},
    "legacy layer without module": {"class_name": "Dense", "config": {"name": "x", "units": 1}},
    "type spec": layer("Dense", units={"class_name": "__typespec__", "config": [], "spec_name": "x", "module": "os"}),
    "bytes": layer("Dense", units=1, bias_initializer={"class_name": "__bytes__", "config": {"value": "x"}}),
    "operation that takes a function": layer("Map", module="keras.src.ops.core", registered_name="Map", f=FUNCTION),
    "object without class": layer("Dense", units=1, activation={"module": "os", "config": "system"}),
    "wrapper with code inside": layer("TimeDistributed", layer=layer("Lambda", function=LAMBDA)),
    "code inside an allowed container": layer("Pipeline", layers=[layer("Lambda", function=LAMBDA)]),
    "build config": layer("Dense", units=1) | {"build_config": {"input_shape": [None, 10**9]}},
    "compile config of a part": layer("Dense", units=1) | {"compile_config": {"loss": FUNCTION}},
    "shared object": layer("Dense", units=1) | {"shared_object_id": 1},
    "quantised": layer("Dense", units=1, quantization_config={}),
    "low-rank weights": layer("Dense", units=1, lora_rank=4),
    "optimizer as layer": layer("Adam", module="keras.optimizers"),
    "operation in a Sequential": layer("Add", module="keras.src.ops.numpy", registered_name="Add"),
    "class name no string": {"module": "keras.layers", "class_name": ["Dense"], "config": {}},
    "module no string": {"module": ["keras.layers"], "class_name": "Dense", "config": {}},
    "config no object": {"module": "keras.layers", "class_name": "Dense", "config": "x"},
    "no layer": "Dense",
    "nothing": None,
    "dtype by path": layer("Dense", units=1, dtype=POLICY | {"config": {"name": "float32", "source": "x"}}),
    "unknown dtype": layer("Dense", units=1, dtype=POLICY | {"config": {"name": "string"}}),
}  # fmt: skip
TOO_LARGE = {
    "units": layer("Dense", units=10**6),
    "negative units": layer("Dense", units=-(10**6)),
    "filters": layer("Conv2D", filters=10**6, kernel_size=[3, 3]),
    "kernel": layer("Conv2D", filters=1, kernel_size=[3000, 3000]),
    "upsampling": layer("UpSampling2D", size=[5000, 5000]),
    "padding": layer("ZeroPadding2D", padding=[[0, 10**6], [0, 0]]),
    "resizing": layer("Resizing", height=10**5, width=10**5),
    "any number": layer("Reshape", target_shape=[1 << 40]),
    "float": layer("Rescaling", scale=float("inf"), offset=0.0),
    "text": layer("Dense", units=1, activation="x" * 10_000),
    "input side": layer("InputLayer", batch_shape=[None, 10**5, 10**5, 3], dtype="float32"),
}


@pytest.fixture
def with_layer(described):
    """The tiny model's data with a layer put in before its last one."""

    def change(extra):
        config = copy.deepcopy(described.config)
        config["config"]["layers"].insert(1, extra)
        return replace(described, config=config)

    return change


@pytest.fixture
def nothing_is_built(monkeypatch):
    """Building anything at all fails the test."""

    def refuse(*args, **kwargs):
        raise AssertionError("something was built")

    monkeypatch.setattr(keras.saving, "deserialize_keras_object", refuse)
    monkeypatch.setattr(keras.layers.Layer, "__init__", refuse)


@pytest.mark.parametrize("case", HOSTILE_LAYERS)
def test_hostile_layer_is_refused_before_building(case, with_layer, nothing_is_built):
    """Code, paths and foreign classes never reach Keras' reader."""
    data = with_layer(HOSTILE_LAYERS[case])
    with pytest.raises(ModelRefused):
        check_model(data)
    with pytest.raises(ModelRefused):
        rebuild_model(data)


@pytest.mark.parametrize("case", TOO_LARGE)
def test_oversized_layer_is_refused_before_building(case, with_layer, nothing_is_built):
    """Every number in the config has its limit."""
    with pytest.raises(ModelRefused):
        rebuild_model(with_layer(TOO_LARGE[case]))


def test_plain_model_passes(described, with_layer):
    """The allowed twin of all that is refused."""
    check_model(described)
    check_model(with_layer(layer("Activation", activation="relu", trainable=True, dtype=POLICY)))


def test_lambda_layer_is_refused_with_advice(with_layer):
    """The message names the layer and what to write instead."""
    with pytest.raises(ModelRefused) as caught:
        check_model(with_layer(layer("Lambda", name="lambda_1", function=LAMBDA)))
    assert caught.value.what == "Your model contains a `Lambda` layer (`lambda_1`)"
    assert caught.value.instead == (
        "Use a built-in layer instead, such as `Rescaling`, or call the function on the tensor itself, as in "
        "`x = preprocess_input(x)`: a grader cannot look inside a function that is stored in a layer."
    )


def test_names_in_messages_are_clean(with_layer):
    """A class name with markup, control characters or great length does not reach the message as it is."""
    with pytest.raises(ModelRefused) as caught:
        check_model(with_layer(layer("<b>\x1b[31m`" + "x" * 5000)))
    assert len(str(caught.value)) < 400
    assert not set(str(caught.value)) & set("<>\x1b")


def test_too_many_parameters_are_refused(described):
    """The message gives the number, the limit and a way out."""
    with pytest.raises(ModelRefused) as caught:
        check_model(described, ModelLimits(parameters=50))
    assert str(caught.value) == (
        "Your model has 89 parameters; the limit is 50. Make its layers smaller; pooling before `Flatten` saves most."
    )


def test_too_many_layers_are_refused(described):
    """Depth is bounded, nested models included."""
    with pytest.raises(ModelRefused, match="more than 3 layers"):
        check_model(described, ModelLimits(layers=3))


def test_deep_nesting_is_refused(described):
    """A structure 10,000 deep ends in a refusal, not in a crash."""
    deep = value = []
    for _ in range(10_000):
        value.append([])
        value = value[0]
    config = {**described.config, "config": {**described.config["config"], "layers": deep}}
    with pytest.raises(ModelRefused):
        check_model(replace(described, config=config))


def test_endless_config_is_refused(described):
    """The number of values is bounded."""
    config = copy.deepcopy(described.config)
    config["config"]["layers"][1]["config"]["kernel_size"] = [1] * 300_000
    with pytest.raises(ModelRefused):
        check_model(replace(described, config=config))


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_weights_that_are_not_finite_are_a_finding_of_their_own(described, bad):
    """NaN and infinity are told apart from a refused layer, with the weight's path."""
    weights = {path: value.copy() for path, value in described.weights.items()}
    weights["conv/kernel"][0, 0, 0, 0] = bad
    with pytest.raises(WeightsNotFinite) as caught:
        check_model(replace(described, weights=weights))
    assert caught.value.paths == ("conv/kernel",)
    assert str(caught.value) == (
        "Your model's weights hold values that are not finite numbers (in `conv/kernel`). "
        "Build the model afresh and return it without training it, or lower the learning rate."
    )


@pytest.fixture
def functional():
    """A functional model as data."""
    inputs = keras.Input((6, 6, 3), name="images")
    x = layers.Conv2D(2, 3, name="conv")(inputs)
    x = layers.Flatten(name="flat")(x * 2.0)
    model = keras.Model(inputs, layers.Dense(1, name="out")(x))
    return export_model(model)


def graph_changes():
    def call_without_tensor(entries):
        entries[2]["inbound_nodes"][0]["args"] = [
            {"class_name": "__tensor__", "config": {"value": 1.0, "dtype": "float32"}}
        ]

    def unknown_layer(entries):
        entries[2]["inbound_nodes"][0]["args"][0]["config"]["keras_history"][0] = "nobody"

    def no_history(entries):
        entries[2]["inbound_nodes"][0]["args"][0]["config"]["keras_history"] = None

    def negative_node(entries):
        entries[2]["inbound_nodes"][0]["args"][0]["config"]["keras_history"][1] = -1

    def no_calls(entries):
        entries[1]["inbound_nodes"] = []

    def legacy_calls(entries):
        entries[1]["inbound_nodes"] = [["images", 0, 0, {}]]

    def same_names(entries):
        entries[1]["name"] = entries[1]["config"]["name"] = "images"

    def another_name(entries):
        entries[1]["name"] = "other"

    def layer_as_argument(entries):
        entries[1]["inbound_nodes"][0]["kwargs"] = {"x": layer("Dense", units=1)}

    def lambda_as_argument(entries):
        entries[1]["inbound_nodes"][0]["kwargs"] = {"x": LAMBDA}

    return [
        call_without_tensor, unknown_layer, no_history, negative_node, no_calls, legacy_calls, same_names, another_name,
        layer_as_argument, lambda_as_argument,
    ]  # fmt: skip


@pytest.mark.parametrize("change", graph_changes(), ids=lambda change: change.__name__)
def test_graph_that_keras_would_not_write_is_refused(change, functional, nothing_is_built):
    """Calls refer to layers of their own model and always to a tensor, so that nothing runs while reading."""
    config = copy.deepcopy(functional.config)
    change(config["config"]["layers"])
    with pytest.raises(ModelRefused):
        rebuild_model(replace(functional, config=config))


def test_layers_listed_backwards_are_refused_where_they_are_many(described):
    """An order that costs Keras' reader quadratic time is not read."""
    inputs = x = keras.Input((4,), name="images")
    for _ in range(150):
        x = layers.Identity()(x)
    data = export_model(keras.Model(inputs, x))
    check_model(data)
    config = copy.deepcopy(data.config)
    config["config"]["layers"].reverse()
    with pytest.raises(ModelRefused):
        check_model(replace(data, config=config))


@pytest.mark.parametrize(
    "change",
    [
        {"optimizer": layer("Adam", module="tensorflow")},
        {"optimizer": layer("Adam", module="keras.optimizers", learning_rate=FUNCTION)},
        {"optimizer": 3},
        {"loss": FUNCTION},
        {"loss": LAMBDA},
        {"loss": layer("Dense", units=1)},
        {"loss": FUNCTION | {"module": "builtins", "config": "deserialize", "registered_name": "function"}},
        {"metrics": [FUNCTION]},
        {"metrics": "accuracy"},
        {"metrics": [layer("AUC", module="keras.metrics", num_thresholds=10**7)]},
        {"loss_weights": {"a": 1.0}},
        {"auto_scale_loss": True},
    ],
)
def test_hostile_compile_config_is_refused(change, described, nothing_is_built):
    """What a model was compiled with goes by its own list of classes and functions."""
    with pytest.raises(ModelRefused):
        rebuild_model(replace(described, compile_config={**described.compile_config, **change}))


def test_layer_that_would_take_all_memory_is_refused_without_taking_it(sample):
    """A weight larger than those that came is noticed while it is only a shape."""
    inputs = keras.Input((900, 900, 3), name="images")
    x = layers.Flatten()(layers.Conv2D(1, 3, strides=64, name="conv")(inputs))
    data = export_model(keras.Model(inputs, layers.Dense(1, name="out")(x)), None)
    config = copy.deepcopy(data.config)
    entries = {entry["name"]: entry for entry in config["config"]["layers"]}
    entries["conv"]["config"] |= {"strides": [1, 1], "filters": 16_384}
    entries["out"]["config"]["units"] = 16_384
    with pytest.raises(ModelRefused, match="has shape"):
        rebuild_model(replace(data, config=config))


def test_each_layer_of_a_sequential_model_counts_once():
    """Keras' own way of making one from its settings runs through the first layers again for every layer that follows."""
    convolutions = [layers.Conv2D(64, 3, padding="same") for _ in range(6)]
    model = keras.Sequential(
        [keras.Input((32, 32, 3)), *convolutions, layers.GlobalAveragePooling2D(), layers.Dense(1)]
    )
    data = export_model(model)
    each = 32 * 32 * 64 * 4
    assert rebuild_model(data, ModelLimits(activation_bytes=7 * each)).agrees
    with pytest.raises(ModelRefused, match="put out 2 MiB for one image"):
        rebuild_model(data, ModelLimits(activation_bytes=5 * each))


def test_outputs_that_would_take_all_memory_are_refused():
    """Layers without weights count by what they put out."""
    inputs = keras.Input((8, 8, 3))
    x = layers.UpSampling2D(64)(inputs)
    x = layers.GlobalAveragePooling2D()(layers.Conv2D(8, 1, strides=8)(x))
    data = export_model(keras.Model(inputs, layers.Dense(1)(x)))
    with pytest.raises(ModelRefused, match=r"put out 3 MiB for one image, most of it in `up_sampling2d.*`"):
        rebuild_model(data, ModelLimits(activation_bytes=1 << 20))
    with pytest.raises(ModelRefused, match="multiplications for one image"):
        rebuild_model(data, ModelLimits(multiply_adds=1_000))
    assert rebuild_model(data).agrees


@pytest.mark.parametrize(
    "claimed",
    [InputInfo((None, 8, 8, 3), "float32"), InputInfo((None, 6, 6, 3), "uint8"), InputInfo((None, 4), "float32")],
)
def test_input_that_is_not_the_models_is_refused(claimed, described):
    """Shape and dtype beside the config must be those in it."""
    with pytest.raises(ModelRefused):
        rebuild_model(replace(described, input=claimed))


def test_weights_of_another_model_are_refused(described):
    """Missing, additional and misshapen weights."""
    fewer = dict(list(described.weights.items())[1:])
    more = {**described.weights, "x": np.zeros(1, "float32")}
    other = {**described.weights, "conv/bias": np.zeros(3, "float32")}
    for weights in (fewer, more, other):
        with pytest.raises(ModelRefused):
            rebuild_model(replace(described, weights=weights, trainable=dict.fromkeys(weights, True)))
    assert rebuild_model(described).agrees
