"""Helpers to write a submission down and to run what a slice keeps of it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from grader.submissions import Slice, Submission, slice_submission, submission_from_bytes


@pytest.fixture
def notebook() -> Callable[..., Submission]:
    """Make a submission of cells: strings are code, `("markdown", text)` is prose."""

    def make(*cells: str | tuple[str, str], **metadata: Any) -> Submission:
        return submission_from_bytes(notebook_bytes(*cells, **metadata), "lab.ipynb", notebook=True)

    return make


@pytest.fixture
def kept() -> Callable[..., str]:
    """Slice cells for names and give the lines that survive, cell after cell, without blank ones."""

    def keep(submission: Submission, *names: str) -> str:
        return kept_lines(slice_submission(submission, names))

    return keep


@pytest.fixture
def run() -> Callable[[Slice], dict[str, Any]]:
    """Run a slice as the student cell would, cell by cell in one namespace. Only for code of our own."""

    def execute(part: Slice) -> dict[str, Any]:
        namespace: dict[str, Any] = {"__name__": "student"}
        for cell in part.cells:
            exec(compile(cell.source, f"<cell {cell.cell}>", "exec"), namespace)
        return namespace

    return execute


@pytest.fixture
def as_bytes() -> Callable[..., bytes]:
    """The bytes of a notebook of format 4."""
    return notebook_bytes


def kept_lines(part: Slice) -> str:
    return "\n".join(line for cell in part.cells for line in cell.source.split("\n") if line.strip())


def notebook_bytes(*cells: str | tuple[str, str], **metadata: Any) -> bytes:
    rows = [("code", cell) if isinstance(cell, str) else cell for cell in cells]
    return json.dumps(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": metadata,
            "cells": [
                {"cell_type": kind, "metadata": {}, "source": text}
                | ({"outputs": [], "execution_count": None} if kind == "code" else {})
                for kind, text in rows
            ],
        }
    ).encode()
