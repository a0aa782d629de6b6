"""Probe folders: small image folders in which every image carries its own identity in its pixels.

Flat images carry it as a luminance that no other image of the folder has: resizing, flipping, rotating and turning
gray leave it alone. Textured images carry it as a smooth, asymmetric pattern: they show flips, crops, channel order
and whether images change from pass to pass. File names, sizes and order say nothing about either.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from PIL import Image

LOWEST, HIGHEST = 8, 247
FINGERPRINT = 12
"""Side in pixels of the gray thumbnail by which textured images are told apart."""
FLAT_SPREAD = 3.0
"""Standard deviation, in 0–255 units, under which an image counts as flat."""
SURE = 0.80
"""Correlation with its source that a textured image must reach; unrelated patterns stay under 0.6."""

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
    def fingerprints(self) -> Array:
        """Normalised gray thumbnails by identity, zeros where flat: (n, FINGERPRINT²)."""
        rows = [
            np.zeros(FINGERPRINT**2) if image.pixels is None else _fingerprint(image.pixels.astype(np.float64))
            for image in self.images
        ]
        return np.stack(rows)

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """Class name by identity."""
        return tuple(image.class_name for image in self.images)


def probe_folder(seed: int, class_names: Sequence[str], folder: str, *, flats: int, textured: int) -> ProbeFolder:
    """A folder with one subfolder a class, uneven in count, every image of another size.

    Args:
        seed: from the assignment's secret seed, so that no two assignments share a folder.
        class_names: names of the subfolders.
        folder: the data folder relative to the work folder, such as `PetImages`.
        flats: number of flat images, at most 200.
        textured: number of textured images.
    """
    rng = np.random.default_rng(seed)
    levels = np.linspace(LOWEST, HIGHEST, flats).round()
    rng.shuffle(levels)
    total = flats + textured
    weights = rng.uniform(0.8, 1.25, len(class_names))
    bounds = np.floor(np.cumsum(weights / weights.sum()) * total).astype(int)
    owners = np.searchsorted(bounds, np.arange(total), side="right").clip(max=len(class_names) - 1)
    rng.shuffle(owners)
    names = rng.choice(9000, size=total, replace=False) + 1000
    files: dict[str, bytes] = {}
    images: list[ProbeImage] = []
    for i in range(total):
        class_name = class_names[int(owners[i])]
        width, height = (int(side) for side in rng.integers(40, 120, 2))
        if i < flats:
            level = float(levels[i])
            pixels = np.full((height, width, 3), level, dtype=np.uint8)
        else:
            level = None
            pixels = texture(rng, height, width)
        data = encode_jpeg(pixels)
        path = f"{folder}/{class_name}/{names[i]}.jpg"
        files[path] = data
        seen = None if level is not None else np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
        images.append(ProbeImage(path, class_name, level, seen))
    return ProbeFolder(files, tuple(images))


def texture(rng: np.random.Generator, height: int, width: int) -> Array:
    """A smooth asymmetric pattern over the whole range of values, (height, width, 3) uint8."""
    coarse = rng.uniform(0, 255, (4, 4, 3)).astype(np.uint8)
    smooth = np.asarray(Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)).copy()
    # A bright and a dark corner: they make flips and cut margins visible.
    smooth[: height // 4, : width // 3] = (250, 250, 250)
    smooth[-height // 5 :, -width // 4 :] = (5, 5, 5)
    return smooth


def encode_jpeg(pixels: Array) -> bytes:
    """JPEG bytes at a quality that keeps flat levels exact to one step."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=95)
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
    """Identities by image (-1 where uncertain) and the scale of the values; `scale` is None where none fits."""

    identities: Array
    scale: Scale | None

    @property
    def certain(self) -> bool:
        """Whether nearly every image was recognised; if not, nothing may be concluded from them."""
        return bool(len(self.identities)) and float(np.mean(self.identities >= 0)) >= 0.95


