"""Four-legged animals from the side, apart from horses: one body plan with different measures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grader.data.figures.figure import Figure, limb
from grader.data.figures.materials import Material, plain
from grader.data.pretraining.materials import DARK, PALE, random_fur
from grader.data.scenery.geometry import Outline, blob, curve, rounded


@dataclass(frozen=True)
class Plan:
    """Measures of one kind, in half the side of the square that it fills; it looks to the left.

    Attributes:
        long: Half the length of the barrel.
        deep: Half its depth.
        legs: Length of the legs below the barrel.
        thick: Half width of a leg.
        neck: Length of the neck.
        rise: Angle of the neck above straight ahead, radians.
        head: Half the length of the head.
        high: Height of the barrel's middle above the picture's middle.
    """

    long: float
    deep: float
    legs: float
    thick: float
    neck: float
    rise: float
    head: float
    high: float = 0.0


_PLANS = {
    "elephant": Plan(0.6, 0.42, 0.5, 0.13, 0.2, 0.25, 0.26),
    "giraffe": Plan(0.38, 0.2, 0.62, 0.05, 0.85, 1.1, 0.14, -0.2),
    "pig": Plan(0.58, 0.34, 0.3, 0.09, 0.15, 0.1, 0.24),
    "sheep": Plan(0.52, 0.36, 0.38, 0.06, 0.22, 0.6, 0.17),
    "camel": Plan(0.48, 0.24, 0.6, 0.06, 0.6, 0.75, 0.15),
    "crocodile": Plan(0.6, 0.16, 0.14, 0.07, 0.12, 0.0, 0.34, -0.1),
}


def paint_beast(figure: Figure, kind: str, rng: np.random.Generator) -> None:
    """Paint one of `BEASTS`."""
    plan = _varied(_PLANS[kind], rng)
    coat = random_fur(figure.frame, rng)
    middle = 0.12 - plan.high * 1j - 0.1j
    ground = middle.imag + plan.deep + plan.legs
    figure.ground_shadow(blob(middle.real + ground * 1j, plan.long * 1.1, 0.07))
    step = rng.uniform(0, 0.35) * (1 if plan.legs > 0.3 else 0.3)
    roots = (-0.72, 0.78, -0.55, 0.62)
    for place, root in enumerate(roots):
        if place == 2:
            _paint_trunk(figure, kind, plan, middle, coat, rng)
        hip = middle + root * plan.long + 0.3j * plan.deep
        foot = complex(hip.real + step * plan.legs * (1 if place in {0, 3} else -1), ground)
        knee = (hip + foot) / 2 + (0.05 if place % 2 else -0.03)
        leg = limb(curve([hip, knee, foot], 7), (plan.thick * 1.7, plan.thick, plan.thick * 0.9))
        figure.part([leg], coat, bulge=plan.thick, tint=0.7 if place < 2 else 1.0)
    _paint_head(figure, kind, plan, middle, coat, rng)


BEASTS = tuple(_PLANS)


def _varied(plan: Plan, rng: np.random.Generator) -> Plan:
    factor = rng.uniform(0.88, 1.12, 6)
    return Plan(
        plan.long * factor[0],
        plan.deep * factor[1],
        plan.legs * factor[2],
        plan.thick * factor[3],
        plan.neck * factor[4],
        plan.rise + rng.normal(0, 0.12),
        plan.head * factor[5],
        plan.high,
    )


def _paint_trunk(
    figure: Figure, kind: str, plan: Plan, middle: complex, coat: Material, rng: np.random.Generator
) -> None:
    """Paint barrel, humps, fleece and tail."""
    barrel = blob(middle, plan.long, plan.deep)
    shapes: list[Outline] = [barrel]
    root = middle + plan.long * 0.95 - plan.deep * 0.3j
    if kind == "camel":
        shapes += [
            blob(middle + at - plan.deep * 1.0j, 0.15, 0.2) for at in ((-0.18, 0.2) if rng.random() < 0.6 else (0.0,))
        ]
    if kind == "sheep":
        turns = np.linspace(0, 2 * np.pi, 15)
        shapes += [
            blob(middle + plan.long * 0.92 * np.cos(t) + plan.deep * 0.9j * np.sin(t), 0.14, 0.13) for t in turns
        ]
    if kind == "crocodile":
        tail = limb(curve([root, root + 0.3 + 0.1j, root + 0.42 - rng.uniform(-0.15, 0.2) * 1j], 7), (0.14, 0.08, 0.01))
        spines = [middle + at - plan.deep * 0.9j for at in np.linspace(-0.5, 0.6, 9)]
        shapes += [tail, *(rounded([s - 0.05, s - 0.1j, s + 0.05], 1) for s in spines)]
    elif kind == "pig":
        turn = np.linspace(0, 4 * np.pi, 18)
        figure.lines([root + 0.05 + turn / 90 + 0.05 * np.exp(1j * turn)], 0.035, (150, 100, 96))
    else:
        end = root + rng.uniform(0.04, 0.16) + rng.uniform(0.3, 0.5) * 1j
        figure.part(
            [limb(curve([root, root + 0.15, end], 6), (0.035, 0.03, 0.03)), blob(end, 0.045, 0.07)], coat, bulge=0.04
        )
    figure.part(shapes, coat, bulge=plan.deep * 0.55, shag=0.35 if kind == "sheep" else 0.12)


def _paint_head(
    figure: Figure, kind: str, plan: Plan, middle: complex, coat: Material, rng: np.random.Generator
) -> None:
    base = middle - plan.long * 0.82 - plan.deep * 0.25j
    along = complex(-np.exp(1j * plan.rise))
    poll = base + plan.neck * along
    wide = plan.deep * 0.5 if kind != "giraffe" else 0.13
    neck = limb(curve([base - 0.1 * along, (base + poll) / 2, poll], 6), (wide, wide * 0.75, plan.head * 0.5))
    if kind == "camel":
        neck = limb(curve([base - 0.1 * along, base - 0.25 + 0.15j, poll], 8), (wide, wide * 0.6, plan.head * 0.55))
    ahead = -np.exp(-1j * rng.uniform(0.05, 0.5)) if kind != "crocodile" else -1
    nose = poll + plan.head * 1.6 * ahead
    blunt = {"elephant": 0.75, "pig": 0.62, "crocodile": 0.28}.get(kind, 0.5)
    head = limb(
        np.array([poll - 0.3 * plan.head * ahead, poll, nose]), (plan.head * 0.75, plan.head * 0.72, plan.head * blunt)
    )
    figure.part([neck, head], coat, bulge=0.14, tint=1.03)
    ear = poll - 0.25 * plan.head * ahead
    if kind == "elephant":
        long = rng.uniform(0.3, 0.62)
        trunk = curve([nose, nose - 0.12 + 0.2j, nose - rng.uniform(-0.05, 0.3) + long * 1j], 8)
        figure.part([limb(trunk, (0.15, 0.11, 0.08, 0.07))], coat, bulge=0.1)
        figure.part(
            [limb(curve([nose + 0.05j, nose - 0.1 + 0.2j, nose - 0.3 + 0.2j], 6), (0.035, 0.03, 0.01))],
            plain(PALE, rng),
            bulge=0.03,
        )
        figure.part([blob(ear + 0.1j, 0.2, 0.27, 0.2)], coat, bulge=0.08, tint=0.82)
    elif kind == "giraffe":
        figure.lines([np.array([ear, ear + 0.03 - 0.13j]), np.array([ear - 0.07, ear - 0.06 - 0.14j])], 0.035, DARK)
    elif kind == "crocodile":
        figure.lines([np.array([poll + 0.06j, nose + 0.05j])], 0.025, DARK)
        teeth = [poll + at * (nose - poll) + 0.06j for at in np.linspace(0.3, 1, 6)]
        figure.fill([np.array([t - 0.02, t + 0.055j, t + 0.02]) for t in teeth], PALE)
    else:
        tip = ear + rng.uniform(-0.02, 0.12) + (-0.16j if kind != "sheep" else 0.1j)
        figure.part([rounded([ear - 0.07, tip, ear + 0.08 + 0.02j], 1)], coat, bulge=0.04, tint=0.8)
    if kind == "pig":
        figure.part([blob(nose, 0.06, 0.11, 0.2)], plain((208, 150, 140), rng), bulge=0.04)
    figure.fill([blob(poll + 0.35 * plan.head * ahead - 0.28j * plan.head, 0.035, 0.035)], DARK)
