"""Warm, sandboxed processes and the cells forked from them. Knows nothing of grading.

`Zygote` holds imported libraries and no secrets; `Zygote.spawn` forks a `Cell` in namespaces of its own;
`examine` says what this machine offers. Only Linux can run cells, yet every system can import this package:
names are loaded when they are first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.sandbox.cell import Cell
    from grader.sandbox.doctor import Finding, examine
    from grader.sandbox.policy import CellExit, CellPolicy, ExitReason
    from grader.sandbox.zygote import Zygote

__all__ = ["Cell", "CellExit", "CellPolicy", "ExitReason", "Finding", "Zygote", "examine"]

_HOME = {
    "Cell": "cell",
    "CellExit": "policy",
    "CellPolicy": "policy",
    "ExitReason": "policy",
    "Finding": "doctor",
    "Zygote": "zygote",
    "examine": "doctor",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
