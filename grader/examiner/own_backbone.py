"""The grader's own backbone, the final model on top of it, and pictures to take features of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.checks.outputs import Head
from grader.data.probes import texture
from grader.exercises import Params
from grader.model_data import export_own_model
from grader.model_data.backbones import BACKBONES, load_weights, plain_backbone

MODEL = "model/"
"""How names of the model's arrays begin, beside those of what it is asked about."""
Array = np.ndarray[Any, Any]
RATES = (1e-3, 3e-4, 2e-3)
"""One of them is the rate of the final model that `fine_tune` is given, so that no fixed number is lower by luck alone."""

LOSSES = {
    (1, "linear", "binary_crossentropy", True): "BinaryCrossentropy",
    (2, "softmax", "sparse_categorical_crossentropy", False): "SparseCategoricalCrossentropy",
    (2, "linear", "sparse_categorical_crossentropy", True): "SparseCategoricalCrossentropy",
    (2, "softmax", "categorical_crossentropy", False): "CategoricalCrossentropy",
    (2, "linear", "categorical_crossentropy", True): "CategoricalCrossentropy",
}
"""Losses by the end of a network for two classes that goes with them: units, activation, loss, whether it takes raw scores. Whoever
writes a loss into `fine_tune` writes that of the own `create_final_model`."""


@dataclass(frozen=True)
class Pictures:
    """Pictures in the backbone's range.

    Attributes:
        images: (n, size, size, channels) float32.
        labels: class numbers (n,), int64, as many of each as possible.
    """

    images: Array
    labels: Array


def own_backbone(params: Params, weights: bytes) -> Any:
    """The exercise's backbone with the shipped weights, frozen."""
    model = plain_backbone(params.backbone, params.image_size, params.channels, params.backbone_alpha)
    load_weights(model, weights, params.weights_file)
    model.trainable = False
    return model


def cut_of(backbone: Any, last_layer: str) -> Any:
    """From the backbone's input to the output of `last_layer`; shares its layers."""
    import keras

    return keras.Model(backbone.input, backbone.get_layer(last_layer).output)


def own_final_model(seed: int, backbone: Any, last_layer: str, head: Head | None = None) -> Any:
    """A flat functional network as `create_final_model` builds it, compiled, its backbone frozen.

    Args:
        seed: of weights, names and learning rate.
        backbone: what it stands on; layers are shared.
        last_layer: where that is cut.
        head: the end that it gets, where `LOSSES` has it; otherwise one sigmoid and binary cross-entropy.
    """
    import keras

    end = None if head is None else (head.units, head.activation, head.loss, head.from_logits)
    known = LOSSES.get(end) if end is not None else None
    units, activation, loss = (
        (1, "sigmoid", "binary_crossentropy")
        if end is None or known is None
        else (end[0], end[1], getattr(keras.losses, known)(from_logits=end[3]))
    )

    keras.utils.set_random_seed(seed)
    number = int(np.random.default_rng(seed).integers(5, 90))
    x = backbone.get_layer(last_layer).output
    x = keras.layers.GlobalAveragePooling2D(name=f"global_average_pooling2d_{number}")(x)
    x = keras.layers.Dense(16, activation="relu", name=f"dense_{number}")(x)
    x = keras.layers.Dropout(0.2, name=f"dropout_{number}")(x)
    x = keras.layers.Dense(units, activation=activation, name=f"dense_{number + 1}")(x)
    model = keras.Model(backbone.input, x)
    rate = RATES[seed % len(RATES)]
    model.compile(keras.optimizers.Adam(rate), loss=loss, metrics=["accuracy"])
    return model


def own_pictures(seed: int, params: Params, count: int) -> Pictures:
    """Textured pictures as the backbone takes them, no two the same, with labels dealt at random."""
    rng = np.random.default_rng(seed)
    size, architecture = params.image_size, BACKBONES[params.backbone]
    pixels = np.stack([texture(rng, size, size) for _ in range(count)]).astype(np.float32)[..., : params.channels]
    images = architecture.low + pixels / 255 * (architecture.high - architecture.low)
    labels = rng.permutation(np.arange(count) % len(params.class_names))
    return Pictures(images.astype(np.float32), labels.astype(np.int64))


def counts_to_try(seed: int, layers: Sequence[Any]) -> tuple[int, int]:
    """Two values of `n_layers` that tell off-by-one apart.

    The first ends on a layer that learns, so that one less shows; behind the second such a layer follows, so that one
    more shows. The second opens nearly all: down to the first BatchNormalization, which MobileNetV2 names `bn_Conv1` and all
    others `…_BN`.

    Args:
        seed: of the choice.
        layers: the backbone's, from input to cut, as `BackboneLayer`.
    """
    rng = np.random.default_rng(seed)
    learns = [bool(one.learns and not one.normalises) for one in layers]
    last = len(layers)
    inner = range(last // 4, last - 3)
    ends = [last - i for i in inner if learns[i]]
    first = next((i for i, one in enumerate(layers) if one.normalises), 0)
    before = [last - i for i in range(1, first + 1) if learns[i - 1]] or [last - i for i in inner if learns[i - 1]]
    return int(rng.choice(ends or [last // 2])), int(rng.choice(before or [last // 3]))


def sent(model: Any) -> tuple[dict[str, Any], dict[str, Array]]:
    """A model of the grader's own as a request to a cell carries it: body and arrays."""
    body, arrays = export_own_model(model).to_wire()
    return {"model": body}, {f"{MODEL}{name}": array for name, array in arrays.items()}
