"""Probe folders: small image folders in which every image carries its own identity in its pixels.

Flat images carry it as a luminance that no other image of the folder has: resizing, flipping, rotating and turning
gray leave it alone. Textured images carry it as a smooth, asymmetric pattern: brightness, contrast and standardising
leave that alone, and they show flips, crops and whether images change from pass to pass. The two are read apart, see
`grader.checks.recognised`. File names, sizes and order say nothing about either.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
from PIL import Image

LOWEST, HIGHEST = 8, 247
LEVEL_GAP = 2
"""Least distance of two levels. Distances are drawn at random: the levels then fit a straight line in one way only."""
MOST_FLATS = 110
FINGERPRINT = 12
"""Side in pixels of the gray thumbnail by which textured images are told apart."""
SAMPLED = 32
"""Rows and columns of an image, about, that its fingerprint is made of."""
GRID = 6
"""Random values along each side of a textured image."""
APART = 0.60
"""Two textures of a folder, however turned or flipped, correlate less than this."""
SURE, LEAD = 0.83, 0.12
"""Correlation that a textured image must reach with its source, and its lead over every other source."""
FLAT_STEPS = 4.0
"""An image is flat where half its pixels lie within so many 0–255 steps of its median; the rest may be a margin."""

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class ProbeImage:
    """One image of a probe folder. `level` is its luminance if flat; `pixels` (H, W, 3) uint8 if textured."""

    path: str
    class_name: str
    level: float | None
    pixels: Array | None = field(default=None, repr=False)


@dataclass(frozen=True)
class ProbeFolder:
    """Files below the data folder and what each of them is. An image's identity is its index in `images`."""

    files: dict[str, bytes] = field(repr=False)
    images: tuple[ProbeImage, ...]

    @cached_property
    def levels(self) -> Array:
        """Luminance by identity, NaN where textured."""
        return np.array([np.nan if image.level is None else image.level for image in self.images])

    @cached_property
    def flat(self) -> Array:
        """Whether an identity is a flat image, (n,) bool."""
        return ~np.isnan(self.levels)

    @cached_property
    def references(self) -> tuple[Array, Array]:
        """Fingerprints to match against, (m, FINGERPRINT²), and whose they are, (m,); -1 is the ramp of flat images.

        Each texture is there stretched, cut and padded to a square, in all eight ways of turning and flipping.
        """
        ramp = fingerprints(_ramp(48, 48)[None, :, :, None])[0]
        prints, owners = list(views(ramp)), [-1] * 8
        for identity, image in enumerate(self.images):
            if image.pixels is not None:
                for shown in (image.pixels, _cut(image.pixels), _padded(image.pixels)):
                    prints.extend(views(fingerprints(shown[None])[0]))
                    owners.extend([identity] * 8)
        return np.stack(prints), np.array(owners)

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """Class name by identity."""
        return tuple(image.class_name for image in self.images)


@dataclass(frozen=True)
class ProbeStyle:
    """How the files of a probe folder are made, so that they are like those of the exercise's own data.

    Attributes:
        gray: one channel in the file instead of three.
        size: height and width in pixels of every image; None for a size of its own for each.
        suffix: `.jpg` or `.png`.
    """

    gray: bool = False
    size: int | None = None
    suffix: Literal[".jpg", ".png"] = ".jpg"


PHOTOS = ProbeStyle()


def probe_folder(
    seed: int, class_names: Sequence[str], folder: str, *, flats: int, textured: int, style: ProbeStyle = PHOTOS
) -> ProbeFolder:
    """A folder with one subfolder a class, uneven in count, every image of another size.

    Args:
        seed: from the assignment's secret seed, so that no two assignments share a folder.
        class_names: names of the subfolders.
        folder: the data folder relative to the work folder, such as `PetImages`.
        flats: number of flat images, at most `MOST_FLATS`.
        textured: number of textured images.
        style: of the files.

    Raises:
        ValueError: more flat images than there are levels well apart.
    """
    rng = np.random.default_rng(seed)
    return _drawn(rng, class_names, [(folder, flats, textured)], style)


def probe_folders(
    seed: int, class_names: Sequence[str], train_folder: str, validation_folder: str,
    *, flats: tuple[int, int], textured: tuple[int, int], style: ProbeStyle = PHOTOS,
) -> ProbeFolder:  # fmt: skip
    """Two folders of one layout, without an image or a level in common. See `probe_folder`.

    Args:
        seed: from the assignment's secret seed.
        class_names: names of the subfolders of both.
        train_folder: the training folder relative to the work folder, such as `data/train`.
        validation_folder: the validation folder.
        flats: number of flat images in the training and in the validation folder, together at most `MOST_FLATS`.
        textured: number of textured images in either.
        style: of the files.

    Raises:
        ValueError: more flat images than there are levels well apart.
    """
    rng = np.random.default_rng(seed)
    parts = [(train_folder, flats[0], textured[0]), (validation_folder, flats[1], textured[1])]
    return _drawn(rng, class_names, parts, style)


