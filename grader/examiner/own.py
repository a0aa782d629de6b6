"""The grader's own model, image and history, handed to tasks downstream so that no earlier mistake counts twice."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.data.probes import texture

Array = np.ndarray[Any, Any]


FEW = (4, 6, 8)
"""Filters of the grader's own network, in an order that depends on its seed."""


def own_model(seed: int, size: int, channels: int, widths: tuple[int, ...] = FEW, *, longer: bool = False) -> Any:
    """A small untrained network with rescaling inside, the order of whose `widths` and whose layer numbers depend on `seed`.

    Layers are named as Keras names them (`conv2d_17`), because people pick layers by such names, with numbers that
    nobody can know beforehand.

    Args:
        seed: of weights, names and order.
        size: height and width of its pictures.
        channels: of its pictures.
        widths: filters of its convolutions, in some order.
        longer: with a second convolution in one place and dropout behind the others, so that no places of another network fit it.
    """
    import keras
    from keras import layers

    rng = np.random.default_rng(seed)
    # First, because a layer draws the seed of its weights when it is made.
    keras.utils.set_random_seed(seed)
    number = int(rng.integers(5, 90))
    stages: list[Any] = [keras.Input((size, size, channels)), layers.Rescaling(1 / 255, name=f"rescaling_{number}")]
    order = [int(filters) for filters in rng.permutation(widths)]
    twice = int(rng.integers(len(order))) if longer else -1
    convolutions = 0
    for i, filters in enumerate(order):
        for _ in range(1 + (i == twice)):
            name = f"conv2d_{number + convolutions}"
            stages.append(layers.Conv2D(filters, 3, activation="relu", padding="same", name=name))
            convolutions += 1
        stages.append(layers.MaxPooling2D(2, name=f"max_pooling2d_{number + i}"))
    stages += [
        layers.Flatten(name=f"flatten_{number}"),
        *([layers.Dropout(0.2, name=f"dropout_{number}")] if longer else []),
        layers.Dense(8, activation="relu", name=f"dense_{number}"),
        layers.Dense(1, activation="sigmoid", name=f"dense_{number + 1}"),
    ]
    model = keras.Sequential(stages)
    _awaken(model, own_image(seed, size))
    return model


def _awaken(model: Any, image: Array) -> None:
    """Set biases so that every filter answers to about half of the image.

    By chance a third of the filters of an untrained network answers to nothing: their maps are blank, and nobody could
    tell a drawing of them from an empty one.
    """
    import keras

    values = image[None]
    for layer in model.layers:
        if isinstance(layer, keras.layers.Flatten):
            return
        if isinstance(layer, keras.layers.Conv2D):
            raw = np.asarray(keras.ops.conv(values, layer.kernel, padding=layer.padding))
            layer.bias.assign(-np.median(raw, axis=(0, 1, 2)))
        values = layer(values)


def own_image(seed: int, size: int) -> Array:
    """An image (size, size, 3), float32, 0–255."""
    return texture(np.random.default_rng(seed), size, size).astype(np.float32)


def own_history(seed: int) -> dict[str, list[float]]:
    """A plausible history: four curves of 6 to 14 epochs."""
    rng = np.random.default_rng(seed)
    epochs = int(rng.integers(6, 15))
    time = np.arange(epochs) / epochs
    noise = rng.normal(0, 0.01, (4, epochs))
    return {
        "accuracy": _rounded(0.55 + 0.4 * time + noise[0]),
        "loss": _rounded(0.70 - 0.6 * time + noise[1]),
        "val_accuracy": _rounded(0.52 + 0.3 * time + noise[2]),
        "val_loss": _rounded(0.72 - 0.2 * time + noise[3]),
    }


def _rounded(values: Array) -> list[float]:
    return [round(float(value), 6) for value in values]
