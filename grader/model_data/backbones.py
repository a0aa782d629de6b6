"""The pre-trained networks that an exercise may build on: each made by name, in one place, without its top.

Checks know a backbone only as a Keras model and its weights by path; what differs from architecture to architecture
(how it is made, which range of pixel values it was trained on) stands here.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from grader.errors import GraderFault

LEGACY, NATIVE = ".h5", ".weights.h5"


@dataclass(frozen=True)
class Architecture:
    """One architecture of `keras.applications`.

    Attributes:
        make: from (height, width, channels) and the width factor to the network without top and weights.
        low: what a black pixel is to be at its first convolution.
        high: what a white pixel is to be.
    """

    make: Callable[[tuple[int, int, int], float], Any]
    low: float = -1.0
    high: float = 1.0


def _mobilenet_v2(shape: tuple[int, int, int], alpha: float) -> Any:
    import keras

    return keras.applications.MobileNetV2(input_shape=shape, alpha=alpha, include_top=False, weights=None)


def _inception_v3(shape: tuple[int, int, int], alpha: float) -> Any:  # noqa: ARG001 - it has one width
    import keras

    return keras.applications.InceptionV3(input_shape=shape, include_top=False, weights=None)


BACKBONES: Mapping[str, Architecture] = MappingProxyType(
    {"MobileNetV2": Architecture(_mobilenet_v2), "InceptionV3": Architecture(_inception_v3)}
)


def plain_backbone(name: str, size: int, channels: int = 3, alpha: float = 1.0) -> Any:
    """The network `name` without top, randomly initialised, trainable as Keras makes it.

    Args:
        name: one of `BACKBONES`.
        size: height and width of its input in pixels.
        channels: of its input.
        alpha: width factor, where the architecture has one.

    Raises:
        GraderFault: no such architecture; params are checked when an exercise is loaded.
    """
    if name not in BACKBONES:
        raise GraderFault(f"backbone (={name!r}) must be one of {', '.join(BACKBONES)}.")
    return BACKBONES[name].make((size, size, channels), alpha)


def load_weights(model: Any, data: bytes, file_name: str) -> None:
    """Put the weights of a file that is ours into `model`.

    Args:
        model: as `plain_backbone` makes it.
        data: the file's bytes; never a student's.
        file_name: its name, whose ending says which of Keras' formats it has.

    Raises:
        GraderFault: the file does not belong to this network.
    """
    suffix = NATIVE if file_name.endswith(NATIVE) else LEGACY
    with tempfile.TemporaryDirectory(prefix="weights-") as folder:
        path = Path(folder) / f"backbone{suffix}"
        path.write_bytes(data)
        try:
            model.load_weights(path)
        except (ValueError, OSError, KeyError) as error:
            raise GraderFault(f"The weights file {file_name} does not fit the backbone: {error}") from error


__all__ = ["BACKBONES", "Architecture", "load_weights", "plain_backbone"]
