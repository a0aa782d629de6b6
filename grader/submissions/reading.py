"""Reading a file handed in: bytes, text, cells, and which cells are Python."""

from __future__ import annotations

import hashlib
from pathlib import Path

from grader.errors import UnusableSubmission
from grader.submissions.blocks import sound_and_broken
from grader.submissions.decoding import decode_text
from grader.submissions.files import label, read_bytes
from grader.submissions.fstrings import older_fstrings
from grader.submissions.limits import DEFAULT_LIMITS, ReadLimits
from grader.submissions.magics import drop_magics
from grader.submissions.notebook import notebook_cells
from grader.submissions.parsing import parse_cell, too_many_tokens
from grader.submissions.percent import RawCell, split_percent
from grader.submissions.submission import Kind, SourceCell, Submission, SyntaxProblem


def read_submission(path: Path, *, root: Path | None = None, limits: ReadLimits = DEFAULT_LIMITS) -> Submission:
    """Read an `.ipynb` or `.py` without running any of it.

    Args:
        path: The file handed in.
        root: Folder that holds the submissions; a link that leaves it is refused.
        limits: Caps on size, cells and nesting.

    Raises:
        UnusableSubmission: the file cannot be read as a submission; the message is one line and says what to do.
    """
    file = label(path)
    suffix = path.suffix.lower()
    if suffix not in (".ipynb", ".py"):
        named = f"files ending in `{label(Path(suffix))}`" if suffix else "files without an ending"
        what = "this is a folder." if path.is_dir() else f"{named} are not read."
        raise UnusableSubmission(file, what, "Hand in one .ipynb or .py file.")
    limit = limits.notebook_bytes if suffix == ".ipynb" else limits.source_bytes
    data = read_bytes(path, limit=limit, root=root)
    return submission_from_bytes(data, file, notebook=suffix == ".ipynb", limits=limits)


def submission_from_bytes(data: bytes, file: str, *, notebook: bool, limits: ReadLimits = DEFAULT_LIMITS) -> Submission:
    """Make a submission of bytes already in hand.

    Args:
        data: The raw bytes.
        file: Label for messages and reports.
        notebook: Read them as an `.ipynb`, else as a `.py`.
        limits: Caps on size, cells and nesting.

    Raises:
        UnusableSubmission: they cannot be read as a submission.
    """
    text = decode_text(data, file, cookie=not notebook)
    if not text.strip():
        raise UnusableSubmission(file, "the file holds nothing but blanks.", "Save your work and hand it in again.")
    raw, kind = _raw_cells(text, file, notebook, limits)
    _check_size(raw, file, limits)
    cells = tuple(_source_cell(cell, limits) for cell in raw)
    if kind == "py" and cells[0].error is not None:
        cells = sound_and_broken(cells[0], limits)
    _check_some_python(cells, file, kind)
    return Submission(file=file, sha256=hashlib.sha256(data).hexdigest(), data=data, kind=kind, cells=cells)


def _raw_cells(text: str, file: str, notebook: bool, limits: ReadLimits) -> tuple[list[RawCell], Kind]:
    if notebook:
        return notebook_cells(text, file, limits), "ipynb"
    cells = split_percent(text)
    if cells is None:
        return [RawCell(None, text)], "py"
    if len(cells) > limits.cells:
        raise UnusableSubmission(
            file, f"the file has more than {limits.cells:,} cells.", "Remove the cells that the exercise does not use."
        )
    return cells, "percent"


def _check_size(cells: list[RawCell], file: str, limits: ReadLimits) -> None:
    source = "\n".join(cell.text for cell in cells)
    if len(source) > limits.source_bytes or too_many_tokens(source, limits.tokens):
        raise UnusableSubmission(
            file,
            f"its code is too long ({len(source):,} characters).",
            "Keep data in files of their own, and hand in the code alone.",
        )


def _source_cell(cell: RawCell, limits: ReadLimits) -> SourceCell:
    source, dropped = drop_magics(cell.text, cell.number)
    _, error = parse_cell(source, cell.number, limits)
    if error is not None and (older := older_fstrings(source)) != source:
        still = parse_cell(older, cell.number, limits)[1]
        # Where another line is wrong besides, that is what the student has to hear of.
        if still is None or still.line != error.line:
            source, error = older, still
    return SourceCell(number=cell.number, source=source, error=error, dropped=dropped)


def _check_some_python(cells: tuple[SourceCell, ...], file: str, kind: Kind) -> None:
    if kind != "py" and not any(cell.source.strip() for cell in cells):
        raise UnusableSubmission(file, "the notebook holds no Python code.", "Check that you handed in the right file.")
    if any(cell.error is None and cell.source.strip() for cell in cells):
        return
    problem = next((cell.error for cell in cells if cell.error is not None), None)
    if problem is None:
        return
    if kind == "py":
        raise UnusableSubmission(
            file, f"this is not valid Python: {describe(problem)}.", "Run the file once yourself before you hand it in."
        )
    raise UnusableSubmission(
        file,
        f"none of its code cells is valid Python; the first problem is in {describe(problem)}.",
        "Restart the kernel, run all cells, and hand it in again.",
    )


def describe(problem: SyntaxProblem) -> str:
    """A syntax problem in one line: `cell 3, line 2: '(' was never closed: print(`."""
    place = ", ".join(
        part
        for part in (
            f"cell {problem.cell}" if problem.cell is not None else "",
            f"line {problem.line}" if problem.line is not None else "",
        )
        if part
    )
    text = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in problem.text)
    return ": ".join(part for part in (place, problem.message, text) if part)
