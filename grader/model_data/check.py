"""The walk over a model's description that comes before anything is built.

A Keras config can run code when it is read (CVE-2024-3660, CVE-2025-1550): it names modules and classes to import.
So every object in it must be one of `allowed.ALLOWED`, spelt as Keras itself spells it, every number within its
limit, and nothing may be left over that another reader could understand differently.
"""

from __future__ import annotations

import math
from typing import Any, NoReturn

import numpy as np

from grader.errors import ModelRefused
from grader.model_data import allowed
from grader.model_data.data import ModelData
from grader.model_data.graph import check_graph
from grader.model_data.limits import DEFAULT_MODEL_LIMITS, ModelLimits
from grader.model_data.problems import WeightsNotFinite

_MODEL_KINDS = frozenset(
    ("model", "layer", "operation", "initializer", "regularizer", "constraint", "dtype"),
)
_COMPILE_KINDS = frozenset(("optimizer", "schedule", "loss", "metric", "dtype"))
_OBJECT_KEYS = frozenset(("module", "class_name", "config", "registered_name"))
_NODE_KEYS = _OBJECT_KEYS | {"name", "inbound_nodes"}
_COMPILE_KEYS = frozenset(("optimizer", "loss", "loss_weights", "metrics", "weighted_metrics"))
_WINDOWS = frozenset(
    ("kernel_size", "strides", "pool_size", "dilation_rate", "size", "block_size", "indices_or_sections", "num_ops",
     "num_chains", "chain_depth"),
)  # fmt: skip
_WIDTHS = frozenset(
    ("units", "filters", "depth_multiplier", "num_heads", "num_query_heads", "num_key_value_heads", "key_dim",
     "value_dim", "head_dim", "groups", "n", "output_shape", "num_classes", "num_thresholds"),
)  # fmt: skip
_SIDES = frozenset(("height", "width", "output_size", "padding", "cropping", "top_padding", "left_padding"))
_MUST_BE_EMPTY = frozenset(("lora_rank", "quantization_config", "custom_objects"))
_NAME_LENGTH = 64
_SAFE = "Write the model with layers of `keras.layers` only."


def check_model(data: ModelData, limits: ModelLimits = DEFAULT_MODEL_LIMITS) -> None:
    """Refuse a model that is not made of the allowed parts, or is too large. Builds nothing.

    Raises:
        ModelRefused: with `what` and `instead` in words for the student.
        WeightsNotFinite: a kind of it, for NaN or infinity in the weights.
    """
    if data.parameters > limits.parameters:
        raise ModelRefused(
            f"Your model has {data.parameters:,} parameters; the limit is {limits.parameters:,}",
            "Make its layers smaller; pooling before `Flatten` saves most.",
        )
    _check_input(data, limits)
    walk = _Walk(limits, _MODEL_KINDS)
    root = data.config
    if (root.get("module"), root.get("class_name")) not in (allowed.SEQUENTIAL, allowed.FUNCTIONAL):
        walk.refuse_class(root)
    walk.value(root, "", 0)
    check_graph(root, limits)
    if data.compile_config is not None:
        check_compile_config(data.compile_config, limits)
    broken = tuple(p for p, v in data.weights.items() if v.dtype.kind == "f" and not np.isfinite(v).all())
    if broken:
        raise WeightsNotFinite(broken)


def check_compile_config(config: dict[str, Any], limits: ModelLimits = DEFAULT_MODEL_LIMITS) -> None:
    """Refuse a compile config with parts that are not allowed.

    Raises:
        ModelRefused: as for `check_model`.
    """
    unknown = sorted(set(config) - _COMPILE_KEYS)
    if unknown:
        raise ModelRefused("Your model's `compile` holds settings that are not Keras' own", "Compile it plainly.")
    for key, kinds in _COMPILE_FORMS.items():
        if not isinstance(config.get(key), kinds):
            raise ModelRefused(
                f"Your model's `compile` has a `{key}` of another form than Keras'", "Compile it plainly."
            )
    walk = _Walk(limits, _COMPILE_KINDS)
    for key in _COMPILE_KEYS & set(config):
        walk.position = key
        walk.value(config[key], "", 0)


