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
    tables,
    transfer,
)
from grader.student.module import StudentModule
from grader.wire import Message

Adapter = Callable[[StudentModule, Message], Message]

ADAPTERS: dict[str, Adapter] = {
    "backbone": transfer.run_pretrained,
    "backbone_chain": transfer.run_chain,
    "backbone_cut": transfer.run_cut,
    "callback": callbacks.run,
    "confusion_matrix": confusion.run,
    "datasets": datasets.run,
    "decoded_predictions": decoding.run,
    "directories": directories.run,
    "feature_maps": maps.run,
    "features": transfer.run_features,
    "figure": figures.run,
    "file_names": files.run,
    "final_model": transfer.run_head,
    "fine_tune": transfer.run_fine_tune,
    "gap": gaps.run,
    "model": models.run,
    "table": tables.run,
}

__all__ = ["ADAPTERS", "Adapter"]
