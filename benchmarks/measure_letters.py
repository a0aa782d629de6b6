"""Measure how well models of many kinds learn the generated letters, and write the table that thresholds come from.

Every seed draws fresh images and initialises every model afresh. Run from the project's folder:

    python benchmarks/measure_letters.py --seeds 20 --out docs/data_letters.md

Curves are kept beside the table (`--raw`, JSON); a second run adds the seeds and rows that are missing there,
and `--seeds 0` only writes the document again. Curves of another drawing code are never mixed with those of this one.
"""

from __future__ import annotations

from functools import partial

from letters_table import write_document
from measuring import Rows, Study, moments, network, optimizers, run, thumbnails

SHAPE = (28, 28, 1)
conv = partial(network, SHAPE, (16, 32), units=0, outputs=24)

NETWORKS: Rows = {
    "convolutions 16-32, Adam 1e-3 (24k parameters)": ("main", conv),
    "convolutions 8-32": ("main", lambda: network(SHAPE, (8, 32), units=0, outputs=24)),
    "convolutions 32-64, Dense 512": ("pass", lambda: network(SHAPE, (32, 64), units=512, outputs=24)),
    "16-32, Dense 128, Dropout .5": ("pass", lambda: conv(units=128, dropout=0.5)),
    "16-32, RMSprop 1e-3": ("main", lambda: conv(optimizer=lambda: optimizers.RMSprop(1e-3))),
    "16-32, SGD .01, momentum .9": ("main", lambda: conv(optimizer=lambda: optimizers.SGD(0.01, momentum=0.9))),
    "16-32, 26 outputs": ("pass", lambda: conv(outputs=26)),
    "one convolution: 32": ("shown", lambda: network(SHAPE, (32,), units=0, outputs=24)),
    "16-32, no rescaling": ("main", lambda: conv(rescale=False)),
    "dense only: Flatten, Dense 128": ("main miss", lambda: network(SHAPE, (), units=128, outputs=24)),
    "dense only: Flatten, Dense 512": ("miss", lambda: network(SHAPE, (), units=512, outputs=24)),
}

FEATURES = {
    "logistic regression on 8×8 thumbnails": thumbnails,
    "logistic regression on mean and deviation": moments,
}

if __name__ == "__main__":
    run(Study("letters", 3600, 960, SHAPE, NETWORKS, FEATURES, write_document, epochs=15), __doc__)
