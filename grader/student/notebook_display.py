"""Stands in for what shows things in a notebook, IPython's display and Keras' drawings of networks: a cell has no screen."""

from __future__ import annotations

import contextlib
import functools
import importlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PIL import Image

from grader.student.module import NoShell, nothing

MODULES = ("IPython", "IPython.core", "IPython.core.display", "IPython.core.display_functions", "IPython.display")
DRAWINGS = ("plot_model", "model_to_dot")
"""Of `keras.utils`. Without Graphviz, which Colab and Kaggle have, they raise an error outside of Jupyter."""


class Shown(NoShell):
    """`Image`, `HTML`, `Markdown` and all else that a notebook shows: made of anything, and seen by nobody."""

    def __init__(self, *_: Any, **__: Any) -> None:
        super().__init__()


def _shown(name: str) -> Any:
    if name.startswith("_"):
        raise AttributeError(name)
    # Functions have small letters, classes begin with a capital.
    return Shown if name[:1].isupper() else nothing


def names_of(module: str) -> Mapping[str, Any]:
    """What such a module holds: all names that anybody asks for."""
    if module == "IPython":
        # There `display` is the module.
        return {
            "get_ipython": NoShell,
            "version_info": (8, 24, 0, ""),
            "__version__": "8.24.0",
            "__getattr__": _module_or_shown,
        }
    return {"display": nothing, "clear_output": nothing, "__getattr__": _shown}


def _module_or_shown(name: str) -> Any:
    return importlib.import_module("IPython.display") if name == "display" else _shown(name)


def install(replace: Callable[[Any, str, Any], None], roots: Sequence[str]) -> None:
    """Let Keras draw no networks.

    Args:
        replace: sets an attribute.
        roots: the packages under which students reach Keras.
    """
    for root in roots:
        utils = importlib.import_module(f"{root}.utils")
        for name in DRAWINGS:
            replace(utils, name, _drawing_nothing(getattr(utils, name)))


def _drawing_nothing(original: Callable[..., Any]) -> Callable[..., Any]:
    names = list(inspect.signature(original).parameters)

    @functools.wraps(original)
    def draw(*args: Any, **kwargs: Any) -> Any:
        given = dict(zip(names, args, strict=False)) | kwargs
        # Who reads the file afterwards finds one.
        with contextlib.suppress(OSError, ValueError, TypeError, AttributeError):
            if "to_file" in names:
                Image.new("RGB", (1, 1), "white").save(given.get("to_file", "model.png"), format="PNG")
        return Shown()

    return draw
