"""Modules and names of older libraries that are gone, found again where today's keep what they held."""

from __future__ import annotations

import functools
import importlib
import importlib.abc
import importlib.machinery
import sys
import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any

ROOTS = ("keras", "tensorflow.keras", "keras._tf_keras.keras")
"""The packages under which students reach Keras; `tf.keras` is the last one or, once imported by name, the second."""
KEPT_BY_TF_KERAS = (
    ("drift-generator", "keras.preprocessing.image", "keras._tf_keras.keras.preprocessing.image"),
    ("drift-backend", "keras.backend", "keras._tf_keras.keras.backend"),
)
"""Kind of the note, a module of `keras`, and that of `tf.keras` which still has what it has lost."""
NUMPY_NAMES = {"float": float, "int": int, "object": object, "str": str, "complex": complex}
"""Gone since NumPy 1.24; `np.bool` has come back since, as a type of arrays."""
_LAYERS = (
    "advanced_activations", "convolutional", "core", "embeddings", "merge", "noise", "normalization", "pooling",
    "preprocessing", "recurrent", "reshaping", "wrappers",
)  # fmt: skip
_UTILS = ("data_utils", "generic_utils", "image_utils", "layer_utils", "np_utils", "vis_utils")
MOVED: dict[str, tuple[str, tuple[str, ...]]] = {
    # module below a root: (kind of the note, where its names live now)
    "layers.experimental": ("drift-experimental", ("layers",)),
    "layers.experimental.preprocessing": ("drift-experimental", ("layers",)),
    "optimizers.experimental": ("drift-experimental", ("optimizers",)),
    "engine": ("drift-module", ("models", "layers")),
    **{f"engine.{name}": ("drift-module", ("models", "layers")) for name in ("sequential", "topology", "training")},
    "preprocessing.image_dataset": ("drift-module", ("utils",)),
    **{f"layers.{name}": ("drift-module", ("layers",)) for name in _LAYERS},
    **{f"utils.{name}": ("drift-module", ("utils",)) for name in _UTILS},
}
Add = Callable[[str], None]
Replace = Callable[[Any, str, Any], None]


def install(note: Add, replace: Replace) -> None:
    """Find the modules of `MOVED` again, by `import` and as attributes. What can be imported today stays as it is.

    Args:
        note: told the kind of a note when an old place is used.
        replace: sets an attribute.
    """
    replace(sys, "meta_path", [*sys.meta_path, _Finder(note)])
    for root in ROOTS:
        for parent in sorted({name.rpartition(".")[0] for name in MOVED if name.count(".") == 1}):
            module = importlib.import_module(f"{root}.{parent}")
            if not hasattr(module, "__getattr__"):
                replace(module, "__getattr__", _attributes(module, parent))
    for kind, name, kept in KEPT_BY_TF_KERAS:
        told = functools.partial(note, kind)
        _accept_names(importlib.import_module(name), vars(importlib.import_module(kept)), told, replace)
    _accept_names(importlib.import_module("numpy"), NUMPY_NAMES, functools.partial(note, "drift-numpy"), replace)
    pillow = importlib.import_module("PIL.Image")
    _accept_names(pillow, {"ANTIALIAS": pillow.Resampling.LANCZOS}, functools.partial(note, "drift-pillow"), replace)
    for root in ROOTS:
        # Not old: `tf.keras` alone lacks this one of its modules until somebody imports it by name.
        importlib.import_module(f"{root}.saving")


def _attributes(module: types.ModuleType, parent: str) -> Callable[[str], Any]:
    """`tf.keras.layers.experimental` without an import of it."""

    def find(name: str) -> Any:
        if f"{parent}.{name}" in MOVED:
            return importlib.import_module(f"{module.__name__}.{name}")
        raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}", name=name, obj=module)

    return find


class _Finder(importlib.abc.MetaPathFinder):
    """Asked last, so that whatever is still there is found before."""

    def __init__(self, note: Add) -> None:
        self._note = note

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,  # noqa: ARG002  the protocol's
        target: types.ModuleType | None = None,  # noqa: ARG002
    ) -> importlib.machinery.ModuleSpec | None:
        for root in ROOTS:
            below = fullname.removeprefix(f"{root}.")
            if below != fullname and below in MOVED:
                kind, homes = MOVED[below]
                loader = _Loader(below, [f"{root}.{home}" for home in homes], functools.partial(self._note, kind))
                return importlib.machinery.ModuleSpec(fullname, loader, is_package=True)
        return None


class _Loader(importlib.abc.Loader):
    """An empty module whose names are those of today's modules."""

    def __init__(self, below: str, homes: Sequence[str], note: Callable[[], None]) -> None:
        self._below = below
        self._homes = homes
        self._note = note

    def exec_module(self, module: types.ModuleType) -> None:
        homes = [importlib.import_module(home) for home in self._homes]

        def find(name: str) -> Any:
            if f"{self._below}.{name}" in MOVED:
                return importlib.import_module(f"{module.__name__}.{name}")
            # `__path__` and the like are asked for by Python itself: a module has them or has not.
            if not name.startswith("__"):
                for home in homes:
                    if name in vars(home):
                        self._note()
                        return vars(home)[name]
            raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}", name=name, obj=module)

        vars(module)["__getattr__"] = find


def _accept_names(
    module: types.ModuleType, names: Mapping[str, Any], note: Callable[[], None], replace: Replace
) -> None:
    """Let a module answer for names that it has not."""
    original = vars(module).get("__getattr__")

    def find(name: str) -> Any:
        if name in names and not name.startswith("_"):
            note()
            return names[name]
        if original is not None:
            return original(name)
        raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}", name=name, obj=module)

    replace(module, "__getattr__", find)
