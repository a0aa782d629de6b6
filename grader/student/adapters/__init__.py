"""One adapter per kind of evidence: call an entry point, turn what it gives into JSON and raw arrays."""

from __future__ import annotations

from collections.abc import Callable

from grader.student.adapters import (
    callbacks,
    confusion,
    datasets,
    decoding,
    directories,
    figures,
    files,
    gaps,
    maps,
    models,
)
from grader.student.module import StudentModule
from grader.wire import Message

Adapter = Callable[[StudentModule, Message], Message]

ADAPTERS: dict[str, Adapter] = {
    "callback": callbacks.run,
    "confusion_matrix": confusion.run,
    "datasets": datasets.run,
    "decoded_predictions": decoding.run,
    "directories": directories.run,
    "feature_maps": maps.run,
    "figure": figures.run,
    "file_names": files.run,
    "gap": gaps.run,
    "model": models.run,
}

__all__ = ["ADAPTERS", "Adapter"]
