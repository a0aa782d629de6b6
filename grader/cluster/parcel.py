"""What crosses between the machine that hands out submissions and those that grade them: JSON and raw bytes, bounded.

Dask's own protocol carries it as one `bytes` object. Nothing that a student made is ever pickled, and nothing that comes
back is trusted to be more than a report with pictures.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from grader.batch.engine import Plan
from grader.batch.worker import Found
from grader.errors import WireError
from grader.results import Exhibit, Isolation, from_json, to_json
from grader.wire import Message, WireLimits, decode, encode

if TYPE_CHECKING:
    from grader.grading import AssignmentSeed

LIMITS = WireLimits(head_bytes=8 << 20, arrays_bytes=256 << 20, arrays=200, dimensions=1)
"""Bytes. Submissions are bounded by 20 MB when they are read; a report with its pictures has some hundred kilobytes."""

LONGEST_NAME = 100
DATA, PARAMS, REPORT = "data", "params", "report"


@dataclass(frozen=True)
class Overlay:
    """A `--params` file as it travels.

    Attributes:
        name: of the file, without folders; or of an overlay that comes with the exercise.
        text: its bytes; None where it comes with the exercise.
    """

    name: str
    text: bytes | None


@dataclass(frozen=True)
class Order:
    """What all submissions of one run have in common.

    Attributes:
        seed: the assignment's secret; its `repr` is left out.
        versions: what this machine would grade with; a worker that has something else refuses.
    """

    exercise: str
    seed: bytes = field(repr=False)
    isolation: Isolation
    versions: Mapping[str, str]
    overlay: Overlay | None = None

    @classmethod
    def of(cls, plan: Plan, versions: Mapping[str, str]) -> Order:
        """The order of a plan of this machine.

        Raises:
            OSError: the params file cannot be read.
        """
        path, overlay = plan.params_file, None
        if path is not None:
            shipped = not path.exists()
            overlay = Overlay(path.name, None if shipped else path.read_bytes())
        return cls(plan.exercise, plan.seed.value, plan.isolation, dict(versions), overlay)

    def plan(self, params_file: Path | None) -> Plan:
        """The plan on another machine, where the overlay lies elsewhere."""
        return Plan(self.exercise, params_file, _seed(self.seed), self.isolation)


@dataclass(frozen=True)
class Parcel:
    """An order, with one submission or, to see whether a worker would take it, without.

    Attributes:
        file: name of the submission's file, without folders; tracebacks show it.
    """

    order: Order
    file: str = ""
    data: bytes = b""

    def to_bytes(self) -> bytes:
        """For the way there."""
        order = self.order
        overlay = order.overlay
        body: dict[str, Any] = {
            "exercise": order.exercise,
            "seed": order.seed.hex(),
            "isolation": order.isolation,
            "versions": dict(order.versions),
            "overlay": None if overlay is None else overlay.name,
            "file": plain_name(self.file),
            "sha256": hashlib.sha256(self.data).hexdigest(),
        }
        arrays = {DATA: _raw(self.data)}
        if overlay is not None and overlay.text is not None:
            arrays[PARAMS] = _raw(overlay.text)
        return packed(Message("parcel", body, arrays))

    @classmethod
    def from_bytes(cls, raw: bytes) -> Parcel:
        """The inverse of `to_bytes`.

        Raises:
            WireError: these bytes are none, or the submission is not the one that was sent.
        """
        message = unpacked(raw, "parcel")
        try:
            head = msgspec.convert(message.body, _Head)
            data = message.arrays[DATA].tobytes()
            seed = bytes.fromhex(head.seed)
        except (msgspec.ValidationError, KeyError, ValueError) as error:
            raise WireError(f"a parcel lacks something: {error}.") from error
        if hashlib.sha256(data).hexdigest() != head.sha256:
            raise WireError("the submission's bytes are not those that were sent.")
        overlay = None
        if head.overlay is not None:
            text = message.arrays.get(PARAMS)
            overlay = Overlay(head.overlay, None if text is None else text.tobytes())
        return cls(Order(head.exercise, seed, head.isolation, head.versions, overlay), head.file, data)


class _Head(msgspec.Struct, forbid_unknown_fields=True):
    exercise: str
    seed: str
    isolation: Isolation
    versions: dict[str, str]
    overlay: str | None
    file: str
    sha256: str


@dataclass(frozen=True)
class Answer:
    """What a worker says to a parcel: exactly one of these, or nothing where it would grade.

    Attributes:
        worker: its name, for people.
        found: what grading gave.
        differs: why it must not grade this: what it has in another version, or how it was started.
        refused: why it cannot isolate student code.
        fault: what broke.
    """

    worker: str
    found: Found | None = None
    differs: str = ""
    refused: str = ""
    fault: str = ""

    def to_bytes(self) -> bytes:
        """For the way back."""
        from grader.reports.write import storable

        body: dict[str, Any] = {name: value for name, value in asdict(self).items() if name != "found"}
        arrays = {}
        if self.found is not None:
            pictures = self.found.exhibits
            body["found"] = {
                "fault": self.found.fault,
                "pictures": [[one.name, one.title, one.caption] for one in pictures],
            }
            arrays = {_picture(number): _raw(one.png) for number, one in enumerate(pictures)}
            arrays[REPORT] = _raw(to_json(storable(self.found.report)))
        return packed(Message("answer", body, arrays))

    @classmethod
    def from_bytes(cls, raw: bytes) -> Answer:
        """The inverse of `to_bytes`.

        Raises:
            WireError: these bytes are no answer.
        """
        message = unpacked(raw, "answer")
        try:
            tail = msgspec.convert(message.body, _Tail)
            found = None
            if tail.found is not None:
                report = from_json(message.arrays[REPORT].tobytes())
                exhibits = tuple(
                    Exhibit(name=name, title=title, caption=caption, png=message.arrays[_picture(number)].tobytes())
                    for number, (name, title, caption) in enumerate(tail.found.pictures)
                )
                found = Found(report, exhibits, tail.found.fault)
        except (msgspec.ValidationError, KeyError, ValueError) as error:
            raise WireError(f"an answer lacks something: {error}.") from error
        return cls(tail.worker, found, tail.differs, tail.refused, tail.fault)


class _FoundTail(msgspec.Struct, forbid_unknown_fields=True):
    fault: str
    pictures: list[tuple[str, str, str]]


class _Tail(msgspec.Struct, forbid_unknown_fields=True):
    worker: str
    differs: str
    refused: str
    fault: str
    found: _FoundTail | None = None


def plain_name(name: str) -> str:
    """A name that any file system takes and any terminal shows: as given where it is, else `submission` with its suffix."""
    last = PurePosixPath(name).name
    if last not in {"", ".", ".."} and last.isprintable() and "\\" not in last and len(last.encode()) <= LONGEST_NAME:
        return last
    suffix = PurePosixPath(name).suffix.lower()
    return f"submission{suffix}" if suffix in {".py", ".ipynb"} else "submission"


def packed(message: Message) -> bytes:
    """A message as one object."""
    return b"".join(bytes(chunk) for chunk in encode(message))


def unpacked(raw: bytes, kind: str) -> Message:
    """The message of this kind.

    Raises:
        WireError: it is none, or of another kind.
    """
    message = decode(raw, LIMITS)
    if message.kind != kind:
        raise WireError(f"a message is of the kind {message.kind!r}, not {kind!r}.")
    return message


def _raw(data: bytes) -> np.ndarray[Any, Any]:
    return np.frombuffer(data, dtype=np.uint8)


def _picture(number: int) -> str:
    return f"picture {number}"


def _seed(value: bytes) -> AssignmentSeed:
    from grader.grading import AssignmentSeed

    return AssignmentSeed(value)
