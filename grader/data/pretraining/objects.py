"""Things people make or grow."""

from __future__ import annotations

import numpy as np

from grader.data.figures.figure import Figure, limb
from grader.data.figures.materials import plain
from grader.data.pretraining.materials import DARK, PALE, random_material
from grader.data.scenery.geometry import Outline, blob, curve, mirrored, rounded
from grader.data.scenery.scene import random_colour

_GLASS = (150, 176, 190)
_FULL = 1j * np.linspace(0, 2 * np.pi, 25)


def box(left: float, top: float, right: float, bottom: float) -> Outline:
    """Return a rectangle."""
    return np.array([left + top * 1j, right + top * 1j, right + bottom * 1j, left + bottom * 1j])


def paint_car(figure: Figure, rng: np.random.Generator) -> None:
    """A car from the side."""
    paint, high = random_material(figure.frame, rng), rng.uniform(0.32, 0.5)
    figure.ground_shadow(blob(0.48j, 0.95, 0.08))
    cabin: Outline = np.array([-0.5 + 0j, -0.3 - high * 1j, 0.3 - high * 1j, 0.55 + 0j])
    figure.part(
        [rounded(cabin * 1.08, 1), rounded([-0.95 + 0.02j, 0.6 - 0.06j, 0.95 + 0.05j, 0.95 + 0.32j, -0.95 + 0.32j], 1)],
        paint,
        bulge=0.12,
    )
    figure.fill(
        [
            np.array([-0.38 + 0j, -0.25 - high * 0.8j, -0.03 - high * 0.8j, -0.03 + 0j]),
            np.array([0.04 + 0j, 0.04 - high * 0.8j, 0.25 - high * 0.8j, 0.42 + 0j]),
        ],
        _GLASS,
    )
    for x in (-0.52, 0.52):
        figure.part([blob(x + 0.33j, 0.2, 0.2)], plain((36, 35, 37), rng), bulge=0.1)
        figure.part([blob(x + 0.33j, 0.09, 0.09)], plain((170, 170, 172), rng), bulge=0.05)


def paint_house(figure: Figure, rng: np.random.Generator) -> None:
    """A house with a gable, a door and windows."""
    wall, roof = random_material(figure.frame, rng), random_material(figure.frame, rng)
    wide, top = rng.uniform(0.5, 0.78), rng.uniform(-0.2, 0.05)
    figure.ground_shadow(blob(0.8j, wide * 1.1, 0.08))
    figure.part([box(-wide, top, wide, 0.8)], wall, bulge=0.08)
    if rng.random() < 0.5:
        figure.part([box(wide * 0.4, -0.85, wide * 0.62, top)], wall, bulge=0.05, tint=0.8)
    figure.part(
        [np.array([-wide * 1.2 + top * 1j, rng.uniform(-0.15, 0.15) - 0.85j, wide * 1.2 + top * 1j])], roof, bulge=0.1
    )
    figure.fill([box(-0.14, 0.36, 0.14, 0.8)], random_colour(rng, 0.6))
    panes = [box(x - 0.13, top + 0.15, x + 0.13, top + 0.38) for x in (-wide * 0.6, wide * 0.6)]
    figure.fill(panes, _GLASS)
    figure.lines([np.append(pane, pane[0]) for pane in panes], 0.03, PALE)


def paint_tree(figure: Figure, rng: np.random.Generator) -> None:
    """A tree: a trunk under a cloud of leaves, or a fir."""
    leaves, bark = random_material(figure.frame, rng), random_material(figure.frame, rng)
    figure.ground_shadow(blob(0.92j, 0.4, 0.07))
    figure.part([limb(np.array([-0.1j, 0.5j, 0.92j]), (0.08, 0.1, 0.17))], bark, bulge=0.1)
    if rng.random() < 0.35:
        fir = np.array([-0.55 + 0.3j, -0.55j, 0.55 + 0.3j], np.complex128)
        shapes = [(fir + y * 1j) * (1 + y * 0.3) for y in (0.1, -0.15, -0.4)]
    else:
        shapes = [
            blob(rng.normal(0, 0.3) + (rng.normal(0, 0.2) - 0.35) * 1j, rng.uniform(0.25, 0.42), 0.32) for _ in range(6)
        ]
    figure.part(shapes, leaves, bulge=0.22, shag=0.5)


