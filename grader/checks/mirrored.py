"""Whether training shows mirrored pictures: harmless for pets, odd for letters. Advice, never a failure."""

from __future__ import annotations

from typing import Any

from grader.checks.architecture import layers_of
from grader.checks.recognised import ProbedPipeline
from grader.data.probes import FINGERPRINT, fingerprints

ADVICE = (
    "Training pictures are mirrored at random. A mirrored letter is no letter, or another one: small shifts and rotations "
    "are the better augmentation here. No points are lost for it."
)
ALIKE = 0.8
"""Correlation of thumbnails above which two pictures are the same; textures and their mirror images stay below 0.6."""


def shows_mirrored(probed: ProbedPipeline) -> bool:
    """Whether the training side gives textured probe images with left and right exchanged, in any pass."""
    images = probed.probe.images
    for one, read in zip(probed.pipeline.train.passes, probed.decoded["train"], strict=True):
        for mine, identity in zip(fingerprints(one.images), read.textures, strict=True):
            pixels = images[int(identity)].pixels if identity >= 0 else None
            if pixels is None:
                continue
            straight = fingerprints(pixels[None])[0]
            mirrored = straight.reshape(FINGERPRINT, FINGERPRINT)[:, ::-1].reshape(-1)
            if float(mine @ mirrored) > ALIKE > float(mine @ straight):
                return True
    return False


def mirrors_inside(model: Any) -> bool:
    """Whether the model holds a layer that flips pictures left to right."""
    return any(
        type(layer).__name__ == "RandomFlip" and "horizontal" in str(getattr(layer, "mode", "horizontal"))
        for layer in layers_of(model)
    )
