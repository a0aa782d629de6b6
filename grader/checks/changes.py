"""What an augmentation model does to pictures, measured draw by draw.

A draw is one set of random numbers. The same draw is applied to several probe pictures, by putting the model's random
generators back to the same state: two ramps tell where every pixel came from, a chequered picture tells what became
of dark and bright, and a texture shows how much of a picture survives.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.checks.applying import applying_model
from grader.data.probes import texture

Array = np.ndarray[Any, Any]

LOW, HIGH = 40.0, 215.0
"""Ends of the ramps: far enough from 0 and 255 that changes of light clip little."""
DARK, BRIGHT = 64.0, 192.0
CELL = 8
"""Side in pixels of a field of the chequered picture."""
BATCH = 16
GRID = 8
"""The middle of the source is divided into GRID × GRID fields to see how much of it is left."""
MIDDLE = 0.75
RARE = 0.1
"""Percent of pixels: of noise without bounds some pixel always goes far."""
FEW = 40
"""Pixels below which nothing is concluded."""
NOTICEABLE = 1.0
"""Mean absolute change, in 0–255 units, from which a picture counts as changed; rounding stays below 0.01."""
SEVERAL = frozenset(("AugMix", "RandAugment", "RandomColorJitter"))
"""Layers of Keras that do several kinds of things by themselves."""


@dataclass(frozen=True)
class Draw:
    """What one draw did.

    Attributes:
        change: mean absolute difference of the texture from its source, 0–255 units.
        turn: degrees, -180 to 180, after taking a mirroring out; NaN where no straight map fits.
        size: how large things appear, 1 for unchanged; NaN where no straight map fits.
        visible: share of the source's middle that is still somewhere in the picture, 0 to 1.
        contrast: difference of bright and dark fields by what it was, 1 for unchanged; NaN where nothing is visible.
        likeness: correlation of the texture with its source after undoing the map that the ramps show; NaN as above.
    """

    change: float
    turn: float
    size: float
    visible: float
    contrast: float
    likeness: float


@dataclass(frozen=True)
class Changes:
    """An augmentation model as seen from outside.

    Attributes:
        shape: height, width and channels of what comes out.
        draws: of training mode; empty where what comes out has another shape than what went in.
        paired: whether one state of the generators gives one result; if not, only `change` of a draw means anything.
        inference_change: mean absolute difference at inference, in 0–255 units after `slope` and `offset` are undone.
        inference_varies: whether inference gives one result now and another then.
        slope: by which values are multiplied at inference.
        offset: which is added to them.
        lowest: value in training mode for pictures from 0 to 255, the rarest RARE percent left out; NaN where one is.
        highest: the same.
        kinds: names of the layers that change pictures when they work alone.
    """

    shape: tuple[int, ...]
    draws: tuple[Draw, ...]
    paired: bool
    inference_change: float
    inference_varies: bool
    slope: float
    offset: float
    lowest: float
    highest: float
    kinds: tuple[str, ...]

    @property
    def count_of_kinds(self) -> int:
        """Distinct kinds of change; layers that do several things count twice."""
        return len(set(self.kinds)) + sum(kind in SEVERAL for kind in set(self.kinds))


def changes_of(model: Any, size: int, channels: int, seed: int, rounds: int = 4) -> Changes:
    """Apply `model` to probe pictures (size, size, channels), 0–255, in training mode and at inference.

    Args:
        model: a rebuilt Keras model from pictures to pictures.
        size: height and width in pixels.
        channels: of the pictures.
        seed: of the textures and of the draws.
        rounds: calls with BATCH draws each.

    Raises:
        CheckFailed: the model cannot be applied to them.
    """
    rng = np.random.default_rng(seed)
    probes = _probes(rng, size, channels)
    source = np.repeat(probes["texture"][None], BATCH, axis=0)
    still = [_applied(model, source, training=False) for _ in range(2)]
    first = _applied(model, source, training=True)
    shape = tuple(int(side) for side in first.shape[1:])
    if first.shape != source.shape or still[0].shape != source.shape:
        return Changes(shape, (), paired=False, inference_change=0.0, inference_varies=False, slope=1.0, offset=0.0,
                       lowest=float(first.min()), highest=float(first.max()), kinds=())  # fmt: skip
    slope, offset = _line(source, still[0])
    undone = (still[0] - offset) / slope if abs(slope) > 1e-9 else still[0]
    generators = list(_generators(model))
    draws: list[Draw] = []
    lowest, highest, paired = np.inf, -np.inf, True
    for number in range(rounds):
        states = [rng.integers(0, 1 << 30, 2) for _ in generators]
        outputs = {name: _drawn(model, generators, states, probe) for name, probe in probes.items()}
        if number == 0:
            paired = bool(np.allclose(outputs["texture"], _drawn(model, generators, states, probes["texture"])))
        ends = [np.percentile(value, (RARE, 100 - RARE)) for value in outputs.values()]
        lowest, highest = (
            min(lowest, *(float(low) for low, _ in ends)),
            max(highest, *(float(high) for _, high in ends)),
        )
        if abs(slope) > 1e-9:
            # A rescaling inside is a finding of its own and must not look like lost content, too.
            outputs = {name: (value - offset) / slope for name, value in outputs.items()}
        draws += [_draw({name: value[i] for name, value in outputs.items()}, probes) for i in range(BATCH)]
    return Changes(
        shape, tuple(draws), paired,
        inference_change=float(np.abs(undone - source).mean()),
        inference_varies=bool(np.abs(still[0] - still[1]).max() > 1e-3 * max(1.0, abs(slope) * 255)),
        slope=slope, offset=offset, lowest=lowest, highest=highest, kinds=tuple(kinds_of(model, source)),
    )  # fmt: skip


def random_layers(layer: Any) -> Iterator[Any]:
    """The layers inside a model that change pictures at random, in order; a composite one counts as one."""
    for part in layer.layers:
        if is_random(part):
            yield part
        elif hasattr(part, "layers"):
            yield from random_layers(part)


def is_random(layer: Any) -> bool:
    """Whether a layer of Keras augments pictures: random in training, idle at inference. Dropout is another matter."""
    name = type(layer).__name__
    return name.startswith("Random") or name in ("AugMix", "RandAugment", "GaussianNoise")


def kinds_of(model: Any, source: Array) -> Iterator[str]:
    """Class names of the random layers that noticeably change `source` (n, H, W, C) when they work alone."""
    for layer in random_layers(model):
        for _ in range(4):
            alone = _applied(layer, source, training=True)
            if alone.shape != source.shape or np.abs(alone - source).mean(axis=(1, 2, 3)).max() > NOTICEABLE:
                yield type(layer).__name__
                break


def _probes(rng: np.random.Generator, size: int, channels: int) -> dict[str, Array]:
    ramp = np.broadcast_to(np.linspace(LOW, HIGH, size), (size, size))
    fields = (np.add.outer(np.arange(size) // CELL, np.arange(size) // CELL)) % 2
    chequered = np.where(fields, BRIGHT, DARK)
    seen = texture(rng, size, size).astype(np.float64)
    gray = {"across": ramp, "down": ramp.T, "fields": chequered}
    probes = {name: np.repeat(value[..., None], channels, axis=-1) for name, value in gray.items()}
    probes["texture"] = seen if channels == seen.shape[-1] else seen[..., :1].repeat(channels, axis=-1)
    return {name: value.astype(np.float32) for name, value in probes.items()}


def _generators(layer: Any) -> Iterator[Any]:
    """State variables of all random generators below a layer, each once."""
    seen: set[int] = set()
    for part in layer._flatten_layers():  # noqa: SLF001 - Keras has no public walk over all layers
        for generator in getattr(part, "_seed_generators", ()):
            if id(generator.state) not in seen:
                seen.add(id(generator.state))
                yield generator.state


def _drawn(model: Any, generators: list[Any], states: list[Array], probe: Array) -> Array:
    for generator, state in zip(generators, states, strict=True):
        generator.assign(state.astype(generator.dtype))
    return _applied(model, np.repeat(probe[None], BATCH, axis=0), training=True)


def _applied(layer: Any, images: Array, *, training: bool) -> Array:
    with applying_model(images):
        return np.asarray(layer(images, training=training), dtype=np.float64)


def _draw(outputs: dict[str, Array], probes: dict[str, Array]) -> Draw:
    change = float(np.abs(outputs["texture"] - probes["texture"]).mean())
    gray = np.stack([outputs[name].mean(axis=-1) for name in ("across", "down", "fields")])
    # What is alike in three different pictures shows none of them: filled in, or clipped to black or white.
    shows = np.ptp(gray, axis=0) > 0.01
    size = len(shows)
    inner = np.zeros_like(shows)
    inner[size // 8 : size - size // 8, size // 8 : size - size // 8] = True
    if (shows & inner).sum() < FEW:
        return Draw(change, np.nan, np.nan, visible=0.0, contrast=np.nan, likeness=np.nan)
    dark, bright = np.percentile(gray[2][shows & inner], (20, 80))
    contrast = float((bright - dark) / (BRIGHT - DARK))
    light = float((bright + dark - BRIGHT - DARK) / 2)
    if contrast < 0.05:
        return Draw(change, np.nan, np.nan, visible=1.0, contrast=contrast, likeness=0.0)
    across, down = (_place(ramp, contrast, light) for ramp in gray[:2])
    inside = shows & (across > -0.02) & (across < 1.02) & (down > -0.02) & (down < 1.02)
    turn, scale = _straight_map(across, down, inside)
    return Draw(change, turn, scale, _visible(across, down, inside), contrast,
                _likeness(outputs["texture"], probes["texture"], across, down, inside))  # fmt: skip


def _place(ramp: Array, contrast: float, light: float) -> Array:
    """Where in the source, from 0 to 1 along the ramp, each pixel came from."""
    middle = (DARK + BRIGHT) / 2
    levels = (ramp - light - middle) / contrast + middle
    return np.asarray((levels - LOW) / (HIGH - LOW))


def _straight_map(across: Array, down: Array, inside: Array) -> tuple[float, float]:
    """Turn in degrees and apparent size of the straight map that fits the middle of the picture, NaN where none does."""
    size = len(across)
    rows, columns = np.mgrid[0:size, 0:size] / (size - 1)
    chosen = inside & (np.abs(rows - 0.5) < 0.3) & (np.abs(columns - 0.5) < 0.3)
    design = np.stack([columns, rows, np.ones_like(rows)], axis=-1)
    fit = np.zeros((2, 3))
    for _ in range(4):
        if chosen.sum() < FEW:
            return np.nan, np.nan
        fit = np.linalg.lstsq(design[chosen], np.stack([across[chosen], down[chosen]], axis=-1), rcond=None)[0].T
        error = np.hypot(across - design @ fit[0], down - design @ fit[1])
        closest = max(0.02, 2 * float(np.median(error[chosen])))
        chosen = inside & (np.abs(rows - 0.5) < 0.3) & (np.abs(columns - 0.5) < 0.3) & (error < closest)
    linear = fit[:, :2]
    area = float(np.linalg.det(linear))
    if abs(area) < 1e-4:
        return np.nan, np.nan
    if area < 0:
        linear = linear @ np.diag([-1.0, 1.0])
    left, _, right = np.linalg.svd(linear)
    rotation = left @ right
    return float(np.degrees(np.arctan2(rotation[1, 0], rotation[0, 0]))), float(1 / np.sqrt(abs(area)))


def _visible(across: Array, down: Array, inside: Array) -> float:
    edge = (1 - MIDDLE) / 2
    fields = [np.floor((place[inside] - edge) / MIDDLE * GRID).astype(int) for place in (across, down)]
    kept = np.all([(field >= 0) & (field < GRID) for field in fields], axis=0)
    return len(set(zip(fields[0][kept].tolist(), fields[1][kept].tolist(), strict=True))) / GRID**2


def _likeness(output: Array, source: Array, across: Array, down: Array, inside: Array) -> float:
    size = len(source)
    rows, columns = (np.rint(np.nan_to_num(place).clip(0, 1) * (size - 1)).astype(int) for place in (down, across))
    expected = source[rows, columns][inside].mean(axis=-1)
    seen = output[inside].mean(axis=-1)
    if len(seen) < FEW or expected.std() < 1e-6 or seen.std() < 1e-6:
        return 0.0
    return float(np.corrcoef(expected, seen)[0, 1])


def _line(x: Array, y: Array) -> tuple[float, float]:
    """Slope and offset of the straight line through (x, y)."""
    spread = float(np.var(x))
    slope = float(np.mean((x - x.mean()) * (y - y.mean()))) / spread if spread else 0.0
    return slope, float(y.mean() - slope * x.mean())
