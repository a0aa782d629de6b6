"""A horse from the side: gait, neck, mane, tail and markings vary."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from grader.data.figures.figure import Figure, limb
from grader.data.figures.materials import Material, fur, plain
from grader.data.scenery.canvas import Canvas, Colour
from grader.data.scenery.coat import random_coat
from grader.data.scenery.geometry import Frame, Outline, blob, curve, rounded

EXTENT = (-2.0, -1.75, 1.5, 1.5)
"""Left, top, right, bottom of a horse in its own units, half the length of its barrel; it looks to the left."""

# In the order of `PATTERNS`: plain, bib, patches, stripes, spots, mask, tan.
_PATTERN_SHARES = (0.62, 0.0, 0.2, 0.0, 0.18, 0.0, 0.0)
_HALTERS: tuple[Colour, ...] = ((150, 40, 44), (40, 70, 140), (60, 48, 40), (40, 96, 70), (28, 26, 28))


@dataclass(frozen=True)
class _Look:
    """What one horse is made of."""

    coat: Material
    legs: tuple[Material, ...]
    hair: Material
    hoof: Material
    muzzle: Material


def paint_horse(canvas: Canvas, frame: Frame, rng: np.random.Generator) -> None:
    """Paint a horse that looks to the left into its frame, whose unit is half the length of its barrel."""
    figure = Figure(canvas, frame)
    look = _look(frame, rng)
    deep, high = rng.uniform(0.9, 1.12), rng.uniform(0.92, 1.08)
    figure.ground_shadow(blob(0.05 + (0.35 + 1.02 * high) * 1j, 1.15, 0.12), rng.uniform(0.05, 0.3))
    strides = _strides(rng)
    far, near = ([_leg(stride, high, place) for stride in strides[2 * place : 2 * place + 2]] for place in (0, 1))
    legs = [look.legs[int(rng.integers(4))] for _ in range(4)]
    for leg, material in zip(far, legs[:2], strict=True):
        figure.part([leg.upper], look.coat, bulge=0.16, tint=0.86)
        _paint_lower(figure, look, leg, material, 0.88)
    _paint_tail(figure, look, rng)
    posture = _posture(rng)
    # One part, so that no seam shows where legs and neck leave the barrel.
    figure.part(
        [_barrel(deep), limb(posture.spine, _NECK), *(leg.upper for leg in near)], look.coat, bulge=0.3, shag=0.1
    )
    figure.canvas.shadow(
        [frame.at(blob(0.5 + 0.02j, 0.13, 0.4, 0.25)), frame.at(blob(-0.55 + 0.1j, 0.09, 0.35, -0.3))],
        0.12 * frame.size,
        0.22,
    )
    for leg, material in zip(near, legs[2:], strict=True):
        _paint_lower(figure, look, leg, material, 1.08)
    _paint_mane(figure, look, posture, rng)
    _paint_head(figure, look, posture.spine[-1], posture.ahead, rng)


def _look(frame: Frame, rng: np.random.Generator) -> _Look:
    coat = random_coat(_PATTERN_SHARES, 0.0, rng)
    # A horse's hair is short: it shines more than it shows strands.
    coat = replace(coat, contrast=coat.contrast * 0.4, length=0.1)
    skin = fur(coat, Frame(frame.centre, frame.size * 0.6))
    base = coat.base
    hair = base * np.float32(rng.uniform(0.8, 1.0))
    if rng.random() < 0.4:
        hair = base * np.float32(0.3) + np.float32(8)
    elif rng.random() < 0.3:
        hair = np.asarray((222, 208, 182), np.float32)
    dark = rng.random() < 0.25
    legs: list[Material] = []
    for _ in range(4):
        if rng.random() < 0.38:
            legs.append(plain((228, 220, 208), rng))
        elif dark:
            legs.append(plain(_rgb(base * np.float32(0.35)), rng))
        else:
            legs.append(plain(_rgb(base * np.float32(0.9)), rng))
    hoof = (66, 58, 52) if rng.random() < 0.7 else (150, 134, 112)
    muzzle = base * np.float32(rng.uniform(0.45, 0.9))
    return _Look(skin, tuple(legs), _hair(hair, rng), plain(hoof, rng), plain(_rgb(muzzle), rng))


def _hair(colour: np.ndarray, rng: np.random.Generator) -> Material:
    return plain(_rgb(colour), rng, 0.25)


def _barrel(deep: float) -> Outline:
    """Return chest, back, croup and belly in one outline."""
    return rounded(
        [
            -1.12 + 0.0j,
            -0.98 - 0.42j,
            -0.66 - 0.62j,
            -0.2 - 0.42j,
            0.3 - 0.45j,
            0.72 - 0.56j,
            1.08 - 0.36j,
            1.16 + 0.02j,
            0.98 + 0.4j,
            0.62 + 0.3j,
            0.1 + 0.46j * deep,
            -0.5 + 0.55j * deep,
            -0.95 + 0.46j * deep,
        ]
    )


@dataclass(frozen=True)
class _Stride:
    """One leg: swing of its upper half and bend of its lower half, in radians, forwards positive."""

    front: bool
    swing: float
    bend: float


def _strides(rng: np.random.Generator) -> tuple[_Stride, ...]:
    """Return far front, far hind, near front and near hind leg of a random gait."""
    gait = rng.choice(3, p=(0.42, 0.36, 0.22))
    reach = (rng.uniform(0.0, 0.12), rng.uniform(0.15, 0.35), rng.uniform(0.4, 0.65))[gait]
    phase = rng.uniform(0, 2 * np.pi)
    # Diagonal pairs move together in a walk and a trot, fore and hind pairs in a canter.
    shifts = (0.0, np.pi, np.pi, 0.0) if gait < 2 else (0.0, 2.4, 0.5, 2.9)
    strides = []
    for place, shift in enumerate(shifts):
        swing = reach * np.sin(phase + shift) + rng.normal(0, 0.04)
        lifted = max(0.0, np.cos(phase + shift))
        bend = reach * (2.2 if gait == 2 else 1.5) * lifted
        strides.append(_Stride(place % 2 == 0, float(swing), float(bend)))
    return tuple(strides)


@dataclass(frozen=True)
class _Leg:
    """Outlines of one leg: what belongs to the body, the cannon below it, the hoof."""

    upper: Outline
    cannon: Outline
    hoof: Outline


def _leg(stride: _Stride, high: float, near: int) -> _Leg:
    down = 1j * np.exp(1j * stride.swing)
    lower = 1j * np.exp(1j * (stride.swing - stride.bend))
    if stride.front:
        root = -0.76 + 0.1 * near + 0.28j
        joint = root + 0.56 * high * down
        fetlock = joint + 0.42 * high * lower
        hoof = fetlock + 0.13 * high * lower * np.exp(0.3j)
        upper = limb(np.array([root - 0.18 * down, root, (root + joint) / 2, joint]), (0.26, 0.21, 0.14, 0.1))
    else:
        root = 0.86 - 0.1 * near + 0.2j
        stifle = root + 0.26 * high * down * np.exp(0.35j)
        joint = root + 0.62 * high * down * np.exp(-0.22j)
        fetlock = joint + 0.46 * high * 1j * np.exp(1j * (stride.swing * 0.8 + 0.1 - stride.bend * 0.5))
        hoof = fetlock + 0.13 * high * lower * np.exp(0.35j)
        upper = limb(np.array([root, stifle, (stifle + joint) / 2, joint]), (0.3, 0.28, 0.17, 0.095))
    cannon = limb(np.array([joint, (joint + fetlock) / 2, fetlock, hoof]), (0.1, 0.068, 0.078, 0.08))
    return _Leg(upper, cannon, limb(np.array([hoof - 0.02j, hoof + 0.1 * lower]), (0.08, 0.115)))


def _paint_lower(figure: Figure, look: _Look, leg: _Leg, material: Material, tint: float) -> None:
    figure.part([leg.cannon], material, bulge=0.08, tint=tint)
    figure.part([leg.hoof], look.hoof, bulge=0.06, tint=tint)


def _paint_tail(figure: Figure, look: _Look, rng: np.random.Generator) -> None:
    root = 1.02 - 0.34j
    blown, long = rng.uniform(0.1, 0.55), rng.uniform(0.8, 1.25)
    path = curve([root, root + 0.25 - 0.1j, root + blown + 0.35j, root + 0.1 + blown * 0.9 + long * 1j], 9)
    figure.part([limb(path, (0.08, 0.13, 0.17, 0.13, 0.03))], look.hair, bulge=0.12, tint=0.9, shag=0.5)


_NECK = (0.46, 0.37, 0.28, 0.22, 0.19)
"""Half widths of the neck from withers to poll."""


@dataclass(frozen=True)
class _Posture:
    """How the neck is carried: its middle line from the withers to the poll, the side of the mane, where the nose is."""

    spine: Outline
    crest: complex
    ahead: complex


def _posture(rng: np.random.Generator) -> _Posture:
    """Carry the head high or, one time in seven, graze."""
    if rng.random() < 0.14:
        rise, nod, long = rng.uniform(-0.9, -0.6), rng.uniform(0.1, 0.35), 1.2
    else:
        rise, nod, long = rng.uniform(0.5, 1.15), rng.uniform(0.75, 1.35), rng.uniform(0.95, 1.12)
    # Angles from straight ahead (left), upwards.
    along = -np.exp(1j * rise)
    crest = along * 1j if rise > 0 else 1j * along
    ahead = complex(-np.exp(1j * (rise - nod - 0.35)))
    base = -0.8 - 0.2j
    poll = base + long * along
    return _Posture(curve([base + 0.1, (base + poll) / 2 + 0.12 * crest, poll], 8), complex(crest), ahead)


def _paint_mane(figure: Figure, look: _Look, posture: _Posture, rng: np.random.Generator) -> None:
    """Hang locks over the crest, or leave a hogged mane."""
    spine, crest = posture.spine, posture.crest
    length = rng.uniform(0.14, 0.36) if rng.random() < 0.88 else 0.0
    places = np.linspace(0, 1, len(spine))
    edge = spine + crest * np.interp(places, np.linspace(0, 1, len(_NECK)), _NECK) * 0.92
    if not length:
        figure.part([limb(edge[1:], (0.05, 0.05))], look.hair, bulge=0.05, shag=0.3)
        return
    locks = [limb(edge[1:], (0.06, 0.07, 0.06))]
    for place in np.linspace(0.2, 1, 10):
        root = complex(np.interp(place, places, edge.real), np.interp(place, places, edge.imag))
        fall = length * rng.uniform(0.75, 1.2) * (0.9j - crest * 0.45 + 0.15)
        locks.append(limb(np.array([root - fall * 0.15, root + fall * 0.5, root + fall]), (0.08, 0.085, 0.03)))
    figure.part(locks, look.hair, bulge=0.08, tint=0.95, shag=0.35)


def _paint_head(figure: Figure, look: _Look, poll: complex, ahead: complex, rng: np.random.Generator) -> None:
    """Paint the head along `ahead`, from the poll to the nose; `up` is where forehead and ears are."""
    up = 1j * ahead

    def at(along: float, above: float) -> complex:
        return complex(poll + along * ahead + above * up)

    long = rng.uniform(0.72, 0.86)
    for shift, tint in ((0.02, 0.75), (-0.06, 1.05)):
        tip = at(-0.12 + shift, 0.42)
        ear = np.array(
            [at(-0.1 + shift, 0.08), at(-0.12 + shift, 0.27), tip, at(0.02 + shift, 0.26), at(0.08 + shift, 0.1)]
        )
        figure.part([rounded(ear, 1)], look.coat, bulge=0.05, tint=tint)
    skull = rounded(
        [
            at(-0.16, 0.06),
            at(-0.02, 0.19),
            at(0.3, 0.17),
            at(long - 0.08, 0.1),
            at(long + 0.06, 0.02),
            at(long + 0.05, -0.12),
            at(long - 0.12, -0.17),
            at(0.42, -0.16),
            at(0.22, -0.28),
            at(0.0, -0.26),
            at(-0.14, -0.14),
        ]
    )
    figure.part([skull], look.coat, bulge=0.16, tint=1.06)
    nose = rounded([at(long - 0.2, 0.1), at(long + 0.06, 0.06), at(long + 0.05, -0.14), at(long - 0.16, -0.16)], 2)
    figure.part([nose], look.muzzle, bulge=0.08, soft=0.06 * figure.frame.size)
    if rng.random() < 0.4:
        blaze = limb(np.array([at(0.08, 0.15), at(0.35, 0.12), at(long - 0.1, 0.06)]), (0.03, 0.05, 0.03))
        figure.part([blaze], plain((236, 228, 216), rng), bulge=0.03)
    forelock = limb(np.array([at(-0.1, 0.16), at(0.06, 0.21), at(0.2, 0.12)]), (0.06, 0.07, 0.02))
    figure.part([forelock], look.hair, bulge=0.04, shag=0.4)
    tilt = float(np.angle(ahead))
    figure.fill([blob(at(0.2, 0.05), 0.062, 0.05, tilt)], (14, 11, 11))
    figure.fill([blob(at(0.18, 0.075), 0.018, 0.016)], (225, 222, 218), 0.8)
    figure.fill([blob(at(long - 0.03, -0.01), 0.038, 0.024, tilt + 0.9)], (12, 9, 9), 0.85)
    figure.lines([np.array([at(long + 0.02, -0.09), at(long - 0.16, -0.09)])], 0.022, (24, 18, 17), 0.7)
    if rng.random() < 0.25:
        _paint_halter(
            figure, [at(long * 0.55, 0.14), at(long * 0.55, -0.15)], [at(0.02, 0.1), at(long * 0.55, -0.05)], rng
        )


def _paint_halter(figure: Figure, noseband: list[complex], cheek: list[complex], rng: np.random.Generator) -> None:
    colour = _HALTERS[rng.integers(len(_HALTERS))]
    figure.lines([np.array(noseband), np.array(cheek)], 0.045, colour, 0.9)


def _rgb(colour: np.ndarray) -> Colour:
    red, green, blue = (int(min(250, max(8, channel))) for channel in colour)
    return red, green, blue
