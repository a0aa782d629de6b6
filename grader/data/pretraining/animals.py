"""Small animals, each with a shape of its own."""

from __future__ import annotations

import numpy as np

from grader.data.figures.figure import Figure, limb
from grader.data.figures.materials import plain
from grader.data.pretraining.materials import DARK, PALE, random_fur, random_material
from grader.data.scenery.canvas import Colour
from grader.data.scenery.geometry import blob, curve, rounded

_BEAK: Colour = (214, 150, 60)


def paint_fish(figure: Figure, rng: np.random.Generator) -> None:
    """A fish from the side, with tail and fins."""
    body, fins = random_material(figure.frame, rng), random_material(figure.frame, rng)
    high = rng.uniform(0.28, 0.46)
    fork = rounded([0.45 + 0j, 0.95 - high * 1j, 0.8 + 0j, 0.95 + high * 1j], 1)
    figure.part([fork, rounded([-0.3 - high * 0.8j, 0.05 - high * 1.5j, 0.35 - high * 0.6j], 1)], fins, bulge=0.08)
    figure.part(
        [rounded([-0.85 + 0j, -0.4 - high * 1j, 0.2 - high * 0.9j, 0.65 + 0j, 0.2 + high * 0.9j, -0.4 + high * 1j])],
        body,
        bulge=0.2,
    )
    figure.part([rounded([-0.15 + 0.05j, 0.2 + 0.12j, 0.05 + 0.3j], 1)], fins, bulge=0.05)
    figure.fill([blob(-0.52 - 0.08j, 0.08, 0.08)], PALE)
    figure.fill([blob(-0.53 - 0.08j, 0.045, 0.05)], DARK)
    figure.lines([curve([-0.36 - 0.22j, -0.28 + 0j, -0.36 + 0.22j], 6)], 0.03, DARK, 0.6)


def paint_bird(figure: Figure, rng: np.random.Generator) -> None:
    """A songbird from the side, perched."""
    body, wing = random_material(figure.frame, rng), random_material(figure.frame, rng)
    figure.lines([np.array([x + 0.3j, x + 0.05 + 0.75j, x - 0.1 + 0.78j]) for x in (-0.05, 0.15)], 0.04, DARK)
    figure.part([rounded([0.3 + 0j, 0.95 + rng.uniform(-0.2, 0.3) * 1j, 0.9 + 0.32j, 0.3 + 0.3j], 1)], wing, bulge=0.06)
    head = -0.42 - rng.uniform(0.3, 0.42) * 1j
    figure.part(
        [
            rounded([head + 0.1j, head + 0.26 - 0.1j, 0.3 - 0.1j, 0.55 + 0.15j, 0.1 + 0.48j, -0.4 + 0.3j]),
            blob(head, 0.24, 0.22),
        ],
        body,
        bulge=0.2,
    )
    figure.part([rounded([-0.1 - 0.02j, 0.25 - 0.06j, 0.62 + 0.2j, 0.15 + 0.28j])], wing, bulge=0.1)
    figure.fill([np.array([head - 0.2 - 0.05j, head - 0.48 + 0.03j, head - 0.19 + 0.08j])], _BEAK)
    figure.fill([blob(head - 0.08 - 0.05j, 0.045, 0.045)], DARK)


def paint_butterfly(figure: Figure, rng: np.random.Generator) -> None:
    """A butterfly from above with four wings."""
    wings, dots = random_material(figure.frame, rng), random_material(figure.frame, rng)
    wide = rng.uniform(0.65, 0.95)
    for side in (-1, 1):
        upper = rounded(
            [side * 0.05 - 0.1j, side * 0.3 - 0.7j, side * wide - 0.75j, side * wide - 0.2j, side * 0.4 + 0.05j]
        )
        lower = rounded([side * 0.05 + 0j, side * wide * 0.8 + 0.05j, side * wide * 0.75 + 0.6j, side * 0.3 + 0.55j])
        figure.part([lower], wings, bulge=0.1, tint=0.88)
        figure.part([upper], wings, bulge=0.1)
        figure.part(
            [blob(side * wide * 0.65 - 0.42j, 0.13, 0.13), blob(side * wide * 0.5 + 0.3j, 0.1, 0.1)], dots, bulge=0.05
        )
        figure.lines([curve([-0.4j, side * 0.1 - 0.7j, side * 0.25 - 0.8j], 6)], 0.025, DARK)
    figure.part([limb(np.array([-0.4j, 0.0j, 0.55j]), (0.06, 0.09, 0.03))], plain((48, 40, 36), rng), bulge=0.06)