def paint_mug(figure: Figure, rng: np.random.Generator) -> None:
    """A mug with a handle."""
    glaze, wide = random_material(figure.frame, rng), rng.uniform(0.38, 0.55)
    figure.ground_shadow(blob(0.62j, 0.7, 0.1))
    handle = wide + 0.02 + 0.05j + 0.3 * np.exp(1j * np.linspace(-1.6, 1.6, 14))
    figure.part([limb(handle, (0.075, 0.075))], glaze, bulge=0.06)
    figure.part([rounded([-wide - 0.6j, wide - 0.6j, wide * 0.9 + 0.62j, -wide * 0.9 + 0.62j], 1)], glaze, bulge=0.25)
    figure.part([blob(-0.52j, wide * 0.9, 0.12)], plain((56, 42, 34), rng), bulge=0.05)


def paint_chair(figure: Figure, rng: np.random.Generator) -> None:
    """A chair, a little from the side."""
    wood, skew = random_material(figure.frame, rng), rng.uniform(0.15, 0.4)
    seat = np.array([-0.45 + 0.1j, 0.45 - skew * 0.2 + 0.1j, 0.45 + 0.25j, -0.35 + 0.25j])
    legs = [
        limb(np.array([foot * 0.95 + 0.15j, foot + 0.92j]), (0.055, 0.045))
        for foot in (-0.42, -0.32 + skew * 0.4, 0.3, 0.44)
    ]
    posts = [
        limb(np.array([-0.43 + 0.15j, -0.5 - 0.85j]), (0.055, 0.05)),
        limb(np.array([0.15 + 0.1j, 0.1 - 0.85j]), (0.05, 0.05)),
    ]
    rails = [
        limb(np.array([-0.47 + y * 1j, 0.12 + y * 1j]), (0.055, 0.055))
        for y in (-0.75, -0.45, -0.15)[: rng.integers(1, 4)]
    ]
    figure.part([*legs, *posts, *rails, rounded(seat, 1)], wood, bulge=0.06)


def paint_bottle(figure: Figure, rng: np.random.Generator) -> None:
    """A bottle with a label and a cap."""
    glass, wide = random_material(figure.frame, rng), rng.uniform(0.22, 0.36)
    figure.ground_shadow(blob(0.92j, 0.4, 0.06))
    neck = rng.uniform(0.07, 0.13)
    figure.part(
        [rounded(mirrored([-0.85j, neck - 0.85j, neck - 0.4j, wide - 0.1j, wide + 0.9j, 0.92j]), 1)], glass, bulge=0.16
    )
    figure.part(
        [box(-wide * 0.92, 0.15, wide * 0.92, rng.uniform(0.45, 0.65))], random_material(figure.frame, rng), bulge=0.1
    )
    figure.part([box(-neck * 1.1, -0.95, neck * 1.1, -0.78)], plain(random_colour(rng, 0.8), rng), bulge=0.05)
    figure.lines([np.array([-wide * 0.6 - 0.1j, -wide * 0.6 + 0.8j])], 0.04, (250, 250, 250), 0.35)


def paint_plane(figure: Figure, rng: np.random.Generator) -> None:
    """An aeroplane from below or the side."""
    metal = random_material(figure.frame, rng)
    sweep = rng.uniform(0.2, 0.5)
    wings = [np.array([-0.25 + 0j, sweep - 0.85j, sweep + 0.2 - 0.85j, 0.15 + 0j])]
    wings += [np.array([-0.25 + 0j, sweep + 0.85j, sweep + 0.2 + 0.85j, 0.15 + 0j]) * rng.uniform(0.7, 1)]
    tail = [np.array([0.65 + 0j, 0.85 + side * 0.35j, 1.0 + side * 0.35j, 0.9 + 0j]) for side in (-1, 1)]
    figure.part([*wings, *tail], metal, bulge=0.05, tint=0.85)
    figure.part(
        [limb(np.array([-0.85 + 0j, -0.6 + 0j, 0.5 + 0j, 0.95 + 0j]), (0.06, 0.15, 0.13, 0.05))], metal, bulge=0.1
    )
    figure.fill([blob(-0.72 + 0j, 0.05, 0.06)], DARK, 0.8)


def paint_boat(figure: Figure, rng: np.random.Generator) -> None:
    """A sailing boat."""
    hull, sail = random_material(figure.frame, rng), random_material(figure.frame, rng)
    figure.ground_shadow(blob(0.78j, 0.85, 0.07), 0.3)
    figure.lines([np.array([-0.95j, 0.45j])], 0.05, (70, 54, 42))
    figure.part([np.array([0.06 - 0.9j, rng.uniform(0.5, 0.85) + 0.3j, 0.06 + 0.3j])], sail, bulge=0.12)
    if rng.random() < 0.7:
        figure.part(
            [np.array([-0.06 - 0.75j, -0.06 + 0.3j, -rng.uniform(0.4, 0.7) + 0.3j])], sail, bulge=0.1, tint=0.85
        )
    figure.part([rounded([-0.9 + 0.4j, 0.9 + 0.4j, 0.6 + 0.8j, -0.6 + 0.8j], 1)], hull, bulge=0.12)


