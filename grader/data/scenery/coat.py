"""Fur: colours, patterns and the strands that flow over head and body."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from grader.data.scenery.canvas import Box, Colour, Pelt, Pixels
from grader.data.scenery.geometry import Frame

# All animals share these, so that colour tells nothing about the kind.
FUR_COLOURS: dict[str, Colour] = {
    "black": (52, 48, 48),
    "charcoal": (88, 86, 90),
    "grey": (136, 134, 138),
    "silver": (182, 180, 178),
    "chocolate": (92, 62, 44),
    "brown": (124, 88, 60),
    "ginger": (196, 120, 56),
    "golden": (208, 162, 98),
    "cream": (226, 202, 166),
    "white": (236, 230, 222),
}
PATTERNS = ("plain", "bib", "patches", "stripes", "spots", "mask", "tan")
_TEXTURE = 128


@dataclass(frozen=True)
class Coat:
    """The fur of one animal.

    Attributes:
        base: Main colour, 0–255.
        second: Colour of markings.
        pattern: One of `plain`, `bib`, `patches`, `stripes`, `spots`, `mask`, `tan`.
        contrast: Light and dark between strands, as a share of the colour.
        length: Shagginess of edges, 0 to 1.
        curls: Whether strands are curls.
        texture: Strands, shape (128, 128), repeating: rows along a strand, columns across.
        clouds: Low-frequency noise, shape (16, 16), for patches and uneven edges of markings.
        stripes: Stripes per unit of length.
    """

    base: Pixels
    second: Pixels
    pattern: str
    contrast: float
    length: float
    curls: bool
    texture: Pixels
    clouds: Pixels
    stripes: float

    def on_head(self, box: Box, frame: Frame) -> Pelt:
        """Return fur that radiates from the bridge of the nose, over `box`."""
        u, v = frame.local(*_grid(box))
        u = u - np.float32(0.8 * np.sin(frame.yaw))
        v = v - np.float32(0.8 * np.sin(frame.pitch))
        angle = np.arctan2(v - np.float32(0.1), u)
        radius = np.sqrt(u * u + (v - np.float32(0.1)) ** 2)
        if self.curls:
            strands = self._strands(u * 48 + 512, v * 48 + 512)
        else:
            strands = self._strands(angle * np.float32(_TEXTURE / np.pi) + 512, radius * 52)
        clouds = self._clouds(box, frame, 3.2 if self.pattern == "spots" else 0.9)
        return self._pelt(box, strands, self._head_markings(u, v, angle, radius, clouds))

    def on_body(self, box: Box, frame: Frame) -> Pelt:
        """Return fur that hangs down, over `box`; the frame's unit is the radius of the head."""
        u, v = frame.local(*_grid(box))
        clouds = self._clouds(box, frame, 2.8 if self.pattern == "spots" else 0.6, 3)
        if self.curls:
            strands = self._strands(u * 48 + 512, v * 48 + 512)
        else:
            strands = self._strands((u + clouds * np.float32(0.3)) * 64 + 512, (v + u * u * np.float32(0.2)) * 44 + 512)
        return self._pelt(box, strands, self._body_markings(u, v, clouds))

    def _pelt(self, box: Box, strands: Pixels, share: Pixels) -> Pelt:
        colour = self.base + share[..., None] * (self.second - self.base)
        # Dark fur shows its strands as highlights, which a factor alone would not.
        colour += (strands * np.float32(self.contrast))[..., None] * (colour * np.float32(0.75) + np.float32(22))
        return Pelt(box, colour, strands)

    def _strands(self, across: Pixels, along: Pixels) -> Pixels:
        rows = along.astype(np.int32) & (_TEXTURE - 1)
        columns = across.astype(np.int32) & (_TEXTURE - 1)
        strands: Pixels = self.texture[rows, columns]
        return strands

    def _clouds(self, box: Box, frame: Frame, per_unit: float, start: int = 0) -> Pixels:
        """Return smooth noise of about −1 to 1 over `box`, with `per_unit` clouds per unit of the frame."""
        width, height = box[2] - box[0], box[3] - box[1]
        across = max(2, round(width / frame.size * per_unit) + 1)
        down = max(2, round(height / frame.size * per_unit) + 1)
        rows, columns = np.arange(start, start + down) % 16, np.arange(start, start + across) % 16
        grid = Image.fromarray(self.clouds[rows[:, None], columns[None, :]])
        return np.asarray(grid.resize((width, height), Image.Resampling.BICUBIC), np.float32)

    def _head_markings(self, u: Pixels, v: Pixels, angle: Pixels, radius: Pixels, clouds: Pixels) -> Pixels:
        """Return the share of the second colour, 0 to 1."""
        side = np.abs(u)
        if self.pattern == "bib":
            muzzle = v * np.float32(1.6) - side * np.float32(0.9) + clouds * np.float32(0.25)
            blaze = np.float32(0.16) - side + clouds * np.float32(0.12) - np.maximum(0, -v - np.float32(0.55))
            return _step(np.maximum(muzzle - np.float32(0.12), blaze), 8)
        if self.pattern == "patches":
            return _step(clouds + np.float32(0.05), 8)
        if self.pattern == "spots":
            return _step(clouds - np.float32(0.35), 7)
        if self.pattern == "stripes":
            wave = np.sin(angle * np.float32(11) + clouds * 2) * _step(radius - np.float32(0.62), 6)
            brow = np.sin(u * np.float32(4.6 * np.pi) + np.float32(np.pi / 2)) * _step(-v - np.float32(0.3), 8)
            upper = np.where(v < np.float32(-0.25), brow, wave * _step(v + np.float32(0.3), 6))
            return _step(upper - np.float32(0.2) + clouds * np.float32(0.3), 2.5) * np.float32(0.9)
        if self.pattern == "mask":
            return _step(np.float32(0.62) - radius + clouds * np.float32(0.1), 3.5)
        if self.pattern == "tan":
            spots = np.float32(0.13) - np.hypot(side - np.float32(0.32), v + np.float32(0.4))
            muzzle = np.float32(0.42) - np.hypot(side * np.float32(0.9), v - np.float32(0.5))
            return _step(np.maximum(spots, muzzle) + clouds * np.float32(0.05), 10)
        return _step(clouds - np.float32(0.3), 1.5) * np.float32(0.4)

    def _body_markings(self, u: Pixels, v: Pixels, clouds: Pixels) -> Pixels:
        """Return the share of the second colour, 0 to 1."""
        if self.pattern == "bib":
            return _step(np.float32(0.42) - np.abs(u) + clouds * np.float32(0.35), 5)
        if self.pattern == "patches":
            return _step(clouds + np.float32(0.05), 8)
        if self.pattern == "spots":
            return _step(clouds - np.float32(0.35), 7)
        if self.pattern == "stripes":
            wave = np.sin(v * np.float32(self.stripes) + np.abs(u) * np.float32(2.5) + clouds * np.float32(3))
            return _step(wave - np.float32(0.2) + clouds * np.float32(0.4), 2.2) * np.float32(0.85)
        if self.pattern == "tan":
            return _step(np.float32(0.3) - np.abs(u) + clouds * np.float32(0.2), 5) * np.float32(0.8)
        return _step(clouds - np.float32(0.3), 1.5) * np.float32(0.35)


