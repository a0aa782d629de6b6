"""Evidence through the broker: the orchestrator opens student cells and the trainer on the examiner's behalf."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from grader.errors import GraderFault
from grader.examiner import explain
from grader.examiner.source import Array, Unusable
from grader.results import Where
from grader.student.drift import TEXTS
from grader.wire import Channel, Message


class Foreseen(BaseException):
    """A request was told to the broker, and its answer is not there yet.

    Not an `Exception`: it passes whoever handles what a student's code may do, and no piece of evidence keeps it.
    """


class BrokerSource:
    """Speaks with the broker over the examiner's one channel; one request at a time.

    Attributes:
        answered: how many requests have been.
        notes: see `Source`.
    """

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._foresees = False
        self._foreseen: list[Message] = []
        self.answered = 0
        self.notes: list[tuple[str, str]] = []

    @contextmanager
    def foreseeing(self) -> Iterator[None]:
        """While open, requests are told to the broker, which may begin with them, and raise `Foreseen` instead of waiting."""
        self._foresees = True
        try:
            yield
        finally:
            self._foresees = False

    def call(self, kind: str, body: Mapping[str, Any], arrays: Mapping[str, Array] | None = None) -> Message:
        """Send one request and wait for its reply.

        Raises:
            Foreseen: it was sent for later; see `foreseeing`.
        """
        request = Message(kind, dict(body), dict(arrays or {}))
        # By its number, what was told before does not cross the wire again: a training's pictures take 80 MB.
        number = next((number for number, told in enumerate(self._foreseen) if _same(told, request)), None)
        if self._foresees:
            # Whatever is made anew each time differs each time, if only by the name that Keras gives it: told once.
            if number is None and _about(request) not in map(_about, self._foreseen):
                self._foreseen.append(request)
                self._channel.send(Message("foresee", {"kind": kind, "body": request.body}, request.arrays))
            raise Foreseen
        self._channel.send(request if number is None else Message(kind, {"foreseen": number}))
        reply = self._channel.receive()
        self.answered += 1
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
            similar = dict(sliced.body.get("similar", {}))
            raise explain.error(reply.body, entry, {name: similar.get(name, "") for name in sliced.body["unresolved"]})
        return reply

    def train(self, spec: Message) -> Message:
        """Run the trainer. See `Source.train`."""
        reply = self.call("train", {"spec": {"kind": spec.kind, "body": spec.body}}, spec.arrays)
        if reply.kind == "ended":
            raise explain.training_ended(reply.body)
        return Message(reply.body["kind"], reply.body["body"], reply.arrays)


def _about(request: Message) -> tuple[Any, ...]:
    """What stays the same where a request is made anew."""
    spec = request.body.get("spec", {}).get("body", request.body)
    return request.kind, request.body.get("names"), spec.get("seed")


def _same(one: Message, other: Message) -> bool:
    """Whether two messages are equal, bit for bit."""
    return (
        (one.kind, one.body) == (other.kind, other.body)
        and one.arrays.keys() == other.arrays.keys()
        and all(_equal(array, other.arrays[name]) for name, array in one.arrays.items())
    )


def _equal(one: Array, other: Array) -> bool:
    if one is other:
        return True
    return (one.dtype, one.shape) == (other.dtype, other.shape) and one.tobytes() == other.tobytes()


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


__all__ = ["BrokerSource", "Foreseen", "Unusable", "take_notes", "where_of"]