def _drawn(
    rng: np.random.Generator, class_names: Sequence[str], parts: Sequence[tuple[str, int, int]],
    style: ProbeStyle,
) -> ProbeFolder:  # fmt: skip
    levels = list(_levels(rng, sum(flats for _, flats, _ in parts)))
    known: list[Array] = [*views(fingerprints(_ramp(48, 48)[None, :, :, None])[0])]
    weights = rng.uniform(0.8, 1.25, len(class_names))
    numbers = iter(rng.permutation(9000) + 1000)
    files: dict[str, bytes] = {}
    images: list[ProbeImage] = []
    for folder, flats, textured in parts:
        for i, owner in enumerate([*_owners(rng, weights, flats), *_owners(rng, weights, textured)]):
            height, width = (style.size, style.size) if style.size else _size(rng)
            level = levels.pop() if i < flats else None
            if level is None:
                pixels = _apart(rng, height, width, known)
            else:
                pixels = np.repeat((level + _ramp(height, width))[..., None], 3, axis=-1).astype(np.uint8)
            data = _encoded(pixels, style)
            path = f"{folder}/{class_names[owner]}/{next(numbers)}{style.suffix}"
            files[path] = data
            seen = None if level is not None else np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
            images.append(ProbeImage(path, class_names[owner], level, seen))
    return ProbeFolder(files, tuple(images))


def _levels(rng: np.random.Generator, count: int) -> Array:
    if count > MOST_FLATS:
        raise ValueError(f"flats (={count}) must be at most {MOST_FLATS}.")
    if count < 2:
        return np.array([float(LOWEST)] * count)
    room = HIGHEST - LOWEST - (LEVEL_GAP - 1) * (count - 1)
    inner = np.sort(rng.choice(room - 1, size=count - 2, replace=False)) + 1
    found = LOWEST + np.concatenate([[0], inner, [room]]) + (LEVEL_GAP - 1) * np.arange(count)
    levels: Array = rng.permutation(found.astype(np.float64))
    return levels


def _owners(rng: np.random.Generator, weights: Array, count: int) -> list[int]:
    """Class by image, uneven, but every class at least once where there are enough images."""
    sure = np.arange(len(weights)) if count >= len(weights) else np.zeros(0, dtype=int)
    rest = count - len(sure)
    bounds = np.cumsum(weights / weights.sum()) * rest
    owners = np.searchsorted(bounds, np.arange(rest) + 0.5, side="right").clip(max=len(weights) - 1)
    return [int(owner) for owner in rng.permutation(np.concatenate([sure, owners]))]


def _size(rng: np.random.Generator) -> tuple[int, int]:
    """Height and width: never square, never so long that cutting to a square leaves little of the image."""
    short = int(rng.integers(56, 96))
    long = int(short * rng.uniform(1.05, 1.35))
    return (short, long) if rng.random() < 0.5 else (long, short)


def _ramp(height: int, width: int) -> Array:
    """-1, 0, 1 from left to right. It keeps code that divides by an image's own range or deviation away from 0 / 0.

    The 0 takes two thirds: shifted and zoomed, most of the image is still at its level.
    """
    edge = width // 6
    steps = np.repeat([-1.0, 0.0, 1.0], [edge, width - 2 * edge, edge])
    return np.tile(steps, (height, 1))


def _apart(rng: np.random.Generator, height: int, width: int, known: list[Array]) -> Array:
    """A texture unlike all `known` fingerprints, which then holds it in all eight views."""
    for attempt in range(2000):
        pixels = texture(rng, height, width)
        mine = fingerprints(pixels[None])[0]
        # Crowded folders: nearer neighbours are taken rather than none; decoding asks for a lead over them.
        if float((np.stack(known) @ mine).max()) < APART + attempt // 200 * 0.02 and _turned_apart(mine):
            known.extend(views(mine))
            return pixels
    raise ValueError("no further texture is well apart from the others.")


def _turned_apart(mine: Array) -> bool:
    return float((np.stack(views(mine)[1:]) @ mine).max()) < APART


