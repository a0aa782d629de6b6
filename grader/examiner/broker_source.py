"""Evidence through the broker: the orchestrator opens student cells and the trainer on the examiner's behalf."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from grader.errors import GraderFault
from grader.examiner import explain
from grader.examiner.source import Array, Unusable
from grader.results import Where
from grader.student.drift import TEXTS
from grader.wire import Channel, Message


class BrokerSource:
    """Speaks with the broker over the examiner's one channel; one request at a time."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self.notes: list[tuple[str, str]] = []

    def call(self, kind: str, body: Mapping[str, Any], arrays: Mapping[str, Array] | None = None) -> Message:
        """Send one request and wait for its reply."""
        self._channel.send(Message(kind, dict(body), dict(arrays or {})))
        reply = self._channel.receive()
        if reply.kind == "fault":
            raise GraderFault(str(reply.body.get("text", "the broker failed.")))
        return reply

    def ask(
        self, task: str, names: Sequence[str], files: Mapping[str, bytes], seed: int, request: Message, *, quiet: bool
    ) -> Message:
        """One request to a fresh student cell. See `Source.ask`."""
        listing = [{"path": path, "size": len(data)} for path, data in files.items()]
        joined = np.frombuffer(b"".join(files.values()), dtype=np.uint8)
        body = {
            "task": task,
            "names": list(names),
            "files": listing,
            "seed": seed,
            "quiet": quiet,
            "request": request.body,
        }
        sliced = self.call("ask", body, {**request.arrays, "files": joined})
        entry = str(request.body.get("entry", names[0]))
        if sliced.kind == "unavailable":
            raise explain.unavailable(sliced.body, names[0])
        reply = self._channel.receive()
        if reply.kind == "ended":
            raise explain.ended(reply.body, entry, quiet=quiet)
        take_notes(reply.body.get("notes"), self.notes)
        if reply.kind == "error" and quiet:
            raise explain.quiet_error(reply.body, entry, explain.SourceLines.of(sliced.body["cells"]))
        if reply.kind == "error":
            raise explain.error(reply.body, entry, tuple(sliced.body["unresolved"]))
        return reply

    def train(self, spec: Message) -> Message:
        """Run the trainer. See `Source.train`."""
        reply = self.call("train", {"spec": {"kind": spec.kind, "body": spec.body}}, spec.arrays)
        if reply.kind == "ended":
            raise explain.ended(reply.body, "fit")
        return Message(reply.body["kind"], reply.body["body"], reply.arrays)


def take_notes(given: Any, known: list[tuple[str, str]]) -> None:
    """Add to `known` the kinds that a cell noted, each once and with our own text; whatever is no such kind is dropped.

    The text never comes from the cell: it could say what the cell's hidden files hold, or speak for another part of
    the grader.
    """
    for kind in given[: len(TEXTS)] if isinstance(given, list) else ():
        if isinstance(kind, str) and kind in TEXTS and (note := (kind, TEXTS[kind])) not in known:
            known.append(note)


def where_of(value: Any) -> Where | None:
    """A `Where` from its JSON form."""
    return Where(cell=value["cell"], line=value["line"]) if value else None


__all__ = ["BrokerSource", "Unusable", "take_notes", "where_of"]
