"""Turns the curves of `measure_pets.py` into `docs/data_pets.md`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

STOP_BARS = (0.90, 0.90)
"""Training accuracy, and accuracy on the first hidden set, at which training ends."""
SCORE_BARS = (0.85, 0.80)
"""Training accuracy, and accuracy on the second hidden set, that the check asks for when training has ended."""

_HEAD = """# Pets: how well they can be learnt

Made by `python benchmarks/measure_pets.py --seeds 20 --out docs/data_pets.md`, not by hand. Drawing code
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

- Week 1 asks for training ≥ 0.85 (`train_accuracy`) and ≥ 0.80 on the scored half (`unseen_accuracy`), within 20 epochs
  (`epochs`). Training stops 0.05 and 0.10 above these; the column *second set then* shows the room that this leaves.
- A network without convolutions stays below both thresholds. Missing rescaling and an unsuitable but working loss do not show
  in accuracy: they are judged by values and structure.
- A row says how many seeds it was run over. Rows of few seeds, and networks that are not listed, are not evidence yet.
"""


def write_document(path: Path, kept: dict[str, Any]) -> None:
    """Write the tables for all rows that have runs."""
    groups, runs = kept["groups"], {name: list(found.values()) for name, found in kept["runs"].items() if found}
    networks = {name: found for name, found in runs.items() if groups.get(name, "leak") != "leak"}
    text = _HEAD.format(version=kept["version"], epochs=kept["epochs"]) + _NETWORKS
    text += _table(
        (
            "network",
            "seeds",
            "training, 12 epochs",
            "unseen, 12",
            "training, last",
            "unseen, last",
            "reached",
            "at epoch",
            "s",
        ),
        [_network_row(name, found) for name, found in networks.items()],
    )
    bars = {"stop_train": STOP_BARS[0], "stop_unseen": STOP_BARS[1]}
    bars |= {"score_train": SCORE_BARS[0], "score_unseen": SCORE_BARS[1]}
    text += _STOP.format(epochs=kept["epochs"], **bars) + _table(
        ("network", "seeds", "stops at epoch", "training then", "second set then", "passes"),
        [_rule_row(name, found) for name, found in networks.items()],
    )
    text += _LEAKS + _table(
        ("features", "seeds", "unseen"),
        [
            (name, str(len(found)), _spread([(run["stop"][0] + run["score"][0]) / 2 for run in found]))
            for name, found in runs.items()
            if groups.get(name) == "leak"
        ],
    )
    text += _ADVICE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def _network_row(name: str, found: list[dict[str, Any]]) -> tuple[str, ...]:
    train, unseen = _curves(found)
    both = (train >= 0.90) & (unseen >= 0.85)
    reached = both.any(axis=1)
    first = both.argmax(axis=1)[reached] + 1
    return (
        name,
        str(len(found)),
        _spread(train[:, 11]),
        _spread(unseen[:, 11]),
        _spread(train[:, -1]),
        _spread(unseen[:, -1]),
        f"{reached.sum()} of {len(found)}",
        f"{np.median(first):.0f} [{first.min()}, {first.max()}]" if len(first) else "–",
        f"{np.median([run['epoch_s'] for run in found]):.2f}",
    )


def _rule_row(name: str, found: list[dict[str, Any]]) -> tuple[str, ...]:
    ends, trains, scores = [], [], []
    for run in found:
        train, stop = np.array(run["train"]), np.array(run["stop"])
        both = (train >= STOP_BARS[0]) & (stop >= STOP_BARS[1])
        end = int(both.argmax()) if both.any() else len(train) - 1
        ends.append(end + 1)
        trains.append(train[end])
        scores.append(run["score"][end])
    passes = (np.array(trains) >= SCORE_BARS[0]) & (np.array(scores) >= SCORE_BARS[1])
    end_text = f"{np.median(ends):.0f} [{min(ends)}, {max(ends)}]"
    return name, str(len(found)), end_text, _spread(trains), _spread(scores), f"{passes.sum()} of {len(found)}"


def _curves(found: list[dict[str, Any]]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return training and unseen accuracy, shape (seeds, epochs)."""
    train = np.array([run["train"] for run in found])
    return train, (np.array([run["stop"] for run in found]) + np.array([run["score"] for run in found])) / 2


def _spread(values: Any) -> str:
    return f"{np.mean(values):.3f} [{np.min(values):.3f}, {np.max(values):.3f}]".replace("0.", ".")


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"
