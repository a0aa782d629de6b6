"""Older calling conventions in the student cell: directories, arrays, globals, and files below /tmp."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from grader.errors import WireError
from grader.student import cell
from grader.student.adapters import ADAPTERS
from grader.student.module import StudentModule
from grader.wire import Message


def batch(value: float) -> tuple[Any, Any]:
    return np.full((2, 4, 4, 1), value, np.float32), np.zeros(2)


def ask(adapter: str, namespace: dict[str, Any], arrays: dict[str, Any] | None = None, **body: Any) -> Message:
    module = StudentModule.from_namespace(namespace)
    return ADAPTERS[adapter](module, Message("request", {"adapter": adapter, **body}, arrays or {}))


def test_directories_are_handed_over_as_arguments() -> None:
    """In their order, as texts."""
    seen: list[str] = []

    def train_val_generators(training: str, validation: str) -> Any:
        seen.extend([training, validation])
        return [batch(1)], [batch(2)]

    body = {"entry": "train_val_generators", "passes": 1, "max_images": 9, "arguments": ["a/", "b/"]}
    ask("datasets", {"train_val_generators": train_val_generators}, **body)
    assert seen == ["a/", "b/"]


def test_arrays_are_handed_over_in_the_order_of_the_arguments() -> None:
    """Training images, training labels, then those of validation, each writable and the cell's own."""

    def train_val_generators(*given: Any) -> Any:
        given[0][...] += 1
        images, labels, others, other_labels = given
        return [(images[..., None], labels)], [(others[..., None], other_labels)]

    arrays = {
        "validation_labels": np.array([3.0]), "validation_images": np.full((1, 4, 4), 2.0),
        "training_labels": np.array([1.0, 2.0]), "training_images": np.zeros((2, 4, 4)),
    }  # fmt: skip
    body = {"entry": "train_val_generators", "passes": 1, "max_images": 9}
    reply = ask("datasets", {"train_val_generators": train_val_generators}, arrays, **body)
    assert reply.arrays["train/0/images"].tolist() == np.ones((2, 4, 4, 1)).tolist()
    assert reply.arrays["validation/0/labels"].tolist() == [3.0]
    assert arrays["training_images"].max() == 0


def test_globals_are_taken_as_they_are() -> None:
    """Two data sets, and a model that nobody has to make."""
    body = {"entry": "a", "passes": 1, "max_images": 9, "globals": ["a", "b"]}
    reply = ask("datasets", {"a": [batch(1)], "b": [batch(2), batch(2)]}, **body)
    assert reply.body["batches"] == {"train": [[2]], "validation": [[2, 2]]}
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    assert "config" in ask("model", {"model": model}, entry="model").body["model"]
    assert "config" in ask("model", {"model": lambda: model}, entry="model").body["model"]


def test_files_below_tmp_are_laid_out_in_a_cell_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the work folder is no cell's, `/tmp` is everybody's."""
    inside = tmp_path / "grader-inside"
    files = [{"path": str(inside / "a.jpg"), "size": 3}]
    assert inside.parts[:2] == ("/", "tmp")
    with pytest.raises(WireError, match="leaves the work folder"):
        cell.write_files(tmp_path, files, b"abc")
    monkeypatch.setattr(cell, "CELL_WORK", tmp_path)
    cell.write_files(tmp_path, files, b"abc")
    assert (inside / "a.jpg").read_bytes() == b"abc"
    for path in ("/etc/a.jpg", "/tmp/../etc/a.jpg", "../a.jpg"):
        with pytest.raises(WireError, match="leaves the work folder"):
            cell.write_files(tmp_path, [{"path": path, "size": 3}], b"abc")
