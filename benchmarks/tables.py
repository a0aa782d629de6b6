"""Turns curves that `measuring.py` kept into Markdown tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Runs = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Bars:
    """Accuracies that the tables ask for, each as (training, unseen).

    Attributes:
        course: Thresholds of the course's callback.
        stop: Where training ends; the unseen one is of the first hidden set.
        score: What the check asks for when training has ended; the unseen one is of the second hidden set.
        early: An epoch whose accuracies are shown beside those of the last one.
    """

    course: tuple[float, float]
    stop: tuple[float, float]
    score: tuple[float, float]
    early: int


def runs_by_row(kept: dict[str, Any], *, leaks: bool) -> Runs:
    """Return the rows that have runs: logistic regressions, or networks."""
    found = {name: list(runs.values()) for name, runs in kept["runs"].items() if runs}
    return {name: runs for name, runs in found.items() if (kept["groups"].get(name, "leak") == "leak") == leaks}


def network_table(kept: dict[str, Any], bars: Bars) -> str:
    """Return the table of all networks: accuracies, and how many seeds reach the course's thresholds."""
    heads = ("network", "seeds", f"training, {bars.early} epochs", f"unseen, {bars.early}", "training, last")
    heads += ("unseen, last", "reached", "at epoch", "s")
    return table(heads, [_network_row(name, found, bars) for name, found in runs_by_row(kept, leaks=False).items()])


def rule_table(kept: dict[str, Any], bars: Bars) -> str:
    """Return the table of what the trainer's rule gives."""
    heads = ("network", "seeds", "stops at epoch", "training then", "second set then", "passes")
    return table(heads, [_rule_row(name, found, bars) for name, found in runs_by_row(kept, leaks=False).items()])


def leak_table(kept: dict[str, Any]) -> str:
    """Return the table of logistic regressions on simple features."""
    rows = [
        (name, str(len(found)), spread([(run["stop"][0] + run["score"][0]) / 2 for run in found]))
        for name, found in runs_by_row(kept, leaks=True).items()
    ]
    return table(("features", "seeds", "unseen"), rows)


def spread(values: Any) -> str:
    """Return `mean [minimum, maximum]`."""
    return f"{np.mean(values):.3f} [{np.min(values):.3f}, {np.max(values):.3f}]".replace("0.", ".")


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _network_row(name: str, found: list[dict[str, Any]], bars: Bars) -> tuple[str, ...]:
    train = np.array([run["train"] for run in found])
    unseen = (np.array([run["stop"] for run in found]) + np.array([run["score"] for run in found])) / 2
    both = (train >= bars.course[0]) & (unseen >= bars.course[1])
    reached = both.any(axis=1)
    first = both.argmax(axis=1)[reached] + 1
    return (
        name,
        str(len(found)),
        spread(train[:, bars.early - 1]),
        spread(unseen[:, bars.early - 1]),
        spread(train[:, -1]),
        spread(unseen[:, -1]),
        f"{reached.sum()} of {len(found)}",
        f"{np.median(first):.0f} [{first.min()}, {first.max()}]" if len(first) else "–",
        f"{np.median([run['epoch_s'] for run in found]):.2f}",
    )


def _rule_row(name: str, found: list[dict[str, Any]], bars: Bars) -> tuple[str, ...]:
    ends, trains, scores = [], [], []
    for run in found:
        train, stop = np.array(run["train"]), np.array(run["stop"])
        both = (train >= bars.stop[0]) & (stop >= bars.stop[1])
        end = int(both.argmax()) if both.any() else len(train) - 1
        ends.append(end + 1)
        trains.append(train[end])
        scores.append(run["score"][end])
    passes = (np.array(trains) >= bars.score[0]) & (np.array(scores) >= bars.score[1])
    end_text = f"{np.median(ends):.0f} [{min(ends)}, {max(ends)}]"
    return name, str(len(found)), end_text, spread(trains), spread(scores), f"{passes.sum()} of {len(found)}"
