"""The shape of a model's config: which layers it lists and how its calls refer to one another.

Keras' reader is generous here (older formats, calls in any order, calls without a tensor, which it would run at
once); this check leaves it only what its own writer produces.
"""

from __future__ import annotations

from typing import Any

from grader.errors import ModelRefused
from grader.model_data import allowed
from grader.model_data.limits import ModelLimits

_SEQUENTIAL_KEYS = frozenset(("name", "trainable", "dtype", "layers", "build_input_shape"))
_FUNCTIONAL_KEYS = frozenset(("name", "trainable", "layers", "input_layers", "output_layers"))
_FORWARD_REFERENCES = 100
_MALFORMED = "Return the model as Keras made it, without changing its configuration."


def check_graph(root: dict[str, Any], limits: ModelLimits) -> None:
    """Refuse a config whose models do not list their layers and calls as Keras writes them.

    Comes after the walk over classes and numbers, so types of leaves are known to be plain JSON.

    Raises:
        ModelRefused: malformed, too many layers, or too many calls.
    """
    counts = {"layers": 0, "nodes": 0}
    _model(root, limits, counts)


def _model(value: dict[str, Any], limits: ModelLimits, counts: dict[str, int]) -> None:
    config = value["config"]
    layers = config.get("layers")
    functional = (value["module"], value["class_name"]) == allowed.FUNCTIONAL
    if not set(config) <= (_FUNCTIONAL_KEYS if functional else _SEQUENTIAL_KEYS) or not isinstance(layers, list):
        raise _malformed()
    if not isinstance(config.get("name"), str) or not layers:
        raise _malformed()
    counts["layers"] += len(layers)
    if counts["layers"] > limits.layers:
        raise ModelRefused(f"Your model has more than {limits.layers:,} layers", "Build a shallower network.")
    for layer in layers:
        kind = _kind(layer)
        if kind not in (("model", "layer", "operation") if functional else ("model", "layer")):
            raise _malformed()
        if not isinstance(layer["config"].get("name"), str):
            raise _malformed()
        if not functional and not set(layer) <= {"module", "class_name", "config", "registered_name"}:
            raise _malformed()
        if kind == "model":
            _model(layer, limits, counts)
        elif layer["class_name"] == "InputLayer":
            _input(layer["config"], limits)
        elif kind == "layer":
            _parts(layer["config"], limits, counts)
    if functional:
        _nodes(config, limits, counts)
    elif "build_input_shape" in config:
        _shape(config["build_input_shape"], limits)


def _parts(value: Any, limits: ModelLimits, counts: dict[str, int]) -> None:
    """Layers inside a layer, as in `Pipeline`."""
    if isinstance(value, list):
        for item in value:
            _parts(item, limits, counts)
    elif isinstance(value, dict):
        kind = _kind(value)
        if kind == "model":
            _model(value, limits, counts)
            return
        if kind == "operation":
            raise ModelRefused("Your model has an operation where a layer belongs", _MALFORMED)
        if kind == "layer":
            counts["layers"] += 1
        for item in value.values():
            _parts(item, limits, counts)


def _nodes(config: dict[str, Any], limits: ModelLimits, counts: dict[str, int]) -> None:
    layers = config["layers"]
    names = [layer.get("name") for layer in layers]
    if any(not isinstance(name, str) for name in names) or len(set(names)) != len(names):
        raise _malformed()
    known = set(names)
    listed: set[str] = set()
    forward = 0
    for layer in layers:
        nodes = layer.get("inbound_nodes")
        if not isinstance(nodes, list) or layer["name"] != layer["config"]["name"]:
            raise _malformed()
        if bool(nodes) == (layer["class_name"] == "InputLayer"):
            raise _malformed()
        counts["nodes"] += len(nodes)
        if counts["nodes"] > limits.nodes:
            raise ModelRefused(f"Your model calls its layers more than {limits.nodes:,} times", "Make it smaller.")
        for node in nodes:
            if not isinstance(node, dict) or set(node) != {"args", "kwargs"}:
                raise _malformed()
            if not isinstance(node["args"], list) or not isinstance(node["kwargs"], dict):
                raise _malformed()
            references = [name for part in (node["args"], node["kwargs"]) for name in _references(part)]
            if not references or not set(references) <= known:
                raise _malformed()
            forward += sum(name not in listed for name in references)
        listed.add(layer["name"])
    # Each one costs Keras' reader another pass over the list.
    if forward > _FORWARD_REFERENCES:
        raise _malformed()
    for key in ("input_layers", "output_layers"):
        for name in _ends(config.get(key)):
            if name not in known:
                raise _malformed()


def _references(value: Any) -> list[str]:
    """Names of the layers whose outputs stand in a call's arguments."""
    if isinstance(value, list):
        return [name for item in value for name in _references(item)]
    if not isinstance(value, dict):
        return []
    if "class_name" not in value:
        return [name for item in value.values() for name in _references(item)]
    if value["class_name"] == "__keras_tensor__":
        history = value["config"]["keras_history"]
        if not _is_history(history) or not _is_shape(value["config"]["shape"]):
            raise _malformed()
        return [history[0]]
    if _kind(value) in ("model", "layer", "operation"):
        raise _malformed()
    return []


def _ends(value: Any) -> list[str]:
    if _is_history(value):
        return [value[0]]
    items = list(value.values()) if isinstance(value, dict) else value
    if not isinstance(items, list) or not 1 <= len(items) <= 16 or not all(_is_history(item) for item in items):
        raise _malformed()
    return [item[0] for item in items]


def _input(config: dict[str, Any], limits: ModelLimits) -> None:
    if not allowed.named(config.get("dtype"), allowed.DTYPES) or config.get("sparse") or config.get("ragged"):
        raise ModelRefused("Your model's input is not a plain array", "Use `keras.Input(shape=(height, width, 3))`.")
    _shape(config.get("batch_shape"), limits)


def _shape(shape: Any, limits: ModelLimits) -> None:
    if not _is_shape(shape) or not 2 <= len(shape) <= 6:
        raise ModelRefused("Your model's input shape is no shape", "Use `keras.Input(shape=(height, width, 3))`.")
    sides = [side for side in shape[1:-1] if side is not None]
    if any(side > limits.image_side for side in sides):
        raise ModelRefused(
            f"Your model takes inputs with a side of {max(sides):,}; the limit is {limits.image_side:,}",
            "Resize the images in the data set and give the model that shape.",
        )


def _is_shape(shape: Any) -> bool:
    return isinstance(shape, list) and all(
        side is None or (type(side) is int and 0 <= side < 1 << 31) for side in shape
    )


def _is_history(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 3
        and isinstance(value[0], str)
        and all(type(index) is int and 0 <= index < 10_000 for index in value[1:])
    )


def _kind(value: Any) -> str | None:
    if not isinstance(value, dict) or "class_name" not in value:
        return None
    return allowed.ALLOWED.get((value.get("module", ""), value["class_name"]))


def _malformed() -> ModelRefused:
    return ModelRefused("Your model's configuration is not one that Keras writes", _MALFORMED)
