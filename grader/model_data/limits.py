"""How large a student's model may be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ModelLimits:
    """Bounds on a model, all checked before memory is taken for it.

    The defaults leave room for VGG16 and InceptionV3 at their own sizes with a wide head.
    """

    parameters: int = 60_000_000
    """Numbers in all weights together, trainable or not."""
    layers: int = 1_000
    """Layers and operations, nested ones included."""
    nodes: int = 3_000
    """Calls of layers in functional graphs."""
    units: int = 16_384
    """Units of a dense layer, filters of a convolution, and any other width."""
    number: int = 1 << 24
    """Largest integer anywhere else in a config."""
    image_side: int = 1_024
    """Height or width of the input, in pixels."""
    window: int = 64
    """Side of a kernel, pooling window, stride, dilation or upsampling factor."""
    activation_bytes: int = 256 << 20
    """Outputs of all layers for one image."""
    multiply_adds: int = 40_000_000_000
    """Multiplications in dense and convolutional layers for one image."""
    config_items: int = 200_000
    """Dicts, lists and values in the config."""
    config_depth: int = 56
    """Nesting of the config. With what is wrapped around it on its way to the trainer it stays below the wire's 64."""
    text: int = 512
    """Characters of any one string in the config."""


DEFAULT_MODEL_LIMITS = ModelLimits()
