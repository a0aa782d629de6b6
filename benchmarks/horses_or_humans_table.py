"""Turns the curves of `measure_horses_or_humans.py` into `docs/data_horses_or_humans.md`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tables import Bars, leak_table, network_table, rule_table

BARS = Bars(course=(0.85, 0.80), stop=(0.90, 0.90), score=(0.85, 0.80), early=5)

_HEAD = """# Horses or humans: what a pre-trained backbone gives

Made by `python benchmarks/measure_horses_or_humans.py --seeds N`, not by hand; a run adds to what is there. Drawing code `{version}`.
Every seed draws 150 training and 400 unseen images afresh and initialises every model afresh; 96 × 96 pixels, batch 32, {epochs} epochs,
one TensorFlow thread. *Training* is what `fit` reports for an epoch (a running mean, as a callback sees it); *unseen* is measured after
it. Cells are mean [minimum, maximum] over the seeds. The backbone is MobileNetV2 (alpha 0.35) with the weights that ship with week 3.
It knows drawings like these and says nothing about photographs.

## Networks

`reached` counts the seeds in which one and the same epoch gives training ≥ {course[0]:.2f} and unseen ≥ {course[1]:.2f}; `at epoch` is the first
such epoch. `s` is the time of one epoch, with other work on the machine.

"""

_SCRATCH = """
From scratch, unseen accuracy stays at .50 although training accuracy rises: in so few steps the moving statistics of
BatchNormalization, which inference uses, lag behind the weights. *Recalibrated* takes them from the training images instead before
each measurement: what the network has learnt then shows, and it is far less than the backbone brings along. So do not say that a
network from scratch learns nothing.

Pixels in a range that the backbone was not trained on cost little here: judge preprocessing by its values, not by accuracy.
A small network of its own reaches about .90 after ten epochs: a threshold below .95 does not tell a backbone from none, so judge by
structure that the backbone is there.
"""

_STOP = """
## The rule that the trainer follows

Of the 400 unseen images 200 say when to stop and the other 200 give the score. Training stops after the first epoch with training
≥ {stop[0]:.2f} and the first set ≥ {stop[1]:.2f}, at the latest after {epochs} epochs. The table shows what is then measured on the second set:
`passes` counts the seeds with training ≥ {score[0]:.2f} and the second set ≥ {score[1]:.2f}.

"""

_LEAKS = """
## What simple features give away

Accuracy on 400 unseen images; .50 is chance. Strength of regularisation fixed beforehand (C = .01).

"""


def write_document(path: Path, kept: dict[str, Any]) -> None:
    """Write the tables for all rows that have runs."""
    told = {"version": kept["version"], "epochs": kept["epochs"], **vars(BARS)}
    text = _HEAD.format(**told) + network_table(kept, BARS) + _SCRATCH
    text += _STOP.format(**told) + rule_table(kept, BARS)
    text += _LEAKS + leak_table(kept)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
