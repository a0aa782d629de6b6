"""An earlier grading of the same code, to answer a submission with instead of grading it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Earlier:
    """A report with the same key, and the file that it is of.

    Attributes:
        report: its `report.json`.
        data: the file, or what was kept of it; None where it is not at hand.
        suffix: of that file, `.ipynb` or `.py`.
    """

    report: bytes = field(repr=False)
    data: bytes | None = field(repr=False)
    suffix: str
