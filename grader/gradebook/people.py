"""What a file says of people beside its code, taken out before its bytes are kept.

Notebooks carry authors, accounts, photos, paths of environments and the machine's state in their metadata. A list says
what stays, so that what an editor invents tomorrow goes, too. Cells keep their number, source and outputs: the sliced
code, and with it the key of the report, is the same.
"""

from __future__ import annotations

import json
import re
from typing import Any

from grader.errors import UnusableSubmission
from grader.submissions.decoding import decode_text
from grader.submissions.limits import DEFAULT_LIMITS
from grader.submissions.notebook import notebook_json

NOTEBOOK_KEYS = frozenset({"nbformat", "nbformat_minor", "cells", "worksheets"})
CELL_KEYS = frozenset(
    {
        "cell_type",
        "id",
        "source",
        "input",
        "language",
        "level",
        "outputs",
        "execution_count",
        "prompt_number",
        "attachments",
    }
)
CELL_METADATA = frozenset({"nbgrader", "tags"})
KERNELS = re.compile(r"(python[23]?|ir|sos)|(julia|xcpp).*", re.DOTALL)
"""Names of kernels that tell the language, as far as they do; other names are those of somebody's environment."""


def without_people(data: bytes, suffix: str) -> bytes | None:
    """The bytes to keep of a submission: of a notebook without what its metadata says of people, of a `.py` all.

    Args:
        data: as handed in.
        suffix: `.ipynb`, `.py` or another one.

    Returns:
        None where nothing is kept: a notebook that cannot be read and so cannot be cleaned, another kind of file, or
        one beyond the size that is graded.
    """
    if suffix == ".py":
        return data if len(data) <= DEFAULT_LIMITS.source_bytes else None
    if suffix != ".ipynb" or len(data) > DEFAULT_LIMITS.notebook_bytes:
        return None
    try:
        notebook = notebook_json(decode_text(data, "notebook"), "notebook", DEFAULT_LIMITS)
    except UnusableSubmission:
        return None
    cleaned = _notebook(notebook)
    try:
        kept = json.dumps(cleaned, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:  # half a surrogate pair, which only an escape can carry
        kept = json.dumps(cleaned, separators=(",", ":")).encode()
    # Numbers and escapes may be written longer than they were; what is beyond the size could not be read back.
    return kept if len(kept) <= DEFAULT_LIMITS.notebook_bytes else None


def _notebook(notebook: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in notebook.items() if name in NOTEBOOK_KEYS}
    metadata = notebook.get("metadata")
    kept["metadata"] = _language(metadata) if isinstance(metadata, dict) else {}
    # Of the format that it says it has, as the reader takes them; the other list is nobody's.
    if notebook.get("nbformat") == 3:
        kept.pop("cells", None)
        if isinstance(worksheets := kept.get("worksheets"), list):
            kept["worksheets"] = [
                {"cells": _cells(sheet.get("cells")), "metadata": {}} if isinstance(sheet, dict) else {}
                for sheet in worksheets
            ]
        else:
            kept.pop("worksheets", None)
    else:
        kept.pop("worksheets", None)
        kept["cells"] = _cells(kept.get("cells"))
    return kept


def _language(metadata: dict[str, Any]) -> dict[str, Any]:
    """What tells the language of a notebook."""
    kept: dict[str, Any] = {}
    info, kernel = metadata.get("language_info"), metadata.get("kernelspec")
    if isinstance(info, dict):
        kept["language_info"] = {name: info[name] for name in ("name", "version") if isinstance(info.get(name), str)}
    if isinstance(kernel, dict):
        kept["kernelspec"] = {"language": kernel["language"]} if isinstance(kernel.get("language"), str) else {}
        if found := KERNELS.fullmatch(str(kernel.get("name"))):
            kept["kernelspec"]["name"] = found[1] or found[2]
    return kept


def _cells(cells: Any) -> list[dict[str, Any]]:
    """As many as before: what is no cell still counts."""
    return [_cell(cell) if isinstance(cell, dict) else {} for cell in cells] if isinstance(cells, list) else []


def _cell(cell: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in cell.items() if name in CELL_KEYS}
    if "metadata" in cell:
        metadata = cell["metadata"] if isinstance(cell["metadata"], dict) else {}
        kept["metadata"] = {name: value for name, value in metadata.items() if name in CELL_METADATA}
    if isinstance(outputs := cell.get("outputs"), list):
        kept["outputs"] = [
            {**output, "metadata": {}} if isinstance(output, dict) and "metadata" in output else output
            for output in outputs
        ]
    return kept
