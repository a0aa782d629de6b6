"""The student cell's entry: one channel, one slice, requests until the other side hangs up.

Everything that leaves this process is evidence, never a verdict: whatever runs here shares its memory with
the student's code and may have been changed by it.
"""

from __future__ import annotations

import contextlib
import io
import socket
import sys
from pathlib import Path, PurePosixPath
from typing import Any

from grader.errors import WireClosed, WireError
from grader.student import by_name, compat, failures
from grader.student.adapters import ADAPTERS, Adapter
from grader.student.loader import loader
from grader.student.module import SlicedSource, StudentModule
from grader.wire import DEFAULT_LIMITS, Channel, Message, encode

CELL_WORK = Path("/cell/work")
OTHERS = ("rehearsal", "case")
"""How names of arrays begin that belong to one of several forms of a request."""
TOO_LARGE = f"What your code gives takes more than {DEFAULT_LIMITS.arrays_bytes >> 20:,} MiB."


def main(sock: socket.socket) -> None:
    """Serve one examiner over `sock` until it closes.

    The first message is `setup`: `cells` (the slice), `notebook` (bool), `seed` (int), `files` (path and size
    each) with one `uint8` array `files` that holds their bytes one after another, and optionally `compat` (bool:
    accept what older Keras accepted). Then `request` messages name an adapter. Each is answered by `answer`, or by
    `error` with the student's own frames; the body of either carries `notes`, kinds of `drift.TEXTS`.
    """
    channel = Channel(sock)
    setup = channel.receive()
    write_files(Path.cwd(), setup.body["files"], setup.arrays["files"].tobytes())
    _seed(setup.body["seed"])
    notes = compat.install() if setup.body.get("compat", True) else compat.Notes()
    module = StudentModule([SlicedSource(**cell) for cell in setup.body["cells"]], notebook=setup.body["notebook"])
    while True:
        try:
            request = channel.receive()
        except WireClosed:
            return
        reply = answer(module, request, notes)
        channel.send(Message(reply.kind, {**reply.body, "notes": notes.to_body()}, reply.arrays))


def answer(module: StudentModule, request: Message, notes: compat.Notes | None = None) -> Message:
    """Run one request against the student's module; any exception of theirs becomes an `error` message.

    Where the body has `rehearsals`, a list of bodies, the same is first asked with each of these in place of its own values (and
    the arrays `rehearsal<i>/<name>` in place of `<name>`): a function has to be right however often it was called before.
    Where it has `cases`, a list of bodies, each is a request of its own with these values (and the arrays `case<i>/<name>`), answered by
    `cases`, a list of `body` or None where it raised, and arrays `case<i>/…`.
    Where it has `loader`, the name of a function, that one gives way to one that answers with the request's arrays `loaded/…`.
    Where it has `stage`, the code is a script's, and objects that the adapter makes are to be there before it starts. `by_name`
    are files that Keras loads by their names where the code's path leads nowhere, which goes to `notes`.
    """
    if name := request.body.get("loader"):
        module.replace(name, loader(request.arrays))
    if files := request.body.get("by_name"):
        by_name.install(files, notes or compat.Notes())
    try:
        if "stage" not in request.body:
            module.load()
        adapter = ADAPTERS[request.body["adapter"]]
        reply = _in_turn(adapter, module, request) if "cases" in request.body else _asked(adapter, module, request)
    # BaseException: SystemExit and KeyboardInterrupt raised by student code are the student's, too.
    except BaseException as error:  # noqa: BLE001
        return failures.describe(error)
    try:
        if sum(array.nbytes for array in reply.arrays.values()) > DEFAULT_LIMITS.arrays_bytes:
            raise failures.NotWhatWasAsked("too_large", TOO_LARGE)
        encode(reply)
    except (WireError, failures.NotWhatWasAsked) as error:
        return failures.describe(error)
    return reply


def _in_turn(adapter: Adapter, module: StudentModule, request: Message) -> Message:
    """The answers to several requests. What the code prints is kept of the first alone.

    One that raises leaves the others their answers. It is asked again in a cell of its own, where its error counts.
    """
    bodies: list[dict[str, Any] | None] = []
    arrays: dict[str, Any] = {}
    for number, changed in enumerate(request.body["cases"]):
        prefix = f"case{number}/"
        with contextlib.redirect_stdout(_Nowhere()) if number else contextlib.nullcontext():
            try:
                reply = adapter(module, _changed(request, prefix, changed))
            except Exception:  # noqa: BLE001 - the student's
                bodies.append(None)
                continue
            finally:
                _close_figures()
        bodies.append(reply.body)
        arrays |= {f"{prefix}{name}": array for name, array in reply.arrays.items()}
    return Message("answer", {"cases": bodies}, arrays)


def _asked(adapter: Adapter, module: StudentModule, request: Message) -> Message:
    """The answer to a request after its rehearsals. What the code prints is kept of the first call alone.

    Raises:
        Exception: whatever the student's code raised, in the call that counts or before.
    """
    failed: Exception | None = None
    for number, changed in enumerate(request.body.get("rehearsals", ())):
        with contextlib.redirect_stdout(_Nowhere()) if number else contextlib.nullcontext():
            try:
                adapter(module, _changed(request, f"rehearsal{number}/", {**changed, "rehearsal": True}))
            except Exception as error:  # noqa: BLE001 - the student's
                failed = failed or error
        _close_figures()
    with contextlib.redirect_stdout(_Nowhere()) if "rehearsals" in request.body else contextlib.nullcontext():
        reply = adapter(module, request)
    # Only now: what the call that counts raises comes first.
    if failed is not None:
        raise failed
    return reply


class _Nowhere(io.TextIOBase):
    """A stream without a file behind it: a cell has no descriptor that its code did not open."""

    def write(self, text: str, /) -> int:
        """Forget the text."""
        return len(text)


def _changed(request: Message, prefix: str, changed: dict[str, Any]) -> Message:
    """The same request with the values of `changed`, and with the arrays below `prefix` in place of its own."""
    arrays = {name: array for name, array in request.arrays.items() if not name.startswith(OTHERS)}
    arrays |= {name.removeprefix(prefix): array for name, array in request.arrays.items() if name.startswith(prefix)}
    return Message(request.kind, {**request.body, **changed}, arrays)


def _close_figures() -> None:
    """As a notebook does after each cell: what draws without a figure of its own begins a new one."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close("all")


def write_files(root: Path, files: list[dict[str, Any]], data: bytes) -> None:
    """Lay out `files` below `root`. Paths are the examiner's own, without `..`, and relative or below the cell's own `/tmp`.

    Older notebooks have `/tmp/...` written into them. Outside of a cell that is everybody's folder, and stays alone.
    """
    own_tmp = root == CELL_WORK
    offset = 0
    for entry in files:
        relative = PurePosixPath(entry["path"])
        inside = not relative.is_absolute() or (own_tmp and relative.parts[:2] == ("/", "tmp"))
        if not inside or ".." in relative.parts:
            raise WireError(f"file path {entry['path']!r} leaves the work folder.")
        target = root / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        size = entry["size"]
        target.write_bytes(data[offset : offset + size])
        offset += size


def _seed(seed: int) -> None:
    import keras

    keras.utils.set_random_seed(seed)
