"""Taking the code cells out of an `.ipynb`.

The JSON is read directly, bounded, and only sources are taken: validating a whole notebook would refuse real ones for
flaws in outputs and metadata that nobody here looks at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from grader.errors import UnusableSubmission
from grader.submissions.decoding import normalise_newlines
from grader.submissions.limits import ReadLimits
from grader.submissions.percent import RawCell

_JSON_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[\[{]|[\]}]|,', re.DOTALL)
_DOWNLOAD_AGAIN = "Download it again from Jupyter or Colab (File, Download .ipynb) and hand that in."


def notebook_cells(text: str, file: str, limits: ReadLimits) -> list[RawCell]:
    """The code cells of a notebook of format 3 or 4, numbered among all cells from 1.

    Raises:
        UnusableSubmission: no notebook, another format, another language, too large in some respect.
    """
    notebook = notebook_json(text, file, limits)
    major = notebook.get("nbformat")
    if isinstance(major, bool) or not isinstance(major, int):
        raise UnusableSubmission(file, "this is JSON, but not a Jupyter notebook.", _DOWNLOAD_AGAIN)
    if major not in (3, 4):
        raise UnusableSubmission(
            file,
            f"notebook format {str(major)[:20]} is not read, only 3 and 4.",
            "Open it in a current Jupyter, save it, and hand it in again.",
        )
    cells = list(_cells(notebook, major, limits.cells + 1))
    if len(cells) > limits.cells:
        raise UnusableSubmission(
            file,
            f"the notebook has more than {limits.cells:,} cells.",
            "Remove the cells that the exercise does not use.",
        )
    code = [(number, cell) for number, cell in enumerate(cells, start=1) if cell.get("cell_type") == "code"]
    language = _other_language(notebook, [cell for _, cell in code])
    if language:
        raise UnusableSubmission(
            file, f"the notebook is written in {language}, not Python.", "Choose a Python kernel and hand it in again."
        )
    return [RawCell(number, _source(cell.get("source" if major == 4 else "input"))) for number, cell in code]


def notebook_json(text: str, file: str, limits: ReadLimits) -> dict[str, Any]:
    """The JSON object that a notebook is, within the caps on nesting and values.

    Raises:
        UnusableSubmission: not JSON, no object, or beyond a cap.
    """
    depth = 0
    for count, token in enumerate(_JSON_TOKEN.finditer(text)):
        mark = token.group()
        depth += (mark in "[{") - (mark in "]}")
        if depth > limits.json_depth or count > limits.json_values:
            what = "is nested too deeply" if depth > limits.json_depth else "holds too many values"
            raise UnusableSubmission(file, f"the JSON of the notebook {what}.", _DOWNLOAD_AGAIN)
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        reason = f"this is not a notebook: its text is not JSON{where}."
        raise UnusableSubmission(file, reason, _DOWNLOAD_AGAIN) from error
    if not isinstance(notebook, dict):
        raise UnusableSubmission(file, "this is JSON, but not a Jupyter notebook.", _DOWNLOAD_AGAIN)
    return notebook


def _cells(notebook: dict[str, Any], major: int, most: int) -> Iterator[dict[str, Any]]:
    """At most `most` cells. What is no cell still counts, so that numbers agree with what Jupyter shows."""
    holders = [notebook] if major == 4 else _list(notebook.get("worksheets"))
    count = 0
    for holder in holders:
        for cell in _list(holder.get("cells")) if isinstance(holder, dict) else []:
            if count == most:
                return
            count += 1
            yield cell if isinstance(cell, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _source(value: Any) -> str:
    if isinstance(value, list):
        value = "".join(part for part in value if isinstance(part, str))
    return normalise_newlines(value) if isinstance(value, str) else ""


def _other_language(notebook: dict[str, Any], code: list[dict[str, Any]]) -> str:
    """The name of another language than Python that the notebook says it is in, or an empty string."""
    metadata = notebook.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    kernel, info = metadata.get("kernelspec"), metadata.get("language_info")
    said = [
        info.get("name") if isinstance(info, dict) else None,
        kernel.get("language") if isinstance(kernel, dict) else None,
        *(cell.get("language") for cell in code),
    ]
    languages = [value for value in said if isinstance(value, str) and value.strip()]
    if not languages and isinstance(kernel, dict) and re.fullmatch(r"ir|julia.*|xcpp.*|sos", str(kernel.get("name"))):
        languages = [{"i": "R", "j": "Julia", "x": "C++", "s": "SoS"}[str(kernel["name"])[0]]]
    if not languages or any(re.match(r"i?python|cython", language.strip(), re.IGNORECASE) for language in languages):
        return ""
    name = "".join(char for char in languages[0].strip() if char.isprintable())[:30]
    return name or "another language"
