"""A message channel over a stream socket, with a deadline on every read and write."""

from __future__ import annotations

import select
import socket
import time

from grader.errors import WireClosed, WireError, WireTimeout
from grader.wire.message import DEFAULT_LIMITS, HEADER, Message, WireLimits, assemble, encode, parse_head, parse_header


class Channel:
    """Sends and receives `Message`s. Not thread-safe; one side, one owner."""

    def __init__(self, sock: socket.socket, limits: WireLimits = DEFAULT_LIMITS) -> None:
        self._sock = sock
        self._limits = limits
        sock.setblocking(False)

    def fileno(self) -> int:
        """The socket's descriptor."""
        return self._sock.fileno()

    def send(self, message: Message, timeout_s: float | None = None) -> None:
        """Write one message.

        Raises:
            WireError: the message cannot be encoded.
            WireClosed: the other side has gone.
            WireTimeout: the other side did not read in `timeout_s` seconds.
        """
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        for chunk in encode(message):
            view = memoryview(chunk)
            while view:
                try:
                    view = view[self._sock.send(view) :]
                except BlockingIOError:
                    self._wait(write=True, deadline=deadline)
                except OSError as error:
                    raise WireClosed(f"the other side has gone: {error}") from error

    def receive(self, timeout_s: float | None = None) -> Message:
        """Read one message.

        Raises:
            WireError: the bytes do not form a message within the limits.
            WireClosed: the other side ended first.
            WireTimeout: no whole message within `timeout_s` seconds.
        """
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        head_length, arrays_length = parse_header(bytes(self._read(HEADER.size, deadline)), self._limits)
        head = parse_head(bytes(self._read(head_length, deadline)), arrays_length, self._limits)
        return assemble(head, self._read(arrays_length, deadline))

    def close(self) -> None:
        """Close the socket."""
        self._sock.close()

    def _read(self, length: int, deadline: float | None) -> bytearray:
        # Grown as bytes arrive, so that an announced length costs nothing until it is sent.
        buffer = bytearray(min(length, 1 << 22))
        filled = 0
        while filled < length:
            if filled == len(buffer):
                buffer.extend(bytes(min(length - filled, max(len(buffer), 1 << 22))))
            try:
                with memoryview(buffer) as view:
                    count = self._sock.recv_into(view[filled:])
            except BlockingIOError:
                self._wait(write=False, deadline=deadline)
                continue
            except OSError as error:
                raise WireClosed(f"the other side has gone: {error}") from error
            if count == 0:
                raise WireClosed("the other side ended before a whole message arrived.")
            filled += count
        return buffer

    def _wait(self, *, write: bool, deadline: float | None) -> None:
        left = None if deadline is None else deadline - time.monotonic()
        if left is not None and left <= 0:
            raise WireTimeout("no whole message passed within the time given.")
        if self._sock.fileno() < 0:
            raise WireError("the channel is closed.")
        poller = select.poll()
        poller.register(self._sock, select.POLLOUT if write else select.POLLIN)
        poller.poll(None if left is None else max(1, int(left * 1000)))