def paint_snake(figure: Figure, rng: np.random.Generator) -> None:
    """A winding snake."""
    x = np.linspace(-0.9, 0.9, 40)
    path = x + 1j * rng.uniform(0.15, 0.34) * np.sin(x * rng.uniform(4.5, 8.5) + rng.uniform(0, 6))
    figure.ground_shadow(limb(path + 0.1j, (0.1, 0.08)), 0.3)
    body = random_material(figure.frame, rng)
    figure.part([limb(path, (0.09, 0.12, 0.11, 0.08, 0.02)), blob(path[0], 0.15, 0.11)], body, bulge=0.09)
    figure.fill([blob(path[0] - 0.05 - 0.03j, 0.03, 0.03)], DARK)
    figure.lines([np.array([path[0] - 0.14, path[0] - 0.26 + 0.02j])], 0.03, (190, 60, 60))


def paint_turtle(figure: Figure, rng: np.random.Generator) -> None:
    """A turtle from the side under its shell."""
    skin, shell = random_fur(figure.frame, rng), random_material(figure.frame, rng)
    figure.ground_shadow(blob(0.5j, 0.8, 0.08))
    figure.part([limb(np.array([x + 0.2j, x - 0.04 + 0.48j]), (0.14, 0.12)) for x in (-0.4, 0.42)], skin, bulge=0.08)
    figure.part(
        [limb(np.array([-0.5 + 0.15j, -0.75 - 0.02j]), (0.12, 0.12)), blob(-0.8 - 0.06j, 0.17, 0.14)], skin, bulge=0.1
    )
    high = rng.uniform(0.5, 0.75)
    figure.part(
        [rounded([-0.68 + 0.25j, -0.55 - high * 0.5j, -0.1 - high * 1j, 0.35 - high * 0.8j, 0.72 + 0.25j], 2)],
        shell,
        bulge=0.25,
    )
    seams = [curve([x - 0.1 + 0.2j, x - high * 0.6j, x * 0.5 - high * 0.8j], 6) for x in (-0.3, 0.05, 0.38)]
    figure.lines([*seams, np.array([-0.55 - 0.02j, 0.58 - 0.02j])], 0.035, DARK, 0.65)
    figure.fill([blob(-0.86 - 0.1j, 0.035, 0.035)], DARK)


def paint_rabbit(figure: Figure, rng: np.random.Generator) -> None:
    """A sitting rabbit from the front."""
    coat = random_fur(figure.frame, rng)
    figure.ground_shadow(blob(0.85j, 0.6, 0.09))
    figure.part([blob(0.45j, rng.uniform(0.38, 0.48), 0.46)], coat, bulge=0.25, shag=0.3)
    for side in (-1, 1):
        tip = side * rng.uniform(0.14, 0.4) - rng.uniform(0.82, 1.0) * 1j
        ear = limb(curve([side * 0.12 - 0.3j, side * 0.16 - 0.6j, tip], 7), (0.09, 0.13, 0.06))
        figure.part([ear], coat, bulge=0.08)
        figure.part(
            [limb(curve([side * 0.13 - 0.4j, side * 0.16 - 0.6j, tip + 0.1j], 6), (0.03, 0.06, 0.02))],
            plain((206, 150, 146), rng),
            bulge=0.03,
        )
    figure.part([blob(-0.15j, 0.3, 0.27)], coat, bulge=0.18, tint=1.05, shag=0.25)
    figure.part([blob(side * 0.22 + 0.84j, 0.17, 0.09) for side in (-1, 1)], coat, bulge=0.07, tint=1.1)
    figure.fill([blob(side * 0.13 - 0.18j, 0.05, 0.06) for side in (-1, 1)], DARK)
    figure.fill([rounded([-0.05 - 0.05j, 0.05 - 0.05j, 0.02j], 1)], (170, 100, 100))


def paint_spider(figure: Figure, rng: np.random.Generator) -> None:
    """A spider from above with eight bent legs."""
    coat = random_fur(figure.frame, rng)
    legs = []
    for side in (-1, 1):
        for place in range(4):
            angle = (place - 1.5) * rng.uniform(0.42, 0.55) + rng.normal(0, 0.05)
            knee = side * 0.55 * np.exp(1j * side * angle) - 0.12j
            legs.append(np.array([0j, knee, side * 0.95 * np.exp(1j * side * angle * 1.15)]))
    figure.lines(legs, 0.05, DARK, 0.9)
    figure.part([blob(0.22j, rng.uniform(0.2, 0.32), 0.32)], coat, bulge=0.15, shag=0.3)
    figure.part([blob(-0.12j, 0.17, 0.15)], coat, bulge=0.1, tint=0.9)


def paint_snail(figure: Figure, rng: np.random.Generator) -> None:
    """A snail with a wound shell."""
    skin, shell = random_material(figure.frame, rng), random_material(figure.frame, rng)
    figure.ground_shadow(blob(0.58j, 0.8, 0.07))
    figure.part(
        [limb(curve([0.85 + 0.5j, 0 + 0.5j, -0.6 + 0.5j, -0.72 + 0.05j], 10), (0.04, 0.12, 0.13, 0.11))],
        skin,
        bulge=0.1,
    )
    figure.lines([np.array([-0.72 + 0.02j, at]) for at in (-0.92 - 0.25j, -0.62 - 0.28j)], 0.045, DARK, 0.8)
    size = rng.uniform(0.42, 0.54)
    figure.part([blob(0.15 + 0.05j, size, size)], shell, bulge=0.25)
    turn = np.linspace(0, rng.uniform(4, 5.5) * np.pi, 60)
    figure.lines([0.15 + 0.05j + size * turn / turn[-1] * np.exp(1j * turn)], 0.05, DARK, 0.7)


