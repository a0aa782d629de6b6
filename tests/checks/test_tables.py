"""What a function made of a CSV file: right forms pass, each wrong one is named."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.checks import tables
from grader.checks.finding import CheckFailed
from grader.checks.tables import ReadTable
from grader.examiner.own_letters import own_table
from grader.student.adapters import ADAPTERS
from grader.student.failures import NotWhatWasAsked
from grader.student.module import StudentModule
from grader.wire import Message

Parse = Callable[[str], Any]
NAMES = ("A", "B", "K")


def rows(path: str, skip: int = 1) -> list[list[str]]:
    with Path(path).open(encoding="ascii") as file:
        return list(csv.reader(file))[skip:]


def right(path: str) -> Any:
    found = rows(path)
    return (
        np.array([row[1:] for row in found]).astype(float).reshape(-1, 8, 8),
        np.array([row[0] for row in found]).astype(float),
    )


def read(parse: Parse, folder: Path) -> ReadTable:
    """What the checks see of `parse`, through the adapter."""
    text, images, labels = own_table(7, 8, NAMES)
    path = folder / "table.csv"
    path.write_bytes(text)
    module = StudentModule.from_namespace({"parse_data_from_input": parse})
    reply = ADAPTERS["table"](module, Message("request", {"entry": "parse_data_from_input", "path": str(path)}))
    return ReadTable(reply.arrays["images"], reply.arrays["labels"], images, labels)


def judge(found: ReadTable) -> None:
    for one in (tables.assert_rows, tables.assert_images, tables.assert_labels):
        one(found)


@pytest.mark.parametrize(
    "parse",
    [
        right,
        lambda path: [right(path)[0].astype(int), right(path)[1].tolist()],
        lambda path: (right(path)[0][..., None], right(path)[1]),
    ],
    ids=["floats", "integers and a list", "with a channel axis"],
)
def test_any_right_form_passes(parse: Parse, tmp_path: Path) -> None:
    """Arrays or lists, floats or integers, with the channel's axis or without."""
    judge(read(parse, tmp_path))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda x, y: (x[1:], y[1:]), "29 images and 29 labels"),
        (lambda x, y: (x[:3], y[:3]), "3 images and 3 labels"),
        (lambda x, y: (x.reshape(30, 64), y), "shape (30, 64)"),
        (lambda x, y: (x.transpose(0, 2, 1), y), "exchanged"),
        (lambda x, y: (x / 255, y), "divided already"),
        (lambda x, y: (np.roll(x, 1), y), "The first number of a row is the label"),
        (lambda x, y: (x, y + 1), "30 of 30 labels"),
        (lambda x, y: (x, np.eye(26)[y.astype(int)]), "shape (30, 26)"),
    ],
)
def test_each_mistake_is_named(change: Any, words: str, tmp_path: Path) -> None:
    """By what was seen, or by the hint."""
    with pytest.raises(CheckFailed) as caught:
        judge(read(lambda path: change(*right(path)), tmp_path))
    assert words in f"{caught.value.seen} {caught.value.hint}"


@pytest.mark.parametrize(
    ("returned", "slug"),
    [
        (None, "none"),
        (np.zeros(3), "not_a_table"),
        ((1, 2, 3), "not_a_table"),
        ((["a"], [1]), "not_numbers"),
        (([[1], [1, 2]], [1, 2]), "not_numbers"),
    ],
)
def test_what_is_no_pair_of_arrays_is_said(returned: Any, slug: str, tmp_path: Path) -> None:
    """None, one array, texts, rows of several lengths."""
    with pytest.raises(NotWhatWasAsked) as caught:
        read(lambda _: returned, tmp_path)
    assert caught.value.problem == slug