def fit_scale(images: Array, probe: ProbeFolder) -> Scale | None:
    """The known scale under which the flat images lie on levels of the probe; else a straight line through them.

    Args:
        images: (n, H, W, C), any numeric type.
        probe: the folder that the images come from.
    """
    values, spread = _means(images)
    if not len(values) or not np.all(np.isfinite(values)):
        return None
    levels = np.sort(probe.levels[~np.isnan(probe.levels)])
    for scale in KNOWN_SCALES:
        flat = spread / abs(scale.slope) < FLAT_SPREAD
        if flat.sum() < 3:
            continue
        found = scale.to_levels(values[flat])
        if found.min() < LOWEST - 2 or found.max() > HIGHEST + 2 or np.ptp(found) < 0.25 * np.ptp(levels):
            continue
        if np.mean(np.abs(found[:, None] - levels[None, :]).min(axis=1) < 1.0) > 0.8:
            return scale
    return _fit_line(values, spread, levels)


def _fit_line(values: Array, spread: Array, levels: Array) -> Scale | None:
    extent = float(np.ptp(values))
    flat = spread < max(extent, 1e-12) * 0.02
    if flat.sum() < 0.5 * len(levels) or extent == 0:
        return None
    # Both ends are matched with the ends of the levels; holds where this side holds most of the folder.
    slope = float(np.ptp(values[flat])) / float(np.ptp(levels))
    offset = float(values[flat].min()) - slope * float(levels.min())
    if slope <= 0:
        return None
    found = (values[flat] - offset) / slope
    residual = np.abs(found[:, None] - levels[None, :]).min(axis=1)
    return Scale("of its own", slope, offset) if np.mean(residual < 1.0) > 0.8 else None


def decode(images: Array, probe: ProbeFolder, scale: Scale | None) -> Array:
    """Identity of each image, -1 where uncertain, shape (n,)."""
    identities = np.full(len(images), -1)
    if scale is None or not len(images):
        return identities
    values, spread = _means(images)
    levels = probe.levels
    gap = (HIGHEST - LOWEST) / max(1, int((~np.isnan(levels)).sum()) - 1)
    for i, (value, wide) in enumerate(zip(scale.to_levels(values), spread / abs(scale.slope), strict=True)):
        if wide < FLAT_SPREAD:
            distance = np.abs(levels - value)
            nearest = int(np.nanargmin(distance))
            if distance[nearest] <= min(1.2, 0.45 * gap):
                identities[i] = nearest
        else:
            identities[i] = _match_texture(np.asarray(images[i], dtype=np.float64), probe)
    return identities


def _match_texture(image: Array, probe: ProbeFolder) -> int:
    prints = [_fingerprint(view) for view in (image, image[:, ::-1], image[::-1], image[::-1, ::-1])]
    scores = np.max(probe.fingerprints @ np.stack(prints).T, axis=1)
    best = int(np.argmax(scores))
    return best if scores[best] >= SURE else -1


def _fingerprint(pixels: Array) -> Array:
    """A gray thumbnail of (H, W, C), zero mean and unit length, so that brightness and contrast drop out."""
    gray = pixels.mean(axis=-1)
    rows = np.array_split(np.arange(gray.shape[0]), FINGERPRINT)
    columns = np.array_split(np.arange(gray.shape[1]), FINGERPRINT)
    if min(gray.shape) < FINGERPRINT:
        gray = np.kron(gray, np.ones((FINGERPRINT, FINGERPRINT)))
        rows = np.array_split(np.arange(gray.shape[0]), FINGERPRINT)
        columns = np.array_split(np.arange(gray.shape[1]), FINGERPRINT)
    row_means = np.stack([gray[row].mean(axis=0) for row in rows])
    small = np.stack([row_means[:, column].mean(axis=1) for column in columns], axis=1).reshape(-1)
    small = small - small.mean()
    length = np.linalg.norm(small)
    return small / length if length > 1e-9 else np.zeros_like(small)


def _means(images: Array) -> tuple[Array, Array]:
    """Mean value and spread of each image, in the image's own units. The border is left out: shifts fill it."""
    values = np.asarray(images, dtype=np.float64)
    flat = values.reshape(len(values), -1)
    return flat.mean(axis=1), flat.std(axis=1)
