"""Turns the curves of `measure_letters.py` into `docs/data_letters.md`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tables import Bars, leak_table, network_table, rule_table

BARS = Bars(course=(0.93, 0.93), stop=(0.95, 0.96), score=(0.90, 0.90), early=10)

_HEAD = """# Letters: how well they can be learnt

Made by `python benchmarks/measure_letters.py --seeds N --out docs/data_letters.md`, not by hand; a run adds to what is there. Drawing
code `{version}`. Every seed draws 3,600 training and 960 unseen images of 24 letters afresh and initialises every model afresh;
28 × 28 pixels, gray, batch 32, {epochs} epochs, one TensorFlow thread. *Training* is what `fit` reports for an epoch (a running mean, as a
callback sees it); *unseen* is measured after it, on 960 images. Cells are mean [minimum, maximum] over the seeds.

## Networks

`reached` counts the seeds in which one and the same epoch gives training ≥ {course[0]:.2f} and unseen ≥ {course[1]:.2f}; `at epoch` is the first
such epoch. `s` is the time of one epoch, with other work on the machine.

"""

_STOP = """
## The rule that the trainer follows

Of the 960 unseen images 480 say when to stop and the other 480 give the score. Training stops after the first epoch with training
≥ {stop[0]:.2f} and the first set ≥ {stop[1]:.2f}, at the latest after {epochs} epochs. The table shows what is then measured on the second set:
`passes` counts the seeds with training ≥ {score[0]:.2f} and the second set ≥ {score[1]:.2f}.

"""

_LEAKS = """
## What simple features give away

Accuracy on 960 unseen images; .04 is chance. Strength of regularisation fixed beforehand (C = .01).

"""

_ADVICE = """
## What follows

- **Let training end** at training ≥ .95 and the first hidden set ≥ .96, at the latest after 15 epochs. Ending as soon as .93 is reached
  leaves too little room: the second set, of 480 images, lies up to .045 below the first one.
- **Ask for** training ≥ .90 and .90 on the second set: between the worst reasonable network and the best one without convolutions.
- **Never judge by accuracy** a missing rescaling or a single convolution: both learn the letters. Categorical cross-entropy on integer
  labels, and fewer units than labels reach, fail outright in Keras and need no threshold.
- Thumbnails of 8 × 8 pixels tell about half of the letters; brightness and contrast tell none.
- Printed capitals of some twenty fonts are no hands: accuracy here says nothing about photographs of sign language.
"""


def write_document(path: Path, kept: dict[str, Any]) -> None:
    """Write the tables for all rows that have runs."""
    told = {"version": kept["version"], "epochs": kept["epochs"], **vars(BARS)}
    text = _HEAD.format(**told) + network_table(kept, BARS)
    text += _STOP.format(**told) + rule_table(kept, BARS)
    text += _LEAKS + leak_table(kept) + _ADVICE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
