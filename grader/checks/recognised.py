"""A pipeline over a probe folder: which picture came out where, read off its pixels.

It does not matter how the data set was made, named or typed. Nothing is judged here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from grader.checks.batches import Pipeline, label_numbers
from grader.data.probes import Decoded, ProbeFolder, Scale, decode, fit_scale, unit_of

Array = np.ndarray[Any, Any]
Channel = Literal["flats", "textures"]
CHANNELS: tuple[Channel, Channel] = ("flats", "textures")
LOOKS: dict[Channel, str] = {"flats": "looks_flat", "textures": "looks_textured"}
FEW_FLATS = 8
"""Fewer flat images prove no scale: each hits some level with a chance of 0.4, eight of them together in 1 of 1,500."""


@dataclass(frozen=True)
class ProbedPipeline:
    """A pipeline read over a probe folder, its images recognised.

    Flat and textured images are two channels of evidence. What destroys one often leaves the other readable: turning
    and zooming spare flat images, changes of brightness and standardising spare textures. Each counts, on each side,
    only where nearly all that it might have recognised was recognised.
    """

    pipeline: Pipeline
    probe: ProbeFolder
    again: Pipeline | None = None
    """The same made once more with other random numbers, where that was done: what varies shows there, though all passes be alike."""

    @cached_property
    def scales(self) -> dict[str, Scale | None]:
        """Scale of the values by side. A side too small to tell takes the other's."""
        found: dict[str, Scale | None] = {
            side.name: fit_scale(side.passes[0].images, self.probe) for side in self.pipeline.sides
        }
        for mine, other in (("validation", "train"), ("train", "validation")):
            if found[mine] is None and found[other] is not None:
                images = getattr(self.pipeline, mine).passes[0].images
                read = decode(images, self.probe, found[other])
                if _share(read.flats >= 0, read.looks_flat) > 0.9:
                    found[mine] = found[other]
        return found

    @cached_property
    def decoded(self) -> dict[str, tuple[Decoded, ...]]:
        """What was recognised, by side and pass."""
        return {
            side.name: tuple(decode(p.images, self.probe, self.scales[side.name]) for p in side.passes)
            for side in self.pipeline.sides
        }

    @cached_property
    def trusted(self) -> dict[str, tuple[Channel, ...]]:
        """The channels that are certain, by side.

        Flats shifted at random hit a level in about 4 of 10 cases, so 19 of 20 hits mean that they are not shifted; a
        texture turned or cut beyond recognition is matched by none.
        """
        found: dict[str, list[Channel]] = {name: [] for name in self.decoded}
        for channel in CHANNELS:
            for name, passes in self.decoded.items():
                hit = np.concatenate([getattr(one, channel) for one in passes]) >= 0
                due = np.concatenate([getattr(one, LOOKS[channel]) for one in passes])
                # Few flat images hit levels by luck, unless the training side shows the same scale to be right.
                proved = name == "validation" and "flats" in found["train"] and self._one_scale
                enough = channel == "textures" or proved or due.sum() >= FEW_FLATS * len(passes)
                if enough and _share(hit, due) >= 0.95:
                    found[name].append(channel)
        return {name: tuple(channels) for name, channels in found.items()}

    @property
    def _one_scale(self) -> bool:
        return self.scales["train"] == self.scales["validation"]

    @cached_property
    def shared(self) -> tuple[Channel, ...]:
        """Channels certain on both sides: what comes out where is read from these."""
        return tuple(channel for channel in CHANNELS if all(channel in names for names in self.trusted.values()))

    def count(self, channel: Channel) -> int:
        """Images of the probe folder that a channel tells apart."""
        return int(np.sum(self.probe.flat == (channel == "flats")))

    @property
    def certain(self) -> bool:
        """Whether split and labels can be read. If not, an instructor has to look: nothing was proved either way."""
        return bool(self.shared)

    @cached_property
    def identities(self) -> dict[str, tuple[Array, ...]]:
        """Identity of each image by side and pass, from the channels that are certain there; -1 where there is none."""
        found = {}
        for name, passes in self.decoded.items():
            channels = self.trusted[name]
            found[name] = tuple(
                np.maximum(
                    one.flats if "flats" in channels else -1,
                    one.textures if "textures" in channels else np.full(len(one.flats), -1),
                )
                for one in passes
            )
        return found

    @cached_property
    def label_to_class(self) -> dict[int, str]:
        """Class name by label number, by majority over the recognised images."""
        votes: dict[int, dict[str, int]] = {}
        for side in self.pipeline.sides:
            for identity, label in zip(
                self.identities[side.name][0], label_numbers(side.passes[0].labels), strict=True
            ):
                if identity >= 0:
                    owner = self.probe.classes[identity]
                    counts = votes.setdefault(int(label), {})
                    counts[owner] = counts.get(owner, 0) + 1
        return {label: max(counts, key=lambda name: counts[name]) for label, counts in sorted(votes.items())}


def _share(hits: Array, among: Array) -> float:
    """Share of `hits` in `among`; 0 where fewer than three could be told."""
    return float(hits[among].mean()) if among.sum() >= 3 else 0.0


def changed_images(probed: ProbedPipeline, name: Literal["train", "validation"]) -> int:
    """How many images of a side look different in a later pass than in the first, or where the pipeline was made again.

    A recognised image is compared with itself. One that was not recognised counts where nothing in the first pass
    equals it: turned at random, a texture is not recognised, and that must not hide that it was turned.
    """
    side, ids = getattr(probed.pipeline, name), probed.identities[name]
    first = _sampled(side.passes[0].images)
    scale = probed.scales[name]
    step = scale.slope if scale is not None else unit_of(side.passes[0].images)
    place = {int(identity): i for i, identity in enumerate(ids[0]) if identity >= 0}
    changed = 0
    others = list(zip(ids[1:], side.passes[1:], strict=True))
    if probed.again is not None:
        once_more, again = ProbedPipeline(probed.again, probed.probe), getattr(probed.again, name)
        # Which pictures are on a side may differ there, and their size: only known ones are the same ones.
        known_ones = bool(probed.trusted[name] and once_more.trusted[name])
        if known_ones and again.passes[0].images.shape[1:] == side.passes[0].images.shape[1:]:
            others += zip(once_more.identities[name], again.passes, strict=True)
    for known, one in others:
        same_files = set(known.tolist()) == set(ids[0].tolist())
        for image, identity in zip(_sampled(one.images), known, strict=True):
            if identity >= 0 and int(identity) in place:
                candidates = first[place[int(identity)]][None]
            elif identity < 0 and (same_files or not place):
                candidates = first
            else:
                continue
            changed += not bool((np.abs(candidates - image[None]).max(axis=(1, 2, 3)) <= 2.0 * step).any())
    return changed


def _sampled(images: Array) -> Array:
    """About 24 rows and columns of each image: any turn, flip, shift or change of brightness shows in them."""
    rows, columns = (max(1, side // 24) for side in images.shape[1:3])
    return np.asarray(images[:, ::rows, ::columns], dtype=np.float64)
