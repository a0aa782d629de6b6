"""The examiner cell's entry: takes the hidden tests and secrets over the wire, runs them, sends the results."""

from __future__ import annotations

import platform
import socket
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from grader.data.messy import MessyFolder
from grader.examiner.assignment import Assignment, EntryCall
from grader.examiner.broker_source import BrokerSource, where_of
from grader.examiner.plugin import CheckPlugin, run_checks
from grader.examiner.training import TrainedEvidence
from grader.exercises import Params
from grader.results import Note
from grader.sandbox.cell_main import collect_garbage_seldom
from grader.wire import Channel, Message

TESTS = "hidden_tests"
PYTEST_INI = "[pytest]\npython_files = test_*.py\n"


def main(sock: socket.socket) -> None:
    """Serve one submission: `setup` in, requests for evidence and each `finding` out, `result` at the end."""
    collect_garbage_seldom()
    channel = Channel(sock)
    setup = channel.receive()
    folder = Path.cwd() / TESTS
    for name, data in _parts(setup.body["tests"], setup.arrays["tests"]).items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    (folder / "pytest.ini").write_text(PYTEST_INI, encoding="utf-8")
    source = BrokerSource(channel)
    evidence = TrainedEvidence(source, assignment_of(setup))
    locations = {name: where_of(where) for name, where in setup.body["locations"].items()}
    plugin = CheckPlugin(
        evidence, locations, setup.body["points"], frozenset(setup.body["omitted"]),
        exit_first=bool(setup.body["exit_first"]),
        told=lambda result: channel.send(Message("finding", {"result": msgspec.to_builtins(result)})),
        foresees=source if setup.body["foresees"] else None,
    )  # fmt: skip
    status = run_checks(plugin, str(folder))
    # 0: all passed, 1: some failed. Anything else means that pytest itself could not do its work.
    if status not in (0, 1):
        plugin.faults.append(f"pytest ended with status {status}")
    plugin.look_again()
    plugin.report_unreached()
    channel.send(result_of(plugin, evidence, with_pictures=not setup.body["exit_first"]))


def assignment_of(setup: Message) -> Assignment:
    """The assignment as sent by the orchestrator."""
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in setup.body["params"].items()}
    sizes = setup.body["hidden"]
    hidden = _parts([[str(i), size] for i, size in enumerate(sizes)], setup.arrays["hidden"])
    return Assignment(
        params=Params(values),
        seed=bytes.fromhex(setup.body["seed"]),
        training_files=_parts(setup.body["training"], setup.arrays["training"]),
        assets=_parts(setup.body["assets"], setup.arrays["assets"]),
        training_thumbnails=setup.arrays["training_thumbnails"],
        messy=MessyFolder(
            files=_parts(setup.body["messy"], setup.arrays["messy"]),
            readable=tuple(setup.body["readable"]),
            kinds=dict(setup.body["kinds"]),
        ),
        hidden_files=list(hidden.values()),
        hidden_images=_images(setup.body["hidden_shapes"], setup.arrays["hidden_pixels"]),
        hidden_labels=list(setup.body["labels"]),
        memory_bytes=int(setup.body["memory_bytes"]),
        calls={
            kind: EntryCall(call["entry"], tuple(call["arguments"]), call["takes"], tuple(call["names"]))
            for kind, call in setup.body["calls"].items()
        },
        built_on_globals=frozenset(setup.body["built_on_globals"]),
        trains=frozenset(setup.body["trains"]),
        varies=bool(setup.body["varies"]),
        networks=tuple(setup.body["networks"]),
        too_large=frozenset(setup.body.get("too_large", ())),
    )


def result_of(plugin: CheckPlugin, evidence: TrainedEvidence, *, with_pictures: bool = True) -> Message:
    """The examiner's result: findings, notes, curves and pictures."""
    import keras
    import tensorflow as tf

    pictures = evidence.all_pictures() if with_pictures else {}
    notes = {(kind, text): Note(kind=kind, text=text) for kind, text in evidence.notes}
    body: dict[str, Any] = {
        "results": msgspec.to_builtins(list(plugin.results.values())),
        "expected": sorted(plugin.specs),
        "faults": plugin.faults,
        "notes": msgspec.to_builtins(list(notes.values())),
        "needs_review": evidence.needs_review,
        "curves": evidence.curves,
        "measures": evidence.measures,
        "environment": {
            "tensorflow": tf.__version__, "keras": keras.__version__, "numpy": np.__version__,
            "python": platform.python_version(),
        },
    }  # fmt: skip
    arrays = {f"picture:{name}": np.frombuffer(data, dtype=np.uint8) for name, data in pictures.items() if data}
    return Message("result", body, arrays)


def _images(shapes: list[list[int]], pixels: np.ndarray[Any, Any]) -> list[np.ndarray[Any, Any]]:
    images, offset = [], 0
    for height, width in shapes:
        images.append(pixels[offset : offset + height * width * 3].reshape(height, width, 3))
        offset += height * width * 3
    return images


def _parts(listing: list[list[Any]], joined: np.ndarray[Any, Any]) -> dict[str, bytes]:
    data = joined.tobytes()
    parts: dict[str, bytes] = {}
    offset = 0
    for name, size in listing:
        parts[name] = data[offset : offset + size]
        offset += size
    return parts