def paint_penguin(figure: Figure, rng: np.random.Generator) -> None:
    """A penguin from the front."""
    dark = plain((44, 44, 52), rng) if rng.random() < 0.6 else random_material(figure.frame, rng)
    figure.ground_shadow(blob(0.88j, 0.5, 0.07))
    figure.part([blob(side * 0.2 + 0.86j, 0.17, 0.08) for side in (-1, 1)], plain(_BEAK, rng), bulge=0.06)
    for side in (-1, 1):
        out = rng.uniform(0.5, 0.8)
        figure.part(
            [limb(curve([side * 0.34 - 0.2j, side * 0.5 + 0.05j, side * out + 0.4j], 6), (0.1, 0.12, 0.04))],
            dark,
            bulge=0.08,
            tint=0.9,
        )
    figure.part(
        [blob(0.3j, 0.45, 0.58), blob(-0.5j, 0.28, 0.28), limb(np.array([-0.4j, 0.0j]), (0.27, 0.36))], dark, bulge=0.25
    )
    figure.part([blob(0.36j, 0.31, 0.46)], plain(PALE, rng), bulge=0.18)
    figure.fill([blob(side * 0.11 - 0.56j, 0.07, 0.07) for side in (-1, 1)], PALE)
    figure.fill([blob(side * 0.1 - 0.56j, 0.035, 0.04) for side in (-1, 1)], DARK)
    figure.fill([rounded([-0.1 - 0.47j, 0.1 - 0.47j, -0.28j], 1)], _BEAK)


def paint_duck(figure: Figure, rng: np.random.Generator) -> None:
    """A swimming duck or swan from the side."""
    coat, wing = random_material(figure.frame, rng), random_material(figure.frame, rng)
    long = rng.uniform(0.35, 0.8)
    head = -0.55 - long * 1j
    figure.ground_shadow(blob(0.55j, 0.8, 0.07))
    neck = limb(curve([-0.35 + 0.2j, -0.75 + 0.0j, head + 0.25 - 0.1j, head], 9), (0.2, 0.13, 0.11, 0.11))
    body = rounded([-0.7 + 0.15j, -0.2 + 0.02j, 0.5 + 0.08j, 0.95 - 0.2j, 0.75 + 0.45j, 0.1 + 0.62j, -0.55 + 0.52j])
    figure.part([neck, body, blob(head, 0.19, 0.16)], coat, bulge=0.2)
    figure.part([rounded([-0.25 + 0.15j, 0.35 + 0.05j, 0.75 + 0.15j, 0.2 + 0.42j])], wing, bulge=0.12)
    figure.fill([rounded([head - 0.14 - 0.04j, head - 0.42 + 0.04j, head - 0.4 + 0.1j, head - 0.13 + 0.09j], 1)], _BEAK)
    figure.fill([blob(head - 0.05 - 0.04j, 0.035, 0.035)], DARK)


def paint_teddy(figure: Figure, rng: np.random.Generator) -> None:
    """A toy bear sitting."""
    coat = random_material(figure.frame, rng)
    figure.ground_shadow(blob(0.85j, 0.7, 0.09))
    figure.part([blob(side * 0.26 - 0.75j, 0.14, 0.14) for side in (-1, 1)], coat, bulge=0.08, tint=0.85)
    figure.part([blob(0.3j, 0.4, 0.5)], coat, bulge=0.25, shag=0.25)
    for side in (-1, 1):
        hand = side * rng.uniform(0.55, 0.78) + rng.uniform(-0.2, 0.45) * 1j
        figure.part(
            [limb(np.array([side * 0.28 + 0.0j, hand]), (0.15, 0.14)), blob(hand, 0.14, 0.14)], coat, bulge=0.12
        )
        figure.part([blob(side * 0.45 + 0.72j, 0.22, 0.2)], coat, bulge=0.14, tint=1.06)
    figure.part([blob(-0.45j, 0.36, 0.32)], coat, bulge=0.2, shag=0.25)
    figure.part([blob(-0.35j, 0.16, 0.13)], plain(PALE, rng), bulge=0.08)
    figure.fill([blob(side * 0.14 - 0.52j, 0.04, 0.04) for side in (-1, 1)] + [blob(-0.4j, 0.055, 0.04)], DARK)


ANIMALS = {
    "fish": paint_fish,
    "bird": paint_bird,
    "butterfly": paint_butterfly,
    "snake": paint_snake,
    "turtle": paint_turtle,
    "rabbit": paint_rabbit,
    "spider": paint_spider,
    "snail": paint_snail,
    "penguin": paint_penguin,
    "duck": paint_duck,
    "teddy": paint_teddy,
}
