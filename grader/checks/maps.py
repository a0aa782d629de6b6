"""Whether feature maps are the model's own activations, layer by layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from grader.checks.finding import CheckFailed

Array = np.ndarray[Any, Any]
STRETCHED = 0.99
"""Correlation, between the ends of a channel, from which it is the layer's own, stretched. Over 20 of the grader's models: 1.00 for
channels stretched to 256 levels, cut off at two standard deviations or not; 0.96 at most for those of a picture divided by 255 again."""
FEWEST = 10
"""Pixels from which on a correlation says something."""
RANK = len(("batch", "height", "width", "channels"))
Maps = Sequence[tuple[str, Array]]


def true_feature_maps(model: Any, image: Array) -> list[tuple[str, Array]]:
    """Name and activation (1, h, w, channels) of each convolution and pooling layer of `model` for one image.

    Layers that convolve over sequences or volumes, or keep time apart, put out no maps and are left out.

    Args:
        model: a functional or Sequential Keras model.
        image: (H, W, 3), 0–255.
    """
    import keras

    layers = [layer for layer in model.layers if is_map_layer(layer) and len(layer.output.shape) == RANK]
    if not layers:
        return []
    probe = keras.Model(model.inputs[0], [layer.output for layer in layers])
    outputs = probe(image[None].astype("float32"), training=False)
    outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
    return [(layer.name, np.asarray(output)) for layer, output in zip(layers, outputs, strict=True)]


def is_map_layer(layer: Any) -> bool:
    """Whether a layer is a convolution or a spatial pooling layer."""
    name = type(layer).__name__
    return ("Conv" in name or "Pooling" in name) and not name.startswith("Global")


def assert_not_empty(maps: Maps) -> None:
    """There is at least one pair.

    Raises:
        CheckFailed: the list is empty.
    """
    if not maps:
        raise CheckFailed(
            "The list is empty.",
            expected="One pair (layer name, array) for each convolution and pooling layer of the model given.",
            why="What comes after builds on exactly this.",
            hint="Go through the layers of the model that arrives as argument and append a pair for each.",
        )


def assert_layers(maps: Maps, truth: Maps) -> None:
    """One entry for each convolution and pooling layer, in the order in which the image passes them.

    Raises:
        CheckFailed: layers are missing, too many, or in another order.
    """
    seen, wanted = [name for name, _ in maps], [name for name, _ in truth]
    if seen == wanted:
        return
    missing = [name for name in wanted if name not in seen]
    extra = [name for name in seen if name not in wanted]
    if missing:
        what = f"{len(missing)} of {len(wanted)} convolution and pooling layers are missing."
    elif extra:
        what = f"{len(extra)} entries belong to other layers than convolution and pooling."
    elif len(seen) > len(wanted):
        what = "A layer has more than one entry."
    else:
        what = "The layers are in another order than in the model."
    raise CheckFailed(
        what,
        expected="One pair (layer name, array) for each convolution and pooling layer of the model given, in its order.",
        why="The journey shows how one picture turns into features: every station once, and no others.",
        hint="Go through `model.layers` and keep those that are `Conv2D`, `MaxPooling2D` or `AveragePooling2D`; use `layer.name`.",
    )


def assert_values(maps: Maps, truth: Maps) -> None:
    """Each array has the layer's output shape and values; shape is reported before value. A batch axis of one is fine.

    At least half of the layers must have a map: one that is right by itself says little of the others.

    Args:
        maps: as the student returned them.
        truth: (height, width, channels) each.

    Raises:
        CheckFailed: another shape, other values, or too few layers with a map.
    """
    true = dict(truth)
    compared: set[str] = set()
    for name, array in maps:
        if name not in true:
            continue
        wanted = true[name]
        found = array[0] if array.ndim == wanted.ndim + 1 and len(array) == 1 else array
        expected = "The output of each layer when the image goes through the model."
        if found.shape != wanted.shape:
            raise CheckFailed(
                f"The map of a layer has shape {array.shape}, its output has shape {wanted.shape}.",
                expected=expected,
                why="Height and width show how far the picture has shrunk, the last axis counts the filters.",
                hint="Keep (height, width, channels); a batch axis of one in front is fine.",
            )
        found = np.asarray(found, dtype=np.float64)
        if not np.all(np.isfinite(found)) or not np.allclose(
            found, wanted, rtol=1e-3, atol=1e-3 * (1 + np.abs(wanted).max())
        ):
            if _stretched(found, wanted):
                raise CheckFailed(
                    f"The map of `{name}` is what the layer puts out, scaled to another range{_largest(found, wanted)}.",
                    expected=expected,
                    why="Scaled one by one, maps no longer tell which filter answers strongly and which hardly at all.",
                    hint="Return the values as the model gives them; stretch them where they are drawn, in `plot_feature_maps`.",
                )
            raise CheckFailed(
                f"The values of the map of `{name}` differ from what the layer puts out{_largest(found, wanted)}.",
                expected=expected,
                why="Only true activations show what the network sees.",
                hint="Give the model the image as it comes (0 to 255, with a batch axis), from the model's own input on: "
                "do not rescale it twice, and do not leave out layers.",
            )
        compared.add(name)
    if not compared:
        raise CheckFailed(
            "None of the maps belongs to a layer of the model given.",
            expected="The output of each convolution and pooling layer.",
            why="Only true activations show what the network sees.",
            hint="Use the model that arrives as argument, and `layer.name` for the names.",
        )
    if 2 * len(compared) < len(true):
        raise CheckFailed(
            f"Only {len(compared)} of {len(true)} layers have a map: too few to judge the others by.",
            expected="The output of each convolution and pooling layer.",
            why="The journey shows how one picture turns into features: every station counts.",
            hint="Append a pair in the loop for every layer, and return the list after the loop, not inside it.",
        )


def _stretched(found: Array, wanted: Array) -> bool:
    """Whether each channel is the layer's but for brightness and contrast, clipped and rounded to 256 levels or not."""
    if not np.all(np.isfinite(found)) or found.ndim != wanted.ndim:
        return False
    alike: list[float] = []
    for i in range(wanted.shape[-1]):
        mine, true = found[..., i].ravel(), wanted[..., i].ravel()
        # What lies between the ends was not cut off there.
        between = (mine > mine.min()) & (mine < mine.max())
        if between.sum() >= FEWEST and np.ptp(mine[between]) > 0 and np.ptp(true[between]) > 0:
            with np.errstate(all="ignore"):
                alike.append(float(np.corrcoef(mine[between], true[between])[0, 1]))
    return bool(alike) and float(np.median(alike)) > STRETCHED


def _largest(found: Array, wanted: Array) -> str:
    """Both largest values, where they tell the two apart: a picture that was divided by 255 shows in them."""
    highest = [f"{float(np.max(array)):.3g}" for array in (found, wanted)]
    if highest[0] == highest[1] or not np.isfinite(np.max(found)):
        return ""
    return f": they go up to {highest[0]}, the layer's to {highest[1]}"