def random_coat(shares: Sequence[float], curly: float, rng: np.random.Generator) -> Coat:
    """Choose a coat; kinds of animals differ in how often they are striped or curly, not in their colours.

    Args:
        shares: How often each of `PATTERNS` occurs; they add up to 1.
        curly: How often strands are curls, 0 to 1.
        rng: Decides.
    """
    names = list(FUR_COLOURS)
    pattern = str(rng.choice(PATTERNS, p=shares))
    base = _jittered(FUR_COLOURS[names[rng.integers(len(names))]], rng)
    other = _jittered(FUR_COLOURS[names[rng.integers(len(names))]], rng)
    dark = base.mean() < 110
    if pattern == "stripes":
        second = base * np.float32(rng.uniform(0.42, 0.7)) if not dark else base * np.float32(0.5) + np.float32(70)
    elif pattern == "bib":
        second = _jittered(FUR_COLOURS["white"], rng)
        base = base if base.mean() < 190 else base * np.float32(0.6)
    elif pattern == "mask":
        base, second = (base * np.float32(0.4) + np.float32(120) if dark else base), _jittered((58, 46, 40), rng)
    elif pattern == "tan":
        base, second = (base if dark else base * np.float32(0.35)), _jittered(FUR_COLOURS["ginger"], rng)
    elif pattern == "spots":
        second = base * np.float32(0.35) if not dark else base * np.float32(0.5) + np.float32(90)
    elif pattern == "patches":
        second = (
            other
            if abs(other.mean() - base.mean()) > 50
            else _jittered(FUR_COLOURS["white" if dark else "charcoal"], rng)
        )
    else:
        second = base * np.float32(0.8) + np.float32(30)
    curls = bool(rng.random() < curly)
    return Coat(
        base=base,
        second=second.astype(np.float32),
        pattern=pattern,
        contrast=float(rng.uniform(0.12, 0.26)) * (1.4 if curls else 1.0),
        length=float(rng.uniform(0.12, 0.5)),
        curls=curls,
        texture=_texture(curls, rng),
        clouds=np.clip(rng.standard_normal((16, 16), dtype=np.float32) * np.float32(0.6), -1, 1),
        stripes=float(rng.uniform(7, 11)),
    )


def _texture(curls: bool, rng: np.random.Generator) -> Pixels:
    """Return strands (long in rows) or curls (round), about −1 to 1, with single tufts standing out."""
    if curls:
        curly: Pixels = np.tanh(_stretched(rng.standard_normal((22, 22), dtype=np.float32)) * np.float32(1.2))
        return curly
    # Three scales of tufts, each longer than wide.
    noise = _stretched(rng.standard_normal((12, 112), dtype=np.float32)) * np.float32(0.8)
    noise = noise + _stretched(rng.standard_normal((7, 40), dtype=np.float32)) * np.float32(0.9)
    noise += _stretched(rng.standard_normal((4, 12), dtype=np.float32)) * np.float32(0.55)
    tufts: Pixels = np.tanh(noise * np.float32(0.75))
    return tufts


def _stretched(grid: Pixels) -> Pixels:
    """Enlarge noise to the size of a texture; its seams do not matter in fur."""
    return np.asarray(Image.fromarray(grid).resize((_TEXTURE, _TEXTURE), Image.Resampling.BICUBIC), np.float32)


def _grid(box: Box) -> tuple[Pixels, Pixels]:
    left, top, right, bottom = box
    x = np.arange(left, right, dtype=np.float32)[None, :]
    y = np.arange(top, bottom, dtype=np.float32)[:, None]
    return x, y


def _step(value: Pixels, steepness: float) -> Pixels:
    """Return 0 below and 1 above zero, with a ramp between."""
    clipped: NDArray[np.float32] = np.clip(value * np.float32(steepness) + np.float32(0.5), 0, 1)
    return clipped


def _jittered(colour: tuple[int, int, int], rng: np.random.Generator) -> Pixels:
    shifted = np.asarray(colour, np.float32) * np.float32(rng.uniform(0.85, 1.12))
    return np.clip(shifted + rng.normal(0, 5, 3), 12, 246).astype(np.float32)