def _check_input(data: ModelData, limits: ModelLimits) -> None:
    shape = data.input.shape
    if data.input.dtype not in allowed.DTYPES:
        raise ModelRefused("Your model's input has a dtype that Keras does not know", "Use `float32`.")
    if len(shape) == 4 and any(side is not None and side > limits.image_side for side in shape[1:3]):
        raise ModelRefused(
            f"Your model takes images of {shape[1]} × {shape[2]} pixels; the limit is {limits.image_side} a side",
            "Resize the images in the data set and give the model that shape.",
        )


class _Walk:
    """One pass over a config, counting as it goes."""

    def __init__(self, limits: ModelLimits, kinds: frozenset[str]) -> None:
        self.limits = limits
        self.kinds = kinds
        self.position = ""
        self.items = 0
        self.sides = _SIDES

    def value(self, value: Any, key: str, depth: int) -> None:
        """Any JSON value; `key` is the config key it stands under, handed down through lists."""
        self.items += 1
        if self.items > self.limits.config_items or depth > self.limits.config_depth:
            raise ModelRefused("Your model's description is larger than any reasonable network's", _SAFE)
        kind = type(value)
        if value is None or kind is bool:
            return
        if kind is int or kind is float:
            self.number(value, key)
        elif kind is str:
            self.text(value, key)
        elif kind is list:
            for item in value:
                self.value(item, key, depth + 1)
        elif kind is dict:
            self.mapping(value, depth)
        else:
            raise ModelRefused("Your model's description holds a value that is not plain data", _SAFE)

    def number(self, value: float, key: str) -> None:
        if not math.isfinite(value):
            raise ModelRefused(f"Your model has a setting `{key}` that is no finite number", _SAFE)
        limits = self.limits
        if key in self.sides:
            limit = limits.image_side
        elif key in _WINDOWS:
            limit = limits.window
        elif key in _WIDTHS:
            limit = limits.units
        else:
            limit = limits.number
        if type(value) is int and abs(value) > limit and key not in ("seed", "value"):
            raise ModelRefused(f"Your model has `{key}={value}`; the limit is {limit:,}", "Choose a smaller one.")
        if type(value) is int and abs(value) >= 1 << 63:
            raise ModelRefused(f"Your model has a setting `{key}` far out of range", "Choose a smaller one.")

    def text(self, value: str, key: str) -> None:
        if len(value) > self.limits.text:
            raise ModelRefused(f"Your model has a text of {len(value)} characters as `{key}`", _SAFE)

    def mapping(self, value: dict[Any, Any], depth: int) -> None:
        for name, item in value.items():
            if type(name) is not str or len(name) > self.limits.text:
                raise ModelRefused("Your model's description has a key that is no name", _SAFE)
            if name in _MUST_BE_EMPTY and item is not None:
                raise ModelRefused(f"Your model uses `{name}`, which is not supported", "Leave it out.")
        if "class_name" in value:
            self.instance(value, depth)
            return
        if "module" in value or "registered_name" in value or "shared_object_id" in value:
            self.refuse_class(value)
        for name, item in value.items():
            self.value(item, name, depth + 1)

    def instance(self, value: dict[str, Any], depth: int) -> None:
        class_name = value["class_name"]
        if type(class_name) is not str or "config" not in value:
            self.refuse_class(value)
        if class_name.startswith("__"):
            self.special(value, class_name, depth)
            return
        if class_name == "function":
            self.function(value)
            return
        module = value.get("module")
        kind = allowed.ALLOWED.get((module, class_name)) if type(module) is str else None
        if kind is None or kind not in self.kinds or value.get("registered_name") not in (None, class_name):
            self.refuse_class(value)
        node = kind in ("model", "layer", "operation")
        if not set(value) <= (_NODE_KEYS if node else _OBJECT_KEYS):
            self.refuse_class(value)
        config = value["config"]
        if type(config) is not dict:
            self.refuse_class(value)
        if kind == "dtype" and (set(config) != {"name"} or not allowed.named(config["name"], allowed.DTYPE_POLICIES)):
            raise ModelRefused("Your model uses a number format that is not supported", "Use the default, `float32`.")
        # What a layer calls `size` is a factor; an operation (`Resize`) means pixels.
        self.sides = _SIDES | {"size"} if kind == "operation" else _SIDES
        self.value(config, "", depth + 1)
        if node:
            self.value(value.get("name"), "name", depth + 1)
            self.value(value.get("inbound_nodes"), "inbound_nodes", depth + 1)

    def special(self, value: dict[str, Any], class_name: str, depth: int) -> None:
        """The double-underscore objects of Keras' serialisation: tensors, slices and the ellipsis."""
        config = value["config"]
        fields = _SPECIAL_FIELDS.get(class_name)
        if fields is None or "model" not in self.kinds or set(value) != {"class_name", "config"}:
            self.refuse_class(value)
        if type(config) is not dict or set(config) != fields:
            self.refuse_class(value)
        if "dtype" in fields and not allowed.named(config["dtype"], allowed.DTYPES):
            self.refuse_class(value)
        for name, item in config.items():
            self.value(item, name if name != "value" else "", depth + 1)

    def function(self, value: dict[str, Any]) -> None:
        """A loss or metric function by its name, only in the compile config."""
        name = value["config"]
        names = {"loss": allowed.LOSS_FUNCTIONS}.get(self.position, allowed.METRIC_FUNCTIONS)
        if (
            self.position not in ("loss", "metrics", "weighted_metrics")
            or type(name) is not str
            or name not in names
            or not set(value) <= _OBJECT_KEYS
            or value.get("module") != "builtins"
            or value.get("registered_name") not in (None, "function", name)
        ):
            self.refuse_class(value)

    def refuse_class(self, value: dict[str, Any]) -> NoReturn:
        """Say which class is in the way, by its layer's name where it has one."""
        class_name = _clean(value.get("class_name"))
        config = value.get("config")
        name = _clean(config.get("name")) if isinstance(config, dict) else ""
        if class_name == "function":
            function = _clean(config) or "a function of your own"
            raise ModelRefused(
                f"Your model uses the function `{function}`, which is not one of Keras' own",
                "Use one of Keras' own by name, such as `activation='relu'` or `loss='binary_crossentropy'`.",
            )
        if class_name == "__lambda__":
            raise ModelRefused("Your model contains a `lambda` function", allowed.instead_of(class_name))
        what = f"a `{class_name}`" if class_name else "a part without a class"
        if (
            value.get("module") in ("keras.layers", None)
            or "inbound_nodes" in value
            or not str(value.get("module")).startswith("keras")
        ):
            what += " layer"
        named = f" (`{name}`)" if name and name != class_name else ""
        raise ModelRefused(f"Your model contains {what}{named}", allowed.instead_of(class_name))


_COMPILE_FORMS: dict[str, tuple[type, ...]] = {
    "optimizer": (type(None), str, dict),
    "loss": (type(None), str, dict),
    "loss_weights": (type(None), int, float, list),
    "metrics": (type(None), list),
    "weighted_metrics": (type(None), list),
}
_SPECIAL_FIELDS: dict[str, frozenset[str]] = {
    "__keras_tensor__": frozenset(("shape", "dtype", "keras_history")),
    "__tensor__": frozenset(("value", "dtype")),
    "__numpy__": frozenset(("value", "dtype")),
    "__ellipsis__": frozenset(),
    "__slice__": frozenset(("start", "stop", "step")),
}


def _clean(value: Any) -> str:
    """A name fit for a message: short and printable, whatever stood there."""
    if not isinstance(value, str):
        return ""
    return "".join(c for c in value[:_NAME_LENGTH] if c.isprintable() and c not in "`<>")
