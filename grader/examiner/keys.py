"""The key under which a student's own training reports accuracy, in logs and histories."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from grader.checks.outputs import ACCURACY_NAMES, metric_names

ACCURACY_KEY = "accuracy"
_KEY = re.compile(r"[A-Za-z0-9_]{1,40}")


def accuracy_key(compile_config: Mapping[str, Any] | None) -> str:
    """As Keras makes it of the first metric that is an accuracy: a string as written, an object's `name`; `accuracy` without one."""
    metrics = (compile_config or {}).get("metrics")
    for metric in metrics if isinstance(metrics, list) else ():
        config = metric.get("config") if isinstance(metric, dict) else metric
        key = config.get("name") if isinstance(config, dict) else config
        if metric_names({"metrics": [metric]}) & ACCURACY_NAMES and isinstance(key, str) and _KEY.fullmatch(key):
            return key
    return ACCURACY_KEY
