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
