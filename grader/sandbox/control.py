"""Small JSON messages with descriptors, between the parent, a zygote and the processes around a cell.

Over a SOCK_SEQPACKET pair, so that a message is one packet. Student code never holds an end of one.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from grader.sandbox.policy import CellPolicy

_MAX_BYTES = 1 << 16
_MAX_DESCRIPTORS = 8


@dataclass(frozen=True)
class SpawnRequest:
    """Asks a zygote for a cell. Travels with two descriptors: output and status."""

    entry: str
    name: str
    policy: CellPolicy
    folder: str = ""
    """Work folder made by the parent, where the cell has no file system of its own (isolation `unsafe`)."""
    listed: str = ""
    """A folder in the work folder whose files are listed once the cell has ended; empty for none."""

    def to_body(self) -> dict[str, Any]:
        """As a JSON object."""
        return asdict(self)

    @classmethod
    def from_body(cls, body: dict[str, Any]) -> SpawnRequest:
        """The inverse of `to_body`."""
        return cls(**{**body, "policy": CellPolicy(**body["policy"])})


def pair() -> tuple[socket.socket, socket.socket]:
    """Both ends of a control channel."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def send(channel: socket.socket, body: dict[str, Any], descriptors: Sequence[int] = ()) -> None:
    """Send one message. A text under `fault` that is too long for a packet loses its beginning."""
    if len(body.get("fault", "")) > _MAX_BYTES // 8:
        body = {**body, "fault": body["fault"][-_MAX_BYTES // 8 :]}
    socket.send_fds(channel, [json.dumps(body).encode()], list(descriptors))


def receive(channel: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """The next message and its descriptors, or None where the other side has ended."""
    data, descriptors, _, _ = socket.recv_fds(channel, _MAX_BYTES, _MAX_DESCRIPTORS, socket.MSG_CMSG_CLOEXEC)
    if not data:
        return None
    body: dict[str, Any] = json.loads(data)
    return body, list(descriptors)
