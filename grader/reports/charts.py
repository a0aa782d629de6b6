"""Line charts of a training, as coordinates that a template draws in SVG: sharp on paper, in both colour schemes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 340, 210
LEFT, RIGHT, TOP, BOTTOM = 38, 92, 12, 34
MAX_EPOCHS = 500
LABEL_GAP = 15


@dataclass(frozen=True)
class Line:
    """One curve: `points` for an SVG polyline, and its label at the end of it, in pixels of the chart."""

    kind: str
    label: str
    points: str
    end_x: float
    end_y: float
    label_y: float
    last: str


@dataclass(frozen=True)
class Tick:
    """A mark on an axis, in pixels of the chart."""

    at: float
    label: str


@dataclass(frozen=True)
class Chart:
    """One chart with everything placed; `summary` says in words what it shows."""

    title: str
    summary: str
    lines: tuple[Line, ...]
    rows: tuple[Tick, ...]
    epochs: tuple[Tick, ...]
    note: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def charts_of(curves: Mapping[str, Sequence[float]]) -> tuple[Chart, ...]:
    """A chart of accuracy and one of loss, from a Keras history; those without numbers are left out."""
    charts = (_chart("Accuracy", "accuracy", curves), _chart("Loss", "loss", curves))
    return tuple(chart for chart in charts if chart is not None)


def _chart(title: str, key: str, curves: Mapping[str, Sequence[float]]) -> Chart | None:
    given = {
        kind: (label, list(curves.get(name, ()))[:MAX_EPOCHS])
        for kind, label, name in (("train", "training", key), ("val", "validation", f"val_{key}"))
    }
    series = {kind: (label, _finite_start(values)) for kind, (label, values) in given.items()}
    series = {kind: pair for kind, pair in series.items() if pair[1]}
    broken = any(len(_finite_start(values)) < len(values) for _, values in given.values())
    note = "The numbers stopped being finite: the training diverged." if broken else ""
    if not series:
        return None
    values = [value for _, numbers in series.values() for value in numbers]
    # A little air, so that a perfect curve does not vanish in the edge of the chart.
    marks = _nice_ticks(min(values), max(values))
    low, high = min(marks[0], *values), max(marks[-1], *values)
    epochs = max(len(numbers) for _, numbers in series.values())

    def x(epoch: int) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (epoch / (epochs - 1) if epochs > 1 else 0.5)

    def y(value: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - low) / (high - low))

    lines = []
    for kind, (label, numbers) in series.items():
        points = " ".join(f"{x(epoch):.1f},{y(number):.1f}" for epoch, number in enumerate(numbers))
        end_x, end_y = x(len(numbers) - 1), y(numbers[-1])
        lines.append(Line(kind, label, points, end_x, end_y, end_y, _short(numbers[-1])))
    return Chart(
        title=title,
        summary=_summary(title, series),
        lines=_spread(lines),
        rows=tuple(Tick(y(mark), _short(mark)) for mark in marks),
        epochs=tuple(Tick(x(epoch), str(epoch + 1)) for epoch in sorted({0, epochs - 1})),
        note=note,
    )


def _finite_start(values: Sequence[float]) -> list[float]:
    """The values before the first that is not finite, or too large to draw."""
    start = []
    for value in values:
        if not math.isfinite(value) or abs(value) > 1e12:
            break
        start.append(float(value))
    return start


def _nice_ticks(low: float, high: float) -> list[float]:
    """Three to six round numbers that span the range."""
    span = high - low
    if span < 1e-6 * max(1.0, abs(high)):
        span = max(0.1, abs(high) * 0.1)
        low, high = low - span / 2, high + span / 2
    raw = span / 4
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= raw * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [number * step for number in range(first, last + 1)]


def _spread(lines: list[Line]) -> tuple[Line, ...]:
    """Move labels apart where the curves end close together."""
    if len(lines) == 2:
        upper, lower = sorted(lines, key=lambda line: line.end_y)
        lack = LABEL_GAP * 2 - (lower.end_y - upper.end_y)
        if lack > 0:
            middle = (upper.end_y + lower.end_y) / 2
            middle = min(max(middle, TOP + LABEL_GAP), HEIGHT - BOTTOM - LABEL_GAP)
            moved = {upper.kind: middle - LABEL_GAP, lower.kind: middle + LABEL_GAP}
            return tuple(
                Line(one.kind, one.label, one.points, one.end_x, one.end_y, moved[one.kind], one.last) for one in lines
            )
    return tuple(lines)


def _short(value: float) -> str:
    if value and (abs(value) >= 1e5 or abs(value) < 1e-3):
        return f"{value:.0e}"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.2f}"


def _summary(title: str, series: Mapping[str, tuple[str, list[float]]]) -> str:
    parts = [f"{label} from {_short(numbers[0])} to {_short(numbers[-1])}" for label, numbers in series.values()]
    epochs = max(len(numbers) for _, numbers in series.values())
    return f"{title} over {epochs} {'epoch' if epochs == 1 else 'epochs'}: {', '.join(parts)}."
