"""Measure what a pre-trained backbone gives on horses and humans, and write the table that thresholds come from.

Every seed draws fresh images and initialises every model afresh. Run from the project's folder:

    python benchmarks/measure_horses_or_humans.py --seeds 20

Curves are kept beside the table (`--raw`, JSON); a second run adds the seeds and rows that are missing there,
and `--seeds 0` only writes the document again. Curves of another drawing code are never mixed with those of this one;
after pre-training anew, delete the JSON.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from horses_or_humans_table import write_document
from measure_pets import histograms
from measuring import Rows, Study, keras, layers, moments, network, optimizers, run, thumbnails

from grader.data.backbone import backbone_weights_file

SHAPE = (96, 96, 3)


class Recalibrated(keras.Model):  # type: ignore[misc]
    """Measures BatchNormalization's statistics over all training images before it predicts."""

    def fit(self, x: Any, *rest: Any, **options: Any) -> Any:
        """Train, and keep the images."""
        self._seen = x
        return super().fit(x, *rest, **options)

    def predict(self, *rest: Any, **options: Any) -> Any:
        """Put the statistics of the training images in place of the moving ones; training does not use these."""
        norms = [layer for layer in self._flatten_layers() if isinstance(layer, layers.BatchNormalization)]
        usual = [layer.momentum for layer in norms]
        for layer in norms:
            layer.momentum = 0.0
        self(self._seen, training=True)
        for layer, momentum in zip(norms, usual, strict=True):
            layer.momentum = momentum
        return super().predict(*rest, **options)


def transfer(
    *,
    weights: bool = True,
    frozen: bool = True,
    optimizer: Callable[[], Any] = lambda: optimizers.Adam(1e-3),
    cut: str = "out_relu",
    units: int = 0,
    flat: bool = False,
    scale: float = 1 / 127.5,
    offset: float = -1.0,
    kind: type[keras.Model] = keras.Model,
) -> keras.Model:
    """Build and compile the backbone under a new top: pooling, Dropout .2 and one unit by default.

    Args:
        weights: Load the pre-trained weights.
        frozen: Keep the backbone as it is.
        optimizer: Makes the optimiser.
        cut: Last layer of the backbone that is used.
        units: Units of a hidden dense layer; 0 leaves it out.
        flat: Flatten instead of pooling.
        scale: Factor on the pixels; the backbone was trained on −1..1.
        offset: What is added then.
        kind: Class of the model.
    """
    backbone = keras.applications.MobileNetV2(input_shape=SHAPE, alpha=0.35, include_top=False, weights=None)
    if weights:
        backbone.load_weights(backbone_weights_file())
    features = keras.Model(backbone.input, backbone.get_layer(cut).output)
    features.trainable = not frozen
    inputs = keras.Input(SHAPE)
    found = features(layers.Rescaling(scale, offset)(inputs))
    found = layers.Flatten()(found) if flat else layers.GlobalAveragePooling2D()(found)
    if units:
        found = layers.Dense(units, activation="relu")(found)
    model = kind(inputs, layers.Dense(1, activation="sigmoid")(layers.Dropout(0.2)(found)))
    model.compile(optimizer(), loss="binary_crossentropy", metrics=["accuracy"])
    return model


MIDDLE = "block_13_expand_relu"  # 6 by 6 by 192: where a course would cut.
slow = partial(optimizers.Adam, 1e-4)
scratch = partial(transfer, weights=False, frozen=False)

NETWORKS: Rows = {
    "pre-trained, frozen: pooling, Dropout .2, Adam 1e-3": ("main", transfer),
    "the same, Adam 1e-4": ("main", lambda: transfer(optimizer=slow)),
    "the same, RMSprop 1e-3": ("pass", lambda: transfer(optimizer=lambda: optimizers.RMSprop(1e-3))),
    "cut in the middle: pooling, Dense 64": ("main", lambda: transfer(cut=MIDDLE, units=64)),
    "cut in the middle: Flatten, Dense 128": ("main", lambda: transfer(cut=MIDDLE, units=128, flat=True)),
    "cut in the middle, RMSprop 1e-4: Flatten, Dense 128": (
        "pass",
        lambda: transfer(cut=MIDDLE, units=128, flat=True, optimizer=lambda: optimizers.RMSprop(1e-4)),
    ),
    "pre-trained, not frozen": ("shown", lambda: transfer(frozen=False)),
    "pre-trained, frozen, pixels 0..1": ("shown", lambda: transfer(scale=1 / 255, offset=0.0)),
    "pre-trained, frozen, pixels 0..255": ("shown", lambda: transfer(scale=1.0, offset=0.0)),
    "random weights, frozen": ("main miss", lambda: transfer(weights=False)),
    "random weights, frozen, cut in the middle: Flatten, Dense 128": (
        "main miss",
        lambda: transfer(weights=False, cut=MIDDLE, units=128, flat=True),
    ),
    "from scratch": ("miss", scratch),
    "from scratch, BatchNormalization recalibrated": ("miss", lambda: scratch(kind=Recalibrated)),
    "small network: 16-32-64, Dense 64": ("main", lambda: network(SHAPE, (16, 32, 64))),
}

FEATURES = {
    "logistic regression on 8×8×8 colour histograms": histograms,
    "logistic regression on 8×8 thumbnails": thumbnails,
    "logistic regression on mean and deviation of colours": moments,
}

if __name__ == "__main__":
    run(Study("horses_or_humans", 150, 400, SHAPE, NETWORKS, FEATURES, write_document, epochs=10), __doc__)