def texture(rng: np.random.Generator, height: int, width: int) -> Array:
    """A smooth asymmetric pattern over most of the range of values, slightly coloured, (height, width, 3) uint8."""

    def smooth(coarse: Array) -> Array:
        picture = Image.fromarray(coarse.astype(np.float32))
        return np.asarray(picture.resize((width, height), Image.Resampling.BICUBIC), dtype=np.float64)

    gray = smooth(rng.uniform(0, 1, (GRID, GRID)))
    colours = np.stack([smooth(rng.uniform(-0.12, 0.12, (3, 3))) for _ in range(3)], axis=-1)
    values = gray[..., None] + colours
    low, high = np.percentile(values, (1, 99))
    pixels: Array = (((values - low) / (high - low)).clip(0, 1) * 200 + 28).round().astype(np.uint8)
    return pixels


def _encoded(pixels: Array, style: ProbeStyle) -> bytes:
    """The file, at a quality that keeps flat levels exact to one step."""
    picture = Image.fromarray(pixels)
    if style.gray:
        picture = picture.convert("L")
    buffer = io.BytesIO()
    if style.suffix == ".png":
        picture.save(buffer, "PNG")
    else:
        picture.save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


@dataclass(frozen=True)
class Scale:
    """How a pipeline's values relate to 0–255: value = slope · level + offset. `name` is for people."""

    name: str
    slope: float
    offset: float

    def to_levels(self, values: Array) -> Array:
        """Values in 0–255 units."""
        return (np.asarray(values, dtype=np.float64) - self.offset) / self.slope


KNOWN_SCALES = (
    Scale("0 to 255", 1.0, 0.0),
    Scale("0 to 1", 1 / 255, 0.0),
    Scale("-1 to 1", 2 / 255, -1.0),
)


@dataclass(frozen=True)
class Decoded:
    """What was recognised in images of one pass.

    Attributes:
        flats: identity by luminance, (n,), -1 where none.
        textures: identity by pattern, (n,), -1 where none.
        looks_flat: (n,) bool, whatever its level.
        looks_textured: (n,) bool: neither flat nor the stretched ramp of a flat image.
    """

    flats: Array
    textures: Array
    looks_flat: Array
    looks_textured: Array


def unit_of(images: Array) -> float:
    """What one 0–255 step comes to in images of an unknown scale, from their range."""
    low, high = np.percentile(np.nan_to_num(_gray(images)), (0.5, 99.5)) if len(images) else (0.0, 0.0)
    return max(float(high - low) / (HIGHEST - LOWEST), 1e-12)


def _flatness(images: Array) -> tuple[Array, Array]:
    """Median gray value of each image, and whether at least half of its pixels are near that."""
    gray = _gray(images).reshape(len(images), -1)
    middle = np.median(gray, axis=1)
    near = np.abs(gray - middle[:, None]) <= FLAT_STEPS * unit_of(images)
    # A second time without the rest: a black margin pulls the median to one end of the ramp.
    middle = np.array(
        [np.median(row[keep]) if keep.any() else old for row, keep, old in zip(gray, near, middle, strict=True)]
    )
    return middle, near.mean(axis=1) >= 0.5


def tolerance(probe: ProbeFolder) -> float:
    """How far a value may lie from a level: so near that values shifted at random mostly hit none (about 4 in 10 do)."""
    count = int(probe.flat.sum())
    return min(0.8, 0.2 * (HIGHEST - LOWEST) / max(1, count - 1))


def fit_scale(images: Array, probe: ProbeFolder) -> Scale | None:
    """The known scale under which the flat images lie on levels of the probe; else a straight line through them.

    Args:
        images: (n, H, W, C), any numeric type.
        probe: the folder that the images come from.
    """
    if not len(images) or not np.all(np.isfinite(images)):
        return None
    middle, flat = _flatness(images)
    values, levels = middle[flat], np.sort(probe.levels[probe.flat])
    if len(values) < 3 or len(levels) < 3:
        return None
    near = tolerance(probe)
    for scale in KNOWN_SCALES:
        found = scale.to_levels(values)
        if np.ptp(found) > 0.25 * np.ptp(levels) and _share_near(found, levels, near) > 0.9:
            return scale
    line = _fit_line(values, levels, near)
    # Standardised image by image, all flat images have one value but for rounding, and any line fits that.
    return line if line is not None and 0.5 < line.slope / unit_of(images) < 2.0 else None


def _share_near(found: Array, levels: Array, near: float) -> float:
    return float(np.mean(np.abs(found[:, None] - levels[None, :]).min(axis=1) < near))