def paint_mushroom(figure: Figure, rng: np.random.Generator) -> None:
    """A mushroom with spots on its cap."""
    cap, wide = random_material(figure.frame, rng), rng.uniform(0.55, 0.85)
    figure.ground_shadow(blob(0.85j, 0.45, 0.07))
    figure.part([limb(np.array([-0.15j, 0.4j, 0.85j]), (0.17, 0.15, 0.24))], plain(PALE, rng), bulge=0.14)
    figure.part(
        [rounded([-wide + 0.05j, -wide * 0.7 - 0.55j, -0.75j, wide * 0.7 - 0.55j, wide + 0.05j, 0.15j], 2)],
        cap,
        bulge=0.25,
    )
    spots = [
        blob(rng.uniform(-0.6, 0.6) * wide - rng.uniform(0.1, 0.5) * 1j, 0.09, 0.07) for _ in range(rng.integers(0, 7))
    ]
    if spots:
        figure.part(spots, plain(PALE, rng), bulge=0.05)


def paint_flower(figure: Figure, rng: np.random.Generator) -> None:
    """A flower on a stalk."""
    petals, count = random_material(figure.frame, rng), int(rng.integers(5, 10))
    stalk = curve([-0.2j, 0.2 * rng.normal() + 0.4j, 0.95j], 8)
    figure.part(
        [limb(stalk, (0.05, 0.06)), blob(0.22 + 0.55j, 0.22, 0.08, -0.5)], plain((74, 112, 58), rng), bulge=0.05
    )
    turn = np.arange(count) * 2 * np.pi / count + rng.uniform(0, 1)
    for angle in turn:
        figure.part([blob(-0.3j + 0.38 * np.exp(1j * angle), 0.27, 0.9 / count + 0.03, angle)], petals, bulge=0.08)
    figure.part([blob(-0.3j, 0.19, 0.19)], plain(random_colour(rng, 0.8), rng, 0.2), bulge=0.1)


def paint_bicycle(figure: Figure, rng: np.random.Generator) -> None:
    """A bicycle from the side."""
    wheel = rng.uniform(0.36, 0.44)
    hubs = (-0.52 + 0.35j, 0.52 + 0.35j)
    figure.ground_shadow(blob((0.35 + wheel) * 1j, 0.9, 0.05), 0.4)
    figure.lines([hub + wheel * np.exp(_FULL) for hub in hubs], 0.06, DARK)
    spokes = [np.array([hub, hub + wheel * np.exp(1j * t)]) for hub in hubs for t in np.arange(0, 6.2, 0.8)]
    figure.lines(spokes, 0.01, (150, 150, 150), 0.5)
    frame = np.array([hubs[1], 0.05 + 0.38j, -0.38 - 0.2j, 0.2 - 0.2j, 0.05 + 0.38j])
    figure.lines(
        [frame, np.array([0.2 - 0.2j, hubs[1]]), np.array([hubs[0], -0.4 - 0.4j])], 0.07, random_colour(rng, 0.9)
    )
    figure.lines([np.array([-0.55 - 0.42j, -0.3 - 0.42j]), np.array([0.08 - 0.33j, 0.36 - 0.33j])], 0.08, DARK)


def paint_umbrella(figure: Figure, rng: np.random.Generator) -> None:
    """An open umbrella."""
    cloth, wide = random_material(figure.frame, rng), rng.uniform(0.7, 0.92)
    figure.lines(
        [curve([-0.8j, 0.3j, 0.7j], 6), 0.12 + 0.7j + 0.12 * np.exp(1j * np.linspace(np.pi, 0.2, 8))],
        0.06,
        (60, 48, 40),
    )
    rim = [complex(x * wide, 0.05 - 0.1 * abs(np.sin(x * 2 * np.pi))) for x in np.linspace(1, -1, 17)]
    figure.part(
        [np.array([*(wide * np.exp(1j * np.linspace(np.pi, 2 * np.pi, 15)) * 0.98 + 0.02j), *rim])], cloth, bulge=0.2
    )
    figure.lines(
        [curve([-wide * 0.95j, x * wide * 0.7 - 0.6j, x * wide], 7) for x in (-0.5, 0.0, 0.5)], 0.025, DARK, 0.5
    )


OBJECTS = {
    "car": paint_car,
    "house": paint_house,
    "tree": paint_tree,
    "mug": paint_mug,
    "chair": paint_chair,
    "bottle": paint_bottle,
    "plane": paint_plane,
    "boat": paint_boat,
    "mushroom": paint_mushroom,
    "flower": paint_flower,
    "bicycle": paint_bicycle,
    "umbrella": paint_umbrella,
}
