"""Plain JSON out of what Keras' serialisation leaves: tuples, NumPy numbers, shapes, enum-like strings."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

_STRIPPED = ("build_config", "compile_config")


def plain(value: Any) -> Any:
    """`value` as JSON types. Build and compile configs of parts are left out: the graph says all they say.

    Raises:
        TypeError: something is no data at all, such as a function.
    """
    if value is None or isinstance(value, bool | str):
        return value if value is None or type(value) is bool else str(value)
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        number = float(value)
        if not math.isfinite(number):
            raise TypeError(f"{number} is no finite number")
        return number
    if isinstance(value, dict):
        is_object = "class_name" in value
        return {str(k): plain(v) for k, v in value.items() if not (is_object and k in _STRIPPED)}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if hasattr(value, "numpy"):
        return plain(np.asarray(value).tolist())
    raise TypeError(f"{type(value).__name__} is no plain data")
