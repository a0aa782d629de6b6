"""Why Keras would not train a model, from its exception to one line that a student can act on."""

from __future__ import annotations

import re
from collections.abc import Callable

from grader.model_data.problems import first_line

_OUT_OF_RANGE = re.compile(r"label value of (-?\d+) which is outside the valid range of \[0, (\d+)\)")
_SHAPES = r".*?Received: target\.shape=(\(.*?\)), output\.shape=(\(.*?\))"
_SPARSE = re.compile(r"Argument `output` must have rank \(ndim\) `target\.ndim - 1`" + _SHAPES)
_ALIKE = re.compile(r"Arguments `target` and `output` must have the same (?:rank \(ndim\)|shape)" + _SHAPES)


def cause(error: BaseException) -> str:
    """The first line of Keras' message that says something, or a translation where the cause is well known."""
    flat = " ".join(str(error).split())
    for pattern, explain in _KNOWN:
        match = pattern.search(flat)
        if match:
            return explain(*match.groups())
    return first_line(error, 400)


def _out_of_range(label: str, units: str) -> str:
    noun = "unit" if units == "1" else "units"
    return (
        f"A label is {label}, but the last layer has {units} {noun} and labels count from 0. "
        "It needs at least one unit more than the largest label."
    )


def _sparse(labels: str, outputs: str) -> str:
    return (
        f"The labels have shape {labels} and the outputs {outputs}: a sparse loss wants class numbers, these labels "
        "are one-hot. Use `categorical_crossentropy`, or labels as integers."
    )


def _alike(labels: str, outputs: str) -> str:
    return (
        f"The labels have shape {labels} and the outputs {outputs}, and this loss needs both alike. "
        "Let the units of the last layer and the loss fit the labels."
    )


_KNOWN: tuple[tuple[re.Pattern[str], Callable[..., str]], ...] = (
    (_OUT_OF_RANGE, _out_of_range),
    (_SPARSE, _sparse),
    (_ALIKE, _alike),
)
