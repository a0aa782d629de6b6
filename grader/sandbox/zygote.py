"""The parent's side of a zygote: starts it, asks it for cells, ends it. Linux only."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from grader.errors import GraderFault, IsolationUnavailable
from grader.results import Isolation
from grader.sandbox import advice, control
from grader.sandbox.cell import Cell, CellHandles
from grader.sandbox.layout import CONTROL_FD, environment
from grader.sandbox.policy import CellPolicy
from grader.sandbox.watchdog import Watchdog

if TYPE_CHECKING:
    from grader.sandbox.launcher import Launch

NOBODY = 65534
_START_S = 180.0
_SPAWN_S = 60.0
_CLOSE_S = 5.0
_SAID_BYTES = 1 << 16


class Zygote:
    """One warm process with libraries imported and a single thread, from which cells are forked.

    It holds nothing secret: a cell can read its copy of the zygote's memory. Also a context manager.

    Isolation `cold` is the same mechanism; its caller closes the zygote after one submission.

    Args:
        isolation: `namespaces`, `cold`, or `unsafe` for no walls at all.
        preload: modules imported before the first fork.
        entries: `package.module:function` callables that `spawn` may name, imported up front.
        readable: files and folders shown inside, at their own absolute paths.
        hidden: paths emptied inside, even where a readable root contains them. What is listed in
            `readable` and lies below a hidden folder is still shown.
        import_path: folders put in front of the zygote's import path, and shown inside.
        user: id of the unprivileged user and group that root becomes.
        settings: environment variables beside those of every zygote, such as what a library reads when it is imported.

    Raises:
        IsolationUnavailable: this machine cannot isolate; the message ends with the command that mends it.
        GraderFault: an import failed inside.
        UsageError: a path in `readable` or `import_path` does not exist.
    """

    def __init__(
        self,
        *,
        isolation: Isolation,
        preload: Sequence[str],
        entries: Sequence[str],
        readable: Sequence[Path] = (),
        hidden: Sequence[Path] = (),
        import_path: Sequence[Path] = (),
        user: int = NOBODY,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        if sys.platform != "linux":
            raise IsolationUnavailable(str(advice.NOT_LINUX))
        self.isolation: Isolation = isolation
        self._isolated = isolation != "unsafe"
        bwrap = shutil.which("bwrap") or shutil.which("bwrap", path="/usr/bin:/usr/local/bin:/bin")
        if self._isolated and bwrap is None:
            raise IsolationUnavailable(str(advice.MISSING_BWRAP))
        from grader.sandbox.launcher import Launch
        from grader.sandbox.tree import visible_tree

        launch = Launch(
            isolated=self._isolated,
            bwrap=bwrap or "",
            user=user,
            group=user,
            tree=visible_tree(readable, hidden, import_path),
            preload=tuple(preload),
            entries=tuple(entries),
            settings=dict(settings or {}),
        )
        self._entries = frozenset(entries)
        self._cells: weakref.WeakSet[Cell] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._said = os.memfd_create("zygote-said", os.MFD_CLOEXEC)
        self._watchdog = Watchdog.of_this_process()
        self._control, self._process = self._watchdog.call(lambda: self._start(launch))
        try:
            self._await_ready()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """Process id of the outermost process."""
        return self._process.pid

    def alive(self) -> bool:
        """Whether it can still be asked for cells."""
        return self._control.fileno() >= 0 and self._process.poll() is None

    def spawn(self, entry: str, policy: CellPolicy, *, name: str = "", listed: str = "") -> Cell:
        """Fork a cell that runs `entry(socket)`. Returns when it is about to.

        Args:
            name: for messages; its part before a colon is the name of the process.
            listed: a folder in the cell's work folder, of which `Cell.files` tells what it held in the end.

        Raises:
            GraderFault: the zygote has gone, or the cell could not be set up.
            IsolationUnavailable: the kernel refused a namespace or a mount.
        """
        if entry not in self._entries:
            raise GraderFault(f"entry {entry!r} was not named when the zygote started.")
        started = time.monotonic()
        folder = "" if self._isolated else tempfile.mkdtemp(prefix="cell-")
        read, write = os.pipe2(os.O_CLOEXEC)
        status, their_status = control.pair()
        pidfds: list[int] = []
        wires: list[int] = []
        try:
            fcntl.fcntl(read, fcntl.F_SETFL, os.O_NONBLOCK)
            with contextlib.suppress(OSError):
                fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, 1 << 20)
            request = control.SpawnRequest(entry, name, policy, folder, listed)
            passed = [write, their_status.fileno()]
            body = self._ask(request, passed, pidfds)
            # Ours are closed before waiting, or the end of the cell would not show on its sockets.
            their_status.close()
            os.close(write)
            write = -1
            told = self._await_running(status, pidfds, wires)
        except BaseException:
            for fd in pidfds:
                with contextlib.suppress(OSError):
                    signal.pidfd_send_signal(fd, signal.SIGKILL)
            for fd in (*pidfds, *wires, read, write):
                if fd >= 0:
                    os.close(fd)
            for sock in (status, their_status):
                sock.close()
            if folder:
                shutil.rmtree(folder, ignore_errors=True)
            raise
        handles = CellHandles(
            wire=socket.socket(fileno=wires[0]),
            output=read,
            status=status,
            first=pidfds[0],
            target=pidfds[-1],
            kill_signal=signal.SIGKILL if self._isolated else signal.SIGTERM,
            inherited_bytes=int(body["inherited"]),
            started=started,
            folder=folder,
            listed=listed,
            told=told,
        )
        cell = Cell(name or entry, policy, handles)
        self._cells.add(cell)
        self._watchdog.watch(cell)
        return cell

    def close(self) -> None:
        """End it, and with it every cell that still runs."""
        cells = list(self._cells)
        for cell in cells:
            cell.kill()
        for cell in cells:
            # Without namespaces a cell needs its first process, which ends with the zygote, to be cleared away.
            cell.wait(_CLOSE_S)
        with self._lock:
            self._control.close()
            try:
                self._process.wait(_CLOSE_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            if self._said >= 0:
                os.close(self._said)
                self._said = -1

    def _start(self, launch: Launch) -> tuple[socket.socket, subprocess.Popen[bytes]]:
        ours, theirs = control.pair()
        root = str(Path(__file__).resolve().parents[2])
        # The launcher finds its end of the control channel at a fixed number.
        boot = (
            "import os, sys; os.dup2(int(sys.argv[2]), int(sys.argv[3])); sys.path.insert(0, sys.argv[4]); "
            "from grader.sandbox.launcher import main; main(sys.argv[1])"
        )
        kept = {name: value for name, value in os.environ.items() if name == "LD_LIBRARY_PATH"}
        home = {} if self._isolated else {"HOME": tempfile.gettempdir(), "TMPDIR": tempfile.gettempdir()}
        try:
            process = subprocess.Popen(
                [sys.executable, "-I", "-c", boot, launch.to_json(), str(theirs.fileno()), str(CONTROL_FD), root],
                stdin=subprocess.DEVNULL,
                stdout=self._said,
                stderr=self._said,
                pass_fds=[theirs.fileno()],
                env={**environment(), **launch.settings, **kept, **home},
                cwd="/",
                start_new_session=True,
            )
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        return ours, process

    def _await_ready(self) -> None:
        started = False
        self._control.settimeout(_START_S)
        while True:
            try:
                received = control.receive(self._control)
            except TimeoutError as error:
                raise GraderFault(f"the zygote was not ready within {_START_S:g} s. {self._what_it_said()}") from error
            except ConnectionError:
                received = None
            if received is None:
                said = self._what_it_said()
                if started or not self._isolated:
                    raise GraderFault(f"the zygote ended while it imported its modules: {said}")
                raise IsolationUnavailable(str(advice.explain(said)))
            body = received[0]
            if body["kind"] == "fault":
                raise GraderFault(f"the zygote could not import its modules:\n{body['fault']}")
            if body["kind"] == "ready":
                return
            started = True

    def _ask(self, request: control.SpawnRequest, passed: list[int], pidfds: list[int]) -> dict[str, Any]:
        with self._lock:
            if not self.alive():
                raise GraderFault(f"the zygote has ended. {self._what_it_said()}")
            self._control.settimeout(_SPAWN_S)
            try:
                control.send(self._control, request.to_body(), passed)
                received = control.receive(self._control)
            except OSError as error:
                raise GraderFault(f"the zygote does not answer ({error}). {self._what_it_said()}") from error
        if received is None:
            raise GraderFault(f"the zygote has ended. {self._what_it_said()}")
        body, descriptors = received
        if body["kind"] == "fault":
            raise GraderFault(f"the zygote could not fork:\n{body['fault']}")
        pidfds += descriptors
        return body

    def _await_running(self, status: socket.socket, pidfds: list[int], wires: list[int]) -> list[dict[str, Any]]:
        """Wait until the cell runs; what else came meanwhile, as the end of one that was quick."""
        more: list[dict[str, Any]] = []
        status.settimeout(_SPAWN_S)
        # Told by different processes, in any order. Who kills a cell before it knows the second one ends the first, which then
        # cannot say how the cell ended.
        missing = {"running", "init"} if self._isolated else {"running"}
        while missing:
            try:
                received = control.receive(status)
            except OSError as error:
                raise GraderFault(f"a cell did not start within {_SPAWN_S:g} s ({error}).") from error
            if received is None:
                raise GraderFault(f"a cell ended before it ran. {self._what_it_said()}")
            body, descriptors = received
            (wires if body["kind"] == "wire" else pidfds).extend(descriptors)
            if body["kind"] == "fault":
                fault = str(body["fault"])
                if self._isolated and ("OSError" in fault or "PermissionError" in fault):
                    raise IsolationUnavailable(str(advice.explain(fault)))
                raise GraderFault(f"a cell could not be set up:\n{fault}")
            if body["kind"] in ("ended", "files"):
                more.append(body)
            missing.discard(body["kind"])
        return more

    def _what_it_said(self) -> str:
        if self._said < 0:
            return ""
        size = os.fstat(self._said).st_size
        return os.pread(self._said, _SAID_BYTES, max(0, size - _SAID_BYTES)).decode("utf-8", "replace").strip()
