"""How much of a file is read before it is refused."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ReadLimits:
    """Caps on what a submission may be. Real ones stay far below each of them.

    Attributes:
        notebook_bytes: Size of an `.ipynb`, saved outputs included.
        source_bytes: Python source in all code cells together, and the size of a `.py`.
        cells: Number of cells, markdown included.
        json_depth: Nesting of arrays and objects in an `.ipynb`.
        json_values: Strings, separators and brackets in an `.ipynb`, so that small bytes cannot become large objects.
        tokens: Words and punctuation marks of Python source; a parsed token costs about one kilobyte of memory.
        syntax_depth: Nesting of the syntax tree; everything that walks trees relies on it.
    """

    notebook_bytes: int = 20 << 20
    source_bytes: int = 2 << 20
    cells: int = 2_000
    json_depth: int = 100
    json_values: int = 2_000_000
    tokens: int = 100_000
    syntax_depth: int = 120


DEFAULT_LIMITS = ReadLimits()
