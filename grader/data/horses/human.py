"""A human from the front: build, pose, clothes, hair and skin vary."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grader.data.figures.figure import Figure, limb
from grader.data.figures.materials import Material, cloth, plain
from grader.data.scenery.canvas import Canvas, Colour
from grader.data.scenery.coat import FUR_COLOURS
from grader.data.scenery.geometry import Frame, Outline, blob, curve, mirrored, rounded
from grader.data.scenery.scene import random_colour

EXTENT = (-2.9, -1.7, 2.9, 12.6)
"""Left, top, right, bottom of a standing human in its own units, half the height of the head."""

_SKINS: tuple[Colour, ...] = (
    (240, 206, 180),
    (226, 184, 152),
    (204, 156, 120),
    (172, 124, 92),
    (134, 92, 66),
    (96, 64, 46),
    (70, 48, 38),
)
_HAIRS: tuple[Colour, ...] = (
    (28, 24, 24),
    (52, 38, 30),
    (92, 62, 42),
    (140, 96, 58),
    (196, 156, 96),
    (164, 84, 44),
    (176, 172, 168),
    (224, 220, 214),
)
_PATTERNS = ("stripes", "bands", "checks", "dots")


@dataclass(frozen=True)
class _Look:
    """Materials and proportions of one person."""

    skin: Colour
    hair: Colour
    flesh: Material
    top: Material
    bottom: Material
    shoes: Material
    shoulders: float
    waist: float
    hips: float
    legs: float


def paint_human(canvas: Canvas, frame: Frame, rng: np.random.Generator) -> None:
    """Paint a person who faces the camera into a frame whose unit is half the height of the head."""
    figure = Figure(canvas, frame)
    look = _look(frame, rng)
    lean = rng.normal(0, 0.05)
    hip = 4.9j + look.hips * rng.normal(0, 0.12)
    long = rng.random() < 0.35
    figure.ground_shadow(blob((5.0 + look.legs) * 1j + 0.1, 2.2, 0.35), rng.uniform(0.3, 0.6))
    if long:
        _paint_long_hair(figure, look, rng)
    lowers = _paint_legs(figure, look, hip, rng)
    behind = rng.random() < 0.4
    arms = [_arm(side, look, rng) for side in (-1, 1)]
    if behind:
        _paint_arms(figure, look, arms, rng)
    figure.part([limb(np.array([0.7j, 1.6j]), (0.36, 0.42))], look.flesh, bulge=0.3, tint=0.86)
    torso = mirrored(
        [
            1.25j,
            0.45 + 1.2j,
            look.shoulders + 1.55j,
            look.shoulders * 0.92 + 2.4j,
            look.waist + 3.7j,
            look.hips + 4.9j,
            look.hips * 0.98 + 5.3j,
            5.3j,
        ]
    )
    figure.part([rounded(torso + lean * (torso.imag - 1.2), 2)], look.top, bulge=0.7)
    if lowers == "skirt" or rng.random() < 0.2:
        _paint_skirt(figure, look, hip, rng)
    if rng.random() < 0.3:
        _paint_opening(figure, look, rng)
    if not behind:
        _paint_arms(figure, look, arms, rng)
    _paint_head(figure, look, rng)


def _look(frame: Frame, rng: np.random.Generator) -> _Look:
    tone = rng.uniform(0.92, 1.06)
    skin = _scaled(_SKINS[rng.integers(len(_SKINS))], tone)
    hair = _scaled(_HAIRS[rng.choice(len(_HAIRS), p=(0.11, 0.11, 0.13, 0.14, 0.17, 0.12, 0.11, 0.11))], tone)
    top, bottom = _garment(frame, 0.5, (1.15, 1.7), rng), _garment(frame, 0.12, (0.8, 1.3), rng)
    shoe = random_colour(rng, 0.4) if rng.random() < 0.5 else (44, 38, 36)
    return _Look(
        skin=skin,
        hair=hair,
        flesh=plain(skin, rng, 0.03),
        top=top,
        bottom=bottom,
        shoes=plain(shoe, rng),
        shoulders=rng.uniform(1.25, 1.75),
        waist=rng.uniform(0.85, 1.35),
        hips=rng.uniform(1.0, 1.4),
        legs=rng.uniform(6.2, 7.4),
    )


def _garment(frame: Frame, patterned: float, tones: tuple[float, float], rng: np.random.Generator) -> Material:
    """Return cloth; three in ten have the colour of a fur, so that a colour does not give the horse away."""
    colours = list(FUR_COLOURS.values())
    if rng.random() < 0.3:
        colour = _scaled(colours[rng.integers(len(colours))], rng.uniform(0.85, 1.12))
    else:
        colour = random_colour(rng, 0.75)
    # Shading darkens: without this, a dark middle would tell the human from the room.
    colour = _scaled(colour, rng.uniform(*tones))
    second = random_colour(rng, 0.6)
    pattern = _PATTERNS[rng.integers(len(_PATTERNS))] if rng.random() < patterned else "plain"
    return cloth(colour, second, pattern, frame.size * rng.uniform(0.5, 1.2), rng)


def _paint_legs(figure: Figure, look: _Look, hip: complex, rng: np.random.Generator) -> str:
    """Paint legs in trousers, shorts or bare under a skirt, and tell which."""
    kind = str(rng.choice(("trousers", "shorts", "skirt"), p=(0.58, 0.2, 0.22)))
    apart = rng.uniform(0.0, 0.35)
    stride = rng.uniform(0.0, 0.5) * rng.choice((0, 1))
    wide = look.hips * 0.52
    covered: list[Outline] = []
    for place, side in enumerate((-1, 1) if rng.random() < 0.5 else (1, -1)):
        lifted = stride if place else 0.0
        root = hip + side * look.hips * 0.5 + 0.2j
        knee = root + side * (apart + 0.1 * lifted) + (look.legs * 0.48 - 0.5 * lifted) * 1j
        ankle = knee + side * (apart * 0.7 - 0.5 * lifted) + (look.legs * 0.47 - 0.6 * lifted) * 1j
        path = curve([root, knee, knee, ankle], 9)
        shoe = np.array([-0.3 - 0.15j, 0.25 - 0.15j, 0.6 + 0.4j, 0.3 + 0.62j, -0.32 + 0.5j])
        figure.part([rounded(ankle + (shoe if side > 0 else -np.conj(shoe)))], look.shoes, bulge=0.2)
        if kind == "trousers":
            covered.append(limb(path, (wide * 1.05, wide * 0.95, wide * 0.78, wide * 0.7, wide * 0.66)))
        else:
            bare = limb(path, (wide, wide * 0.85, wide * 0.66, wide * 0.55, wide * 0.42))
            figure.part([bare], look.flesh, bulge=0.3)
            covered.append(limb(path[:5], (wide * 1.08, wide * 1.02, wide * 0.98)))
    if kind != "skirt":
        half = [hip - 0.4j, hip + look.hips - 0.4j, hip + look.hips * 0.97 + 0.7j, hip + 0.25 + 1.1j, hip + 1.15j]
        left = [2 * hip.real - point.conjugate() for point in half[::-1]]
        figure.part([rounded([*half, *left]), *covered], look.bottom, bulge=0.4)
    return kind


def _paint_skirt(figure: Figure, look: _Look, hip: complex, rng: np.random.Generator) -> None:
    long, wide = rng.uniform(1.8, 4.6), rng.uniform(1.1, 1.6)
    hem = look.hips * wide
    skirt = mirrored(
        [
            -0.9j,
            look.waist * 0.95 - 0.9j,
            look.hips * 1.05 + 0.1j,
            hem + long * 1j,
            hem * 0.5 + (long + 0.15) * 1j,
            (long + 0.15) * 1j,
        ]
    )
    material = look.bottom if rng.random() < 0.7 else look.top
    figure.part([hip + rounded(skirt, 1)], material, bulge=0.6)


def _paint_opening(figure: Figure, look: _Look, rng: np.random.Generator) -> None:
    """Open the collar or paint a row of buttons or a jacket over the shirt."""
    if rng.random() < 0.5:
        figure.part([rounded([-0.42 + 1.2j, 0.42 + 1.2j, 1.2j + rng.uniform(0.7, 1.2) * 1j], 1)], look.flesh, bulge=0.1)
        return
    jacket = plain(random_colour(rng, 0.6), rng)
    for side in (-1, 1):
        half = [side * 0.3 + 1.25j, side * look.shoulders + 1.5j, side * look.waist * 1.05 + 3.7j]
        half += [side * look.hips * 1.05 + 5.3j, side * 0.4 + 5.4j, side * 0.25 + 3.0j]
        figure.part([rounded(half, 2)], jacket, bulge=0.4)


@dataclass(frozen=True)
class _Arm:
    """Shoulder, elbow and hand, and how much of it the sleeve covers."""

    path: Outline
    sleeve: float


def _arm(side: int, look: _Look, rng: np.random.Generator) -> _Arm:
    shoulder = side * (look.shoulders - 0.12) + 1.85j
    pose = rng.choice(4, p=(0.52, 0.2, 0.18, 0.1))
    if pose == 0:
        upper, fore = rng.uniform(0.05, 0.35), rng.uniform(-0.1, 0.25)
    elif pose == 1:
        upper, fore = rng.uniform(0.5, 0.8), rng.uniform(-0.9, -0.5)
    elif pose == 2:
        upper, fore = rng.uniform(0.5, 1.2), rng.uniform(0.6, 1.6)
    else:
        upper, fore = rng.uniform(1.4, 2.1), rng.uniform(2.0, 2.9)
    elbow = shoulder + 2.0 * (side * np.sin(upper) + 1j * np.cos(upper))
    hand = elbow + 1.95 * (side * np.sin(fore) + 1j * np.cos(fore))
    return _Arm(curve([shoulder, elbow, elbow, hand], 10), float(rng.choice((0.4, 0.92), p=(0.45, 0.55))))


def _paint_arms(figure: Figure, look: _Look, arms: list[_Arm], rng: np.random.Generator) -> None:
    tint = rng.uniform(0.86, 1.0)
    for arm in arms:
        hand = arm.path[-1] + 0.25 * (arm.path[-1] - arm.path[-2]) / abs(arm.path[-1] - arm.path[-2])
        figure.part([limb(arm.path, (0.34, 0.3, 0.26, 0.2)), blob(hand, 0.27, 0.3)], look.flesh, bulge=0.2, tint=tint)
        covered = arm.path[: max(3, int(len(arm.path) * arm.sleeve))]
        sleeve = [limb(covered, (0.45, 0.4, 0.36, 0.32)), blob(covered[0] + 0.05j, 0.46, 0.44)]
        figure.part(sleeve, look.top, bulge=0.3, tint=tint)


def _paint_long_hair(figure: Figure, look: _Look, rng: np.random.Generator) -> None:
    long, wide = rng.uniform(0.9, 2.9), rng.uniform(0.92, 1.2)
    shape = mirrored([-1.1j, 0.6 - 1.0j, wide - 0.2j, wide * 1.05 + long * 0.6j, wide * 0.9 + long * 1j, long * 1j])
    figure.part([rounded(shape)], plain(look.hair, rng, 0.16), bulge=0.3, tint=0.82, shag=0.3)


def _paint_head(figure: Figure, look: _Look, rng: np.random.Generator) -> None:
    wide = rng.uniform(0.7, 0.82)
    hair = plain(look.hair, rng, 0.16)
    figure.part([blob(side * wide + 0.1j, 0.14, 0.22) for side in (-1, 1)], look.flesh, bulge=0.1, tint=0.85)
    face = mirrored(
        [-1.05j, 0.5 - 1.0j, wide * 1.08 - 0.4j, wide * 1.08 + 0.15j, wide * 0.82 + 0.7j, 0.32 + 1.05j, 1.08j]
    )
    figure.canvas.shadow([figure.frame.at(blob(1.15j, 0.55, 0.3))], 0.2 * figure.frame.size, 0.35)
    figure.part([rounded(face)], look.flesh, bulge=0.4, tint=1.05)
    _paint_face(figure, look, wide, rng)
    style = str(rng.choice(("short", "parted", "curly", "cap", "bald"), p=(0.4, 0.26, 0.16, 0.13, 0.05)))
    line = rng.uniform(-0.62, -0.4)
    if style == "short":
        cut = mirrored([-1.25j, 0.55 - 1.2j, wide + 0.12 - 0.6j, wide + 0.08 - 0.05j, wide - 0.08 - 0.3j])
        crown = np.concatenate([cut[:5], [0.35 + line * 1j, -0.35 + line * 1j], cut[5:]])
        figure.part([rounded(crown, 2)], hair, bulge=0.2, shag=0.3)
    elif style == "parted":
        shift = rng.choice((-1, 1)) * 0.35
        for side in (-1, 1):
            lock = [shift - 1.2j, side * 0.6 - 1.2j, side * (wide + 0.2) - 0.4j, side * (wide + 0.15) + 0.5j]
            lock += [side * (wide - 0.12) + 0.1j, shift + line * 0.9j]
            figure.part([rounded(lock, 2)], hair, bulge=0.2, shag=0.25)
    elif style == "curly":
        turns = np.linspace(np.pi, 2 * np.pi, 9)
        curls = [blob(0.95 * wide * np.cos(t) + (np.sin(t) * 0.8 - 0.25) * 1j, 0.36, 0.36) for t in turns]
        figure.part([*curls, blob(-0.95j, 0.5, 0.3)], hair, bulge=0.14, shag=0.5)
    elif style == "cap":
        cap = plain(_scaled(random_colour(rng, 0.8), rng.uniform(1.1, 1.6)), rng)
        dome = mirrored([-1.35j, 0.6 - 1.25j, wide + 0.14 - 0.5j, wide * 0.5 - 0.42j, -0.4j])
        figure.part([rounded(dome, 2)], cap, bulge=0.3)
        figure.part([blob(-0.45j, wide + rng.uniform(0.1, 0.35), 0.13)], cap, bulge=0.1, tint=0.75)
    if rng.random() < 0.14:
        beard = mirrored([0.55j, 0.3 + 0.5j, wide - 0.05 + 0.3j, wide * 0.8 + 0.85j, 0.3 + 1.2j, 1.22j])
        figure.part([rounded(beard, 2)], hair, bulge=0.15, shag=0.35, tint=0.95)
        figure.fill([blob(0.66j, 0.2, 0.05)], (120, 62, 58), 0.7)


def _paint_face(figure: Figure, look: _Look, wide: float, rng: np.random.Generator) -> None:
    apart = wide * rng.uniform(0.4, 0.5)
    eyes = [side * apart - 0.02j for side in (-1, 1)]
    figure.fill([blob(eye, 0.17, 0.1) for eye in eyes], (236, 232, 228))
    figure.fill([blob(eye, 0.095, 0.105) for eye in eyes], (38, 30, 26))
    brow = _scaled(look.hair, 0.7)
    figure.lines([curve([eye - 0.2 - 0.2j, eye - 0.3j, eye + 0.2 - 0.2j], 5) for eye in eyes], 0.07, brow, 0.85)
    shade = _scaled(look.skin, 0.66)
    figure.lines([curve([0.02 + 0.05j, 0.12 + 0.36j, -0.06 + 0.4j], 6)], 0.06, shade, 0.8)
    smile = rng.uniform(-0.05, 0.16)
    lips = (160, 84, 78) if rng.random() < 0.6 else _scaled(look.skin, 0.6)
    figure.lines([curve([-0.27 + 0.65j, (0.68 + smile) * 1j, 0.27 + 0.65j], 6)], 0.09, lips, 0.9)
    if rng.random() < 0.15:
        ring = [eye + 0.24 * np.exp(1j * np.linspace(0, 2 * np.pi, 15)) for eye in eyes]
        figure.lines([*ring, np.array([eyes[0] + 0.24, eyes[1] - 0.24])], 0.05, (30, 28, 30), 0.9)


def _scaled(colour: Colour, tone: float) -> Colour:
    red, green, blue = (int(min(250, max(6, channel * tone))) for channel in colour)
    return red, green, blue
