"""Measure how well models of many kinds learn the generated pets, and write the table that thresholds come from.

Every seed draws fresh images and initialises every model afresh, so the spread in the table is the spread that an
assignment with a secret seed will meet. Run from the project's folder:

    python benchmarks/measure_pets.py --seeds 20 --out docs/data_pets.md

Curves are kept beside the table (`--raw`, JSON); a second run adds the seeds and rows that are missing there,
and `--seeds 0` only writes the document again. Curves of another drawing code are never mixed with those of this one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from measuring import Pictures, Rows, Study, keras, moments, optimizers, run, thumbnails
from measuring import network as any_network
from numpy.typing import NDArray
from pets_table import write_document

SHAPE = (64, 64, 3)


def network(channels: tuple[int, ...] = (16, 32, 64), **changes: Any) -> keras.Model:
    """Build a network for the pets: the reference of week 1 by default."""
    return any_network(SHAPE, channels, **changes)


NETWORKS: Rows = {
    "reference: 16-32-64, Dense 64, Adam 1e-3": ("main", network),
    "RMSprop 1e-3": ("main", lambda: network(optimizer=lambda: optimizers.RMSprop(1e-3))),
    "smaller: 8-16-32": ("main", lambda: network((8, 16, 32))),
    "wider: 32-64-128, Dense 512": ("pass", lambda: network((32, 64, 128), units=512)),
    "Dense 512, RMSprop 1e-3": ("pass", lambda: network(units=512, optimizer=lambda: optimizers.RMSprop(1e-3))),
    "four convolutions: 16-32-64-64, same padding": ("pass", lambda: network((16, 32, 64, 64), padding="same")),
    "Dropout 0.5": ("pass", lambda: network(dropout=0.5)),
    "two softmax units": ("pass", lambda: network(outputs=2)),
    "Adam 3e-3": ("pass", lambda: network(optimizer=lambda: optimizers.Adam(3e-3))),
    "Adam 3e-4": ("pass", lambda: network(optimizer=lambda: optimizers.Adam(3e-4))),
    "SGD .01, momentum .9": ("main", lambda: network(optimizer=lambda: optimizers.SGD(0.01, momentum=0.9))),
    "global average pooling": ("shown", lambda: network(pooled=True)),
    "batch normalisation": ("shown", lambda: network(norm=True)),
    "no rescaling": ("shown", lambda: network(rescale=False)),
    "MSE loss": ("shown", lambda: network(loss="mean_squared_error")),
    "dense only: Flatten, Dense 64": ("main miss", lambda: network(())),
    "dense only: Flatten, Dense 256, Adam 3e-4": (
        "miss",
        lambda: network((), units=256, optimizer=lambda: optimizers.Adam(3e-4)),
    ),
    "mismatched: categorical loss on one unit": ("miss", lambda: network(loss="categorical_crossentropy")),
}


def histograms(pictures: Pictures) -> NDArray[np.float64]:
    """Return square roots of 8×8×8 colour histograms, shape (n, 512)."""
    bins = np.clip(pictures // 32, 0, 7).astype(np.int64)
    codes = (bins[..., 0] * 64 + bins[..., 1] * 8 + bins[..., 2]).reshape(len(pictures), -1)
    return np.sqrt(np.stack([np.bincount(row, minlength=512) / row.size for row in codes]))


LEAKS = {
    "logistic regression on 8×8×8 colour histograms": histograms,
    "logistic regression on 8×8 thumbnails": thumbnails,
    "logistic regression on mean and deviation of colours": moments,
}

if __name__ == "__main__":
    run(Study("pets", 400, 600, SHAPE, NETWORKS, LEAKS, write_document), __doc__)
