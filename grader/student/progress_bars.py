"""Stands in for `tqdm`, which notebooks wrap round their loops and a cell has no screen for: loops run as they are, in silence."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self

MODULES = ("tqdm", "tqdm.auto", "tqdm.autonotebook", "tqdm.contrib", "tqdm.keras", "tqdm.notebook", "tqdm.std")


class tqdm:  # noqa: N801 - the name that it stands in for
    """A loop's iterable with the methods of a progress bar, which show nothing.

    Args:
        iterable: what to go through; None for a bar that is moved by `update`.
        total: how many there are, where the iterable does not know.
        more: whatever else a bar takes.
    """

    def __init__(
        self, iterable: Iterable[Any] | None = None, desc: str | None = None, total: float | None = None, **more: Any
    ) -> None:
        self.iterable = iterable
        self.desc = desc
        # A data set of unknown length has `__len__`, which raises; asked in this way it is one that does not know.
        known = operator.length_hint(iterable, -1)
        self.total = total if total is not None or known < 0 else known
        self.n = more.get("initial", 0)
        self.disable = True

    def __iter__(self) -> Iterator[Any]:
        for item in self.iterable or ():
            yield item
            self.n += 1

    def __len__(self) -> int:
        return int(self.total or 0)

    def __bool__(self) -> bool:
        return self.iterable is None or bool(self.total is None or self.total)

    def __contains__(self, item: object) -> bool:
        return item in (self.iterable or ())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def update(self, n: float = 1) -> None:
        """Count on."""
        self.n += n

    def set_description(self, desc: str | None = None, refresh: bool = True) -> None:  # noqa: ARG002
        """Keep the text."""
        self.desc = desc

    set_description_str = set_description

    def _nothing(self, *_: Any, **__: Any) -> None:
        """What would only change the screen."""

    close = clear = display = refresh = reset = unpause = set_postfix = set_postfix_str = _nothing

    @classmethod
    def write(cls, text: str, file: Any = None, end: str = "\n", **_: Any) -> None:
        """Print, as it does beside its bars."""
        print(text, end=end, file=file)

    @classmethod
    def pandas(cls, *_: Any, **__: Any) -> None:
        """`progress_apply` and `progress_map` of tables and columns."""
        import pandas as pd

        for owner in (pd.DataFrame, pd.Series):
            owner.progress_apply = owner.apply
            owner.progress_map = owner.map


def trange(*args: Any, **more: Any) -> tqdm:
    """`tqdm(range(...))`."""
    return tqdm(range(*args), **more)


def tenumerate(iterable: Iterable[Any], start: int = 0, **_: Any) -> Iterable[tuple[int, Any]]:
    """`enumerate`."""
    return enumerate(iterable, start)


def tzip(*iterables: Iterable[Any], **_: Any) -> Iterable[tuple[Any, ...]]:
    """`zip`."""
    return zip(*iterables, strict=False)


def _callback() -> type:
    import keras

    class TqdmCallback(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
        """A callback of `fit` that shows nothing."""

        def __init__(self, *_: Any, **__: Any) -> None:
            super().__init__()

    return TqdmCallback


def names_of(module: str) -> Mapping[str, Any]:
    """What a module of `MODULES` holds."""
    names: dict[str, Any] = {
        "tqdm": tqdm, "trange": trange, "tqdm_notebook": tqdm, "tnrange": trange, "tenumerate": tenumerate, "tzip": tzip,
    }  # fmt: skip
    return names | {"TqdmCallback": _callback()} if module == "tqdm.keras" else names
