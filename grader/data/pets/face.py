"""What cat and dog faces share: the head's frame of mind, eyes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grader.data.scenery.canvas import Colour, Pen
from grader.data.scenery.geometry import Frame, Outline, blob, curve

# Overlapping on purpose: a colour must not give the kind away, only what it is the colour of.
_IRIS: tuple[Colour, ...] = (
    (62, 40, 26),
    (92, 58, 30),
    (142, 104, 62),
    (172, 138, 84),
    (152, 148, 100),
    (130, 150, 116),
    (134, 158, 174),
)
_CAT_IRIS = (0.0, 0.03, 0.2, 0.27, 0.2, 0.16, 0.14)
_DOG_IRIS = (0.52, 0.32, 0.1, 0.02, 0.0, 0.0, 0.04)
_NOSES: tuple[Colour, ...] = ((22, 20, 21), (34, 29, 29), (52, 40, 38), (112, 70, 66), (176, 116, 110))
_CAT_NOSES = (0.03, 0.07, 0.15, 0.32, 0.43)
_DOG_NOSES = (0.55, 0.3, 0.1, 0.04, 0.01)
FLESH: Colour = (186, 128, 122)


@dataclass(frozen=True)
class Features:
    """Colours and moods of one face.

    Attributes:
        iris: Colour of the eyes.
        nose: Colour of the nose.
        pupil: How wide the pupils are, 0 to 1.
        glance: Where the eyes look: shift of the pupils in units of the eye.
        glint: Direction of the light in the eyes.
    """

    iris: Colour
    nose: Colour
    pupil: float
    glance: complex
    glint: complex


def random_features(kind: str, light: complex, rng: np.random.Generator) -> Features:
    """Choose the colours of a face: dogs have dark eyes and noses more often."""
    cat = kind == "Cat"
    tone = rng.uniform(0.8, 1.2)
    iris = _IRIS[rng.choice(len(_IRIS), p=_CAT_IRIS if cat else _DOG_IRIS)]
    return Features(
        iris=(int(iris[0] * tone), int(iris[1] * tone), int(iris[2] * tone)),
        nose=_NOSES[rng.choice(len(_NOSES), p=_CAT_NOSES if cat else _DOG_NOSES)],
        pupil=float(rng.uniform(0, 1)),
        glance=complex(rng.uniform(-0.12, 0.12), rng.uniform(-0.08, 0.08)),
        glint=light * 0.3 - 0.25j,
    )


def paint_eye(
    pen: Pen, frame: Frame, lid: Outline, pupil: Outline, centre: complex, size: float, look: Features
) -> None:
    """Paint one eye: dark rim, iris darker towards its edge and under the lid, pupil, glints.

    Args:
        pen: Where to draw.
        frame: The head.
        lid: Opening of the eye, in units of the head.
        pupil: Its outline, in units of the head.
        centre: Of the eye, in units of the head.
        size: Half its width, in units of the head.
        look: Colours.
    """
    depth = 0.75
    ring = lid - centre
    pen.fill(frame.at(centre + ring * 1.3, depth), (24, 18, 17), 0.55)
    pen.fill(frame.at(centre + ring * 1.12, depth), (20, 16, 15))
    dark: Colour = (look.iris[0] // 2, look.iris[1] // 2, look.iris[2] // 2)
    pen.fill(frame.at(lid, depth), dark)
    pen.fill(frame.at(centre + ring * 0.84 + 0.05j * size, depth), look.iris)
    lit: Colour = (min(255, look.iris[0] + 50), min(255, look.iris[1] + 50), min(255, look.iris[2] + 40))
    pen.fill(frame.at(centre + blob(0.35j * size, size * 0.5, size * 0.32), depth), lit, 0.55)
    pen.fill(frame.at(pupil + look.glance * size, depth), (10, 9, 11))
    pen.fill(frame.at(centre + curve([-size + 0j, -0.9j * size, size + 0j, -0.45j * size]), depth), (0, 0, 0), 0.28)
    pen.fill(frame.at(centre + blob(look.glint * size, size * 0.2, size * 0.18), depth), (250, 250, 248), 0.95)
    pen.fill(frame.at(centre + blob(-look.glint * size * 0.9, size * 0.12, size * 0.1), depth), (230, 235, 240), 0.4)
