"""A pre-trained backbone: its shape, its weights, its lock and its layers, judged on a tiny network in place of a large one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from grader.checks import transfer
from grader.checks.finding import CheckFailed
from grader.model_data import ModelData, export_model, weights_of
from grader.model_data.backbones import load_weights

Array = np.ndarray[Any, Any]
IMAGES = np.random.default_rng(0).uniform(-1, 1, (3, 16, 16, 3)).astype("float32")


def network(*, name: str = "", filters: int = 8, normalised: bool = True, side: int | None = 16) -> Any:
    """Three rounds of convolution, BatchNormalization and ReLU, as Keras makes them."""
    x = inputs = keras.Input((side, side, 3))
    for number, width in enumerate((4, 6, filters), 1):
        x = layers.Conv2D(width, 3, 2, "same", use_bias=False, name=f"{name}conv{number}")(x)
        x = layers.BatchNormalization(name=f"{name}bn{number}")(x) if normalised else x
        x = layers.ReLU(name=f"{name}relu{number}")(x)
    return keras.Model(inputs, x)


def trained(seed: int, **settings: Any) -> Any:
    """The same with weights that have seen something: no array holds what Keras begins with."""
    rng, model = np.random.default_rng(seed), network(**settings)
    model.set_weights([rng.uniform(0.5, 1.5, value.shape) * rng.choice([-1, 1]) ** ("kernel" in variable.path)
                       for variable, value in zip(model.weights, model.get_weights(), strict=True)])  # fmt: skip
    return model


def with_kernel(model: Any, change: Callable[[Array], Array]) -> Any:
    """The model with another kernel in its second convolution."""
    layer = model.get_layer("conv2")
    layer.set_weights([change(layer.get_weights()[0])])
    return model


def with_dead_channels(model: Any) -> Any:
    """The model with averages of 0 in its first BatchNormalization, as channels have in which nothing arrives."""
    layer = model.get_layer("bn1")
    gamma, beta, mean, variance = layer.get_weights()
    layer.set_weights([gamma, beta, 0 * mean, variance])
    return model


TRUTH = weights_of(trained(1))


def top(model: Any, *behind: Any) -> Any:
    x = model.output
    for layer in behind:
        x = layer(x)
    return keras.Model(model.input, x)


@pytest.mark.parametrize(
    "make",
    [
        network,
        lambda: network(side=None),
        lambda: keras.Sequential([keras.Input((16, 16, 3)), layers.Conv2D(4, 3)]),
        lambda: top(network(), layers.Dropout(0.2)),
    ],
    ids=["functional", "free sides", "sequential", "dropout behind"],
)
def test_a_network_that_ends_in_maps_has_no_top(make: Callable[[], Any]) -> None:
    """Whatever it is made of, and whatever size it takes."""
    transfer.assert_no_top(make())


@pytest.mark.parametrize(
    ("behind", "seen", "hint"),
    [
        ([layers.GlobalAveragePooling2D(), layers.Dense(5)], "(None, 5): its own classes are still on top", "include_top=False"),
        ([layers.GlobalAveragePooling2D()], "shape (None, 8).", "Leave `pooling` out"),
        ([layers.Flatten()], "shape (None, 32).", "Leave `pooling` out"),
    ],
    ids=["classes", "pooled", "flattened"],
)  # fmt: skip
def test_what_stands_on_top_is_named(behind: list[Any], seen: str, hint: str) -> None:
    """Old classes and pooling have different causes and different hints."""
    with pytest.raises(CheckFailed) as caught:
        transfer.assert_no_top(top(network(), *behind))
    assert seen in caught.value.seen
    assert hint in caught.value.hint


def loaded(model: Any, **others: Array) -> ModelData:
    """The model as exported, some weights replaced by path."""
    data = export_model(model)
    return ModelData(**{**vars(data), "weights": {**data.weights, **others}})


def from_file(folder: Path) -> Any:
    """A fresh network that loads what another one saved."""
    path = folder / "own.weights.h5"
    trained(1).save_weights(path)
    model = network()
    load_weights(model, path.read_bytes(), "shipped.weights.h5")
    return model


@pytest.mark.filterwarnings("ignore:__array__ implementation")  # how Keras writes a weights file
def test_the_weights_of_the_file_pass_however_they_came_there(tmp_path: Path) -> None:
    """Loaded, under other names, in another precision, with layers behind them."""
    transfer.assert_weights_loaded(export_model(from_file(tmp_path)), TRUTH)
    transfer.assert_weights_loaded(export_model(trained(1, name="mine_")), TRUTH)
    transfer.assert_weights_loaded(loaded(trained(1), **{p: v * (1 + 1e-7) for p, v in TRUTH.items()}), TRUTH)
    transfer.assert_weights_loaded(loaded(trained(1), **{p: v.astype("float64") for p, v in TRUTH.items()}), TRUTH)
    transfer.assert_weights_loaded(export_model(top(trained(1), layers.Conv2D(2, 1))), TRUTH)


@pytest.mark.parametrize(
    ("make", "seen", "hint"),
    [
        (lambda: trained(1, filters=9), "or they are shaped differently", "`alpha`"),
        (lambda: trained(1, normalised=False), "756 parameters in 3 arrays, the file holds 828 in 15", "channels"),
        (lambda: keras.Model((m := trained(1)).input, m.get_layer("relu2").output), "in 10 arrays, the file holds 828 in 15", "architecture"),
        (lambda: with_kernel(trained(1), np.zeros_like), "Only 2 of 3 kernels", "as a whole"),
        (lambda: with_kernel(trained(1), lambda kernel: kernel * 1.001), "Only 2 of 3 kernels", "change no weight afterwards"),
        (lambda: with_kernel(trained(1), lambda kernel: kernel * np.nan), "Only 2 of 3 kernels", "skip_mismatch"),
        (network, "The weights are random", "load_weights"),
        (lambda: trained(2), "trained ones, but not those of the file", "and no other"),
        (lambda: with_dead_channels(trained(2)), "trained ones, but not those of the file", "and no other"),
    ],
    ids=["wider", "no normalisation", "cut", "a kernel left out", "a kernel changed", "a kernel broken", "fresh", "others", "others, partly dead"],
)  # fmt: skip
def test_other_weights_are_told_apart(make: Callable[[], Any], seen: str, hint: str) -> None:
    """Another shape, a part, none at all, and those of another training."""
    data = ModelData(**{**vars(export_model(network())), "weights": weights_of(make())})
    with pytest.raises(CheckFailed) as caught:
        transfer.assert_weights_loaded(data, TRUTH)
    assert seen in caught.value.seen
    assert hint in caught.value.hint


def test_statistics_that_moved_after_loading_are_other_weights() -> None:
    """Kernels are not all that a file holds."""
    model = trained(1)
    model(IMAGES, training=True)
    with pytest.raises(CheckFailed) as caught:
        transfer.assert_weights_loaded(export_model(model), TRUTH)
    assert "change no weight afterwards" in caught.value.hint


def frozen(*, only: str = "", but: str = "") -> ModelData:
    """The network with all layers frozen one by one, with those of one name part, or all but those."""
    model = network()
    for layer in model.layers:
        layer.trainable = not (only in layer.name and not (but and but in layer.name))
    return export_model(model)


def test_a_frozen_backbone_passes_whichever_way_it_was_frozen() -> None:
    """As a whole, layer by layer, or from within another model."""
    model = network()
    model.trainable = False
    transfer.assert_nothing_trainable(export_model(model))
    transfer.assert_nothing_trainable(frozen())
    transfer.assert_nothing_trainable(export_model(keras.Sequential([keras.Input((16, 16, 3)), model])))


@pytest.mark.parametrize(
    ("make", "seen"),
    [
        (lambda: export_model(network()), "6 layers of the backbone would still be trained, all that have weights"),
        (lambda: frozen(only="2"), "4 layers of the backbone would still be trained, `conv1` among them"),
        (lambda: frozen(only="conv"), "3 layers of the backbone would still be trained, `bn1` among them"),
        (lambda: frozen(but="bn3"), "1 layers of the backbone would still be trained, `bn3` among them"),
    ],
    ids=["never", "some layers", "convolutions alone", "one left out"],
)
def test_layers_that_are_still_open_are_counted_and_one_is_named(make: Callable[[], ModelData], seen: str) -> None:
    """All of them, or some, BatchNormalization included."""
    with pytest.raises(CheckFailed) as caught:
        transfer.assert_nothing_trainable(make())
    assert seen in caught.value.seen
    assert "trainable = False" in caught.value.hint


BACKBONE = trained(3)


def cut(*behind: Any, layer: str = "relu2") -> Any:
    return top(keras.Model(BACKBONE.input, BACKBONE.get_layer(layer).output), *behind)


def assert_cut(model: Any) -> None:
    transfer.assert_right_layer(model, cut(), BACKBONE, "relu2", IMAGES)


def test_the_output_of_the_layer_asked_for_passes() -> None:
    """Also where something stands behind it that does nothing at inference, or rounds."""
    assert_cut(cut())
    assert_cut(cut(layers.Dropout(0.5)))
    assert_cut(cut(layers.Rescaling(1 + 1e-6)))


@pytest.mark.parametrize(
    ("make", "seen"),
    [
        (lambda: cut(layer="relu3"), "that of `relu3`, of shape (None, 2, 2, 8)."),
        (lambda: cut(layer="relu1"), "that of `relu1`, of shape (None, 8, 8, 4)."),
        (lambda: cut(layer="bn2"), "that of `bn2`, of shape (None, 4, 4, 6)."),
        (lambda: cut(layers.Flatten()), "has shape (None, 96)."),
        (lambda: cut(layers.MaxPooling2D()), "has shape (None, 2, 2, 6)."),
        (lambda: cut(layers.Rescaling(2)), "has shape (None, 4, 4, 6) but other values than the layer's."),
        (lambda: cut(layers.Rescaling(np.nan)), "has shape (None, 4, 4, 6) but other values than the layer's."),
    ],
    ids=["later", "earlier", "just before", "flattened", "pooled", "worked on", "NaN"],
)
def test_another_output_is_named_by_the_layer_that_it_belongs_to(make: Callable[[], Any], seen: str) -> None:
    """Or by its shape, where it is no layer's."""
    with pytest.raises(CheckFailed) as caught:
        assert_cut(make())
    assert caught.value.seen.endswith(seen)
    assert caught.value.expected == "The output of `relu2`, of shape (None, 4, 4, 6), as it is."
    assert 'get_layer("relu2")' in caught.value.hint


def test_outputs_are_alike_up_to_rounding_alone() -> None:
    """Measured by the outputs themselves, large or small; what is not finite is like nothing."""
    for scale in (1e-3, 1.0, 1e4):
        one = IMAGES * scale
        assert transfer.alike(one * (1 + 1e-5), one)
        assert not transfer.alike(one * 1.01, one)
    assert not transfer.alike(IMAGES[:2], IMAGES)
    broken = np.append(IMAGES, np.float32(np.inf))
    assert not transfer.alike(broken, broken)
    assert not transfer.alike(IMAGES * np.nan, IMAGES)


def test_weights_are_the_same_up_to_precision_alone() -> None:
    """An array of another shape is another one, also where numbers would stretch to it."""
    assert transfer.same(IMAGES, IMAGES.astype("float64") * (1 + 1e-6))
    assert not transfer.same(IMAGES, IMAGES * 1.0001)
    assert not transfer.same(np.ones((3, 1)), np.ones(3))
