"""Modules that notebooks import and a cell lacks, found as stand-ins where no real one is installed."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from grader.student import notebook_display, progress_bars

MODULES: dict[str, Callable[[str], Mapping[str, Any]]] = {
    **dict.fromkeys(progress_bars.MODULES, progress_bars.names_of),
    **dict.fromkeys(notebook_display.MODULES, notebook_display.names_of),
}
"""Name of a module → what gives the names that it holds."""


class _Finder(importlib.abc.MetaPathFinder):
    """Asked last, so that an installed one is found before."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,  # noqa: ARG002  the protocol's
        target: types.ModuleType | None = None,  # noqa: ARG002
    ) -> importlib.machinery.ModuleSpec | None:
        return importlib.machinery.ModuleSpec(fullname, _Loader(), is_package=True) if fullname in MODULES else None


class _Loader(importlib.abc.Loader):
    def exec_module(self, module: types.ModuleType) -> None:
        vars(module).update(MODULES[module.__name__](module.__name__))


def install(replace: Callable[[Any, str, Any], None]) -> None:
    """Let `import` find the stand-ins where there is nothing else.

    Args:
        replace: sets an attribute.
    """
    replace(sys, "meta_path", [*sys.meta_path, _Finder()])
