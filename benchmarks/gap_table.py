"""Turns the results of `measure_gap.py` into `docs/data_gap.md`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from tables import runs_by_row, spread, table

from grader.exercises import load_exercise

PARAMS = load_exercise("week2_augmentation").params

_HEAD = """# The gap: how far augmentation and dropout narrow it

Made by `python benchmarks/measure_gap.py --seeds N`, not by hand; a run adds to what is there. Drawing code of the pets
`{version}`. Every seed draws {images} training and 600 unseen images afresh and initialises every model afresh. {wrong:.0%} of the
training labels are turned round, {epochs} epochs are run, and both accuracies are measured at the end in inference mode: *training* on
the images trained on, wrong labels included, *unseen* on 600 others with their own labels. The gap is training minus unseen, in
percentage points. Cells are mean [minimum, maximum] over the seeds.

`passes` counts the seeds with training ≥ {train:.2f}, unseen ≥ {unseen:.2f} and a gap of at most {gap:.1f} points. The grader tries near misses
again with at most two further seeds, which the table leaves out.

"""

_ADVICE = """
## Why wrong labels

Who has only learnt by heart gets the wrong labels right, too, and has a training accuracy near 1 that unseen images cannot follow. Who
has understood what a cat is gets them wrong: training accuracy then stays near {honest:.2f}, at or below the unseen one, and the gap is
small or negative. On few images with right labels alone the gap differs more from draw to draw than from network to network.
"""


def write_document(path: Path, kept: dict[str, Any]) -> None:
    """Write the table for all rows that have runs."""
    text = _HEAD.format(
        version=kept["version"], images=PARAMS.gap_images, wrong=PARAMS.wrong_labels, epochs=kept["epochs"],
        train=PARAMS.train_accuracy, unseen=PARAMS.unseen_accuracy, gap=PARAMS.max_gap,
    )  # fmt: skip
    heads = ("network", "seeds", "training", "unseen", "gap", "passes", "s")
    text += table(heads, [_row(name, found) for name, found in runs_by_row(kept, leaks=False).items()])
    text += _ADVICE.format(honest=1 - PARAMS.wrong_labels)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def _row(name: str, found: list[dict[str, Any]]) -> tuple[str, ...]:
    train = np.array([run["train"][-1] for run in found])
    unseen = np.array([(run["stop"][-1] + run["score"][-1]) / 2 for run in found])
    gap = 100 * (train - unseen)
    passes = (train >= PARAMS.train_accuracy) & (unseen >= PARAMS.unseen_accuracy) & (gap <= PARAMS.max_gap)
    return (
        name, str(len(found)), spread(train), spread(unseen), f"{gap.mean():.1f} [{gap.min():.1f}, {gap.max():.1f}]",
        f"{passes.sum()} of {len(found)}", f"{np.median([run['epoch_s'] for run in found]):.2f}",
    )  # fmt: skip
