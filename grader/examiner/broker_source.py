"""Evidence through the broker: the orchestrator opens student cells and the trainer on the examiner's behalf."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from grader.errors import GraderFault
from grader.examiner import explain
from grader.examiner.source import Array, Unusable
from grader.results import Where
from grader.wire import Channel, Message


class BrokerSource:
    """Speaks with the broker over the examiner's one channel; one request at a time."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def call(self, kind: str, body: Mapping[str, Any], arrays: Mapping[str, Array] | None = None) -> Message:
        """Send one request and wait for its reply."""
        self._channel.send(Message(kind, dict(body), dict(arrays or {})))
        reply = self._channel.receive()
        if reply.kind == "fault":
            raise GraderFault(str(reply.body.get("text", "the broker failed.")))
        return reply

    def open(self, task: str, names: Sequence[str], files: Mapping[str, bytes], seed: int) -> BrokerCell:
        """A fresh student cell with the slice of `names`. See `Source.open`."""
        listing = [{"path": path, "size": len(data)} for path, data in files.items()]
        joined = np.frombuffer(b"".join(files.values()), dtype=np.uint8)
        body = {"task": task, "names": list(names), "files": listing, "seed": seed}
        reply = self.call("open", body, {"files": joined})
        if reply.kind == "unavailable":
            raise explain.unavailable(reply.body, names[0])
        return BrokerCell(self, reply.body["cell"], names[0], tuple(reply.body["unresolved"]))

    def train(self, spec: Message) -> Message:
        """Run the trainer. See `Source.train`."""
        reply = self.call("train", {"spec": {"kind": spec.kind, "body": spec.body}}, spec.arrays)
        if reply.kind == "ended":
            raise explain.ended(reply.body, "fit")
        return Message(reply.body["kind"], reply.body["body"], reply.arrays)


class BrokerCell:
    """A student cell at the far side of the broker."""

    def __init__(self, source: BrokerSource, number: int, entry: str, unresolved: tuple[str, ...]) -> None:
        self._source = source
        self._number = number
        self._entry = entry
        self._unresolved = unresolved

    def ask(self, adapter: str, body: Mapping[str, Any], arrays: Mapping[str, Array] | None = None) -> Message:
        """Send a request to the cell. See `StudentCell.ask`."""
        entry = str(body.get("entry", self._entry))
        request = {"cell": self._number, "request": {"adapter": adapter, **body}}
        reply = self._source.call("ask", request, arrays)
        if reply.kind == "ended":
            raise explain.ended(reply.body, entry)
        if reply.kind == "error":
            raise explain.error(reply.body, entry, self._unresolved)
        return reply

    def close(self) -> None:
        """End the cell."""
        self._source.call("close", {"cell": self._number})


def where_of(value: Any) -> Where | None:
    """A `Where` from its JSON form."""
    return Where(cell=value["cell"], line=value["line"]) if value else None


__all__ = ["BrokerCell", "BrokerSource", "Unusable", "where_of"]