def _fit_line(values: Array, levels: Array, near: float) -> Scale | None:
    """Tried with the ends of the values on the outermost levels; levels are irregular, so a wrong pair of ends misses."""
    # A few values fit some line of many by luck, and one that is not straight (a gamma) would then pass for a straight one.
    if len(values) < max(8, 0.5 * len(levels)) or np.ptp(values) == 0:
        return None
    best, best_share = None, 0.95
    for low in levels[:4]:
        for high in levels[-4:]:
            if high <= low:
                continue
            slope = float(np.ptp(values)) / float(high - low)
            offset = float(values.min()) - slope * float(low)
            share = _share_near((values - offset) / slope, levels, near)
            if share > best_share:
                best, best_share = Scale("of its own", slope, offset), share
    return best


def decode(images: Array, probe: ProbeFolder, scale: Scale | None) -> Decoded:
    """What each image is, by luminance and by pattern.

    Args:
        images: (n, H, W, C), any numeric type and number of channels.
        probe: the folder that they may come from.
        scale: of their values; None where unknown, flat images are not told apart then.
    """
    flats, textures = np.full(len(images), -1), np.full(len(images), -1)
    if not len(images) or not np.all(np.isfinite(images)):
        nothing = np.zeros(len(images), dtype=bool)
        return Decoded(flats, textures, nothing, ~nothing)
    middle, flat = _flatness(images)
    if scale is not None and probe.flat.any():
        distance = np.abs(scale.to_levels(middle)[:, None] - probe.levels[None, :])
        nearest = np.nanargmin(distance, axis=1)
        close = distance[np.arange(len(images)), nearest] <= tolerance(probe)
        flats = np.where(flat & close, nearest, -1)
    best, score, lead = _best(fingerprints(images), probe)
    sure = (score >= SURE) & (lead >= LEAD) & ~flat
    textures = np.where(sure & (best >= 0), best, -1)
    return Decoded(flats, textures, flat, ~flat & ~((best < 0) & (score >= SURE)))


def _best(prints: Array, probe: ProbeFolder) -> tuple[Array, Array, Array]:
    """By image: whose fingerprint is nearest, its correlation, and its lead over the nearest of another one."""
    references, owners = probe.references
    starts = np.flatnonzero(np.diff(owners, prepend=-2))
    everyone = owners[starts]
    by_owner = np.maximum.reduceat(prints @ references.T, starts, axis=1)
    best = by_owner.argmax(axis=1)
    ordered = np.sort(by_owner, axis=1)
    lead = ordered[:, -1] - ordered[:, -2] if len(everyone) > 1 else ordered[:, -1]
    return everyone[best], ordered[:, -1], lead


def views(fingerprint: Array) -> tuple[Array, ...]:
    """A fingerprint as it is, then in the seven other ways of turning and flipping."""
    square = fingerprint.reshape(FINGERPRINT, FINGERPRINT)
    turned = [np.rot90(kind, quarter) for kind in (square, square[:, ::-1]) for quarter in range(4)]
    return tuple(one.reshape(-1) for one in turned)


def fingerprints(images: Array) -> Array:
    """Gray thumbnails of (n, H, W, C), zero mean and unit length: brightness and contrast drop out. (n, FINGERPRINT²)."""
    small = shrunk(_gray(images), FINGERPRINT).reshape(len(images), -1)
    small = small - small.mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(small, axis=1, keepdims=True)
    normal: Array = np.where(lengths > 1e-9, small / np.maximum(lengths, 1e-9), 0.0)
    return normal


def shrunk(gray: Array, side: int) -> Array:
    """Means over a grid of `side` × `side` cells of (n, H, W); images smaller than that are repeated first."""
    for axis in (1, 2):
        if gray.shape[axis] < side:
            gray = np.repeat(gray, -(-side // gray.shape[axis]), axis=axis)
        bounds = np.arange(side) * gray.shape[axis] // side
        sizes = np.diff([*bounds, gray.shape[axis]])
        shape = [1, 1, 1]
        shape[axis] = side
        gray = np.add.reduceat(gray, bounds, axis=axis) / sizes.reshape(shape)
    return gray


def _gray(images: Array) -> Array:
    """Channel means of about `SAMPLED` rows and columns of each image: patterns are smooth, so more would only cost time."""
    rows, columns = (max(1, side // SAMPLED) for side in images.shape[1:3])
    gray: Array = np.asarray(images)[:, ::rows, ::columns].mean(axis=-1, dtype=np.float64)
    return gray


def _cut(pixels: Array) -> Array:
    height, width = pixels.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return pixels[top : top + side, left : left + side]


def _padded(pixels: Array) -> Array:
    height, width = pixels.shape[:2]
    side = max(height, width)
    canvas = np.zeros((side, side, 3), dtype=np.uint8)
    top, left = (side - height) // 2, (side - width) // 2
    canvas[top : top + height, left : left + width] = pixels
    return canvas
