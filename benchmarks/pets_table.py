"""Turns the curves of `measure_pets.py` into `docs/data_pets.md`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tables import Bars, leak_table, network_table, rule_table

BARS = Bars(course=(0.90, 0.85), stop=(0.90, 0.90), score=(0.85, 0.80), early=12)

_HEAD = """# Pets: how well they can be learnt

Made by `python benchmarks/measure_pets.py --seeds N --out docs/data_pets.md`, not by hand; a run adds to what is there. Drawing code
`{version}`. Every seed draws 400 training and 600 unseen images afresh and initialises every model afresh; 64 × 64 pixels,
bilinear, batch 32, {epochs} epochs, one TensorFlow thread. *Training* is what `fit` reports for an epoch (a running mean, as a
callback sees it); *unseen* is measured after it, on 600 images. Cells are mean [minimum, maximum] over the seeds.

"""

_NETWORKS = """## Networks

`reached` counts the seeds in which one and the same epoch gives training ≥ .90 and unseen ≥ .85, the thresholds of the course's
callback; `at epoch` is the first such epoch. `s` is the time of one epoch, with other work on the machine.

"""

_LEAKS = """
## What colour and layout give away

Accuracy on 600 unseen images; .50 is chance. Strength of regularisation fixed beforehand (C = .01).

"""

_STOP = """
## The rule that the trainer follows

Of the 600 unseen images 300 say when to stop and the other 300 give the score. Training stops after the first epoch with training
≥ {stop_train:.2f} and the first set ≥ {stop_unseen:.2f}, at the latest after {epochs} epochs. The table shows what is then measured on the
second set: `passes` counts the seeds with training ≥ {score_train:.2f} and the second set ≥ {score_unseen:.2f}.

"""


_ADVICE = """
## What follows

- **Let training end** at training ≥ .90 and the first hidden set ≥ .90, or after 20 epochs: the slowest of the reasonable networks, SGD,
  needs most of them, and a network that is quick pays nothing for the cap. The course's callback (.90 and .85) is reached earlier.
- **Ask for** training ≥ .85 and .80 on the second set. The table above tells the room on both sides: between .80 and the worst reasonable
  network, and between .80 and the best network without convolutions.
- **Never judge by accuracy** what still learns: missing rescaling and an unsuitable but working loss are found by structure and values.
- **Batch normalisation** with Keras' momentum of .99 can stay near chance on unseen images after 260 steps, because the statistics used
  at inference lag behind the weights. Such a network is correct: recalibrate its statistics before scoring it, or do not score it.
- Colour, layout, mean colour and file size say little. What was mended: eyes and noses share muted colours, a random veil of stray
  light moves the darkest level, backgrounds are as warm as fur, ears of cats are hardly pink, faces of any size lie equally far from
  the middle, and the quality of a JPEG is chosen for a number of bytes drawn beforehand.
- The pictures are stylised. Nine in ten are faces, so that 400 images are enough; accuracy here says nothing about photographs.
"""


def write_document(path: Path, kept: dict[str, Any]) -> None:
    """Write the tables for all rows that have runs."""
    text = _HEAD.format(version=kept["version"], epochs=kept["epochs"]) + _NETWORKS + network_table(kept, BARS)
    bars = {"stop_train": BARS.stop[0], "stop_unseen": BARS.stop[1]}
    bars |= {"score_train": BARS.score[0], "score_unseen": BARS.score[1]}
    text += _STOP.format(epochs=kept["epochs"], **bars) + rule_table(kept, BARS)
    text += _LEAKS + leak_table(kept) + _ADVICE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
