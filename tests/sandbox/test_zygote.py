"""The zygote's own life: what it refuses, what it reports, and that nothing outlives the parent."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from grader.errors import GraderFault, IsolationUnavailable
from grader.results import Isolation
from grader.sandbox import CellPolicy, Zygote, control
from tests.sandbox.kit import INSIDE, PATIENCE_S, make_zygote, run_in

ROOT = Path(__file__).resolve().parents[2]
BOTH: list[Isolation] = ["namespaces", "unsafe"]


@pytest.mark.parametrize("isolation", BOTH)
def test_failed_import_is_reported_with_its_traceback(isolation: Isolation) -> None:
    """The parent sees the error of the import, not a broken pipe."""
    with pytest.raises(GraderFault, match="No module named 'no_such_library'"):
        Zygote(isolation=isolation, preload=["no_such_library"], entries=())


@pytest.mark.parametrize("isolation", BOTH)
def test_second_thread_is_refused(isolation: Isolation) -> None:
    """A library that starts threads on import would hang every cell's `fit`."""
    with pytest.raises(GraderFault, match=r"the zygote has 2 threads \(rule: 1\)"):
        Zygote(isolation=isolation, preload=["threaded_module"], entries=(), import_path=[INSIDE])


FRAMES = """
import sys

try:
    import pyarrow
except ImportError:
    pyarrow = None


def uses(_):
    import pyarrow as now

    sys.exit(0 if pyarrow is None and now.STARTED else 1)
"""


@pytest.mark.parametrize("isolation", BOTH)
def test_library_that_another_would_like_to_have_starts_no_thread(isolation: Isolation, tmp_path: Path) -> None:
    """Where pyarrow is installed pandas imports it, and it starts threads: not in the zygote, but a cell can import it."""
    (tmp_path / "pyarrow.py").write_text("import threaded_module\nSTARTED = True\n")
    (tmp_path / "frames.py").write_text(FRAMES)
    with (
        Zygote(
            isolation=isolation, preload=["frames"], entries=["frames:uses"], import_path=[tmp_path, INSIDE]
        ) as zygote,
        zygote.spawn("frames:uses", CellPolicy()) as cell,
    ):
        ended = cell.wait(PATIENCE_S)
        assert ended is not None
        assert (ended.reason, ended.code) == ("exited", 0), cell.output().decode()


@pytest.mark.parametrize(
    "order", [("init", "running", "ended"), ("running", "ended", "init"), ("ended", "running", "init")]
)
def test_a_cell_is_there_once_both_of_its_processes_have_said_so(order: tuple[str, ...]) -> None:
    """Who may be killed is known before anybody kills, and nothing that came earlier is lost."""
    zygote = Zygote.__new__(Zygote)
    zygote._isolated = True
    ours, theirs = control.pair()
    with ours, theirs, Path(os.devnull).open() as process:
        for kind in order:
            control.send(theirs, {"kind": kind}, [process.fileno()] if kind == "init" else [])
        pidfds: list[int] = []
        told = zygote._await_running(ours, pidfds, [])
        told += [control.receive(ours)[0]] if not told else []
        assert len(pidfds) == 1
        assert told == [{"kind": "ended"}]
        os.close(pidfds[0])


def test_unknown_entry_is_refused(zygote: Zygote) -> None:
    """Only what was named at the start can be run."""
    with pytest.raises(GraderFault, match="entry 'os:abort' was not named when the zygote started"):
        zygote.spawn("os:abort", CellPolicy())
    assert zygote.alive()


@pytest.mark.parametrize("isolation", BOTH)
def test_closed_zygote_gives_no_cells(isolation: Isolation, material: Path) -> None:
    """Closing ends the cells that still run; closing again does nothing."""
    zygote = make_zygote(isolation, material)
    cell = zygote.spawn("sandbox_probes:loops", CellPolicy())
    zygote.close()
    zygote.close()
    assert not zygote.alive()
    assert cell.close().reason == "killed"
    with pytest.raises(GraderFault, match="the zygote has ended"):
        zygote.spawn("sandbox_probes:returns", CellPolicy())


def test_killed_zygote_is_noticed(material: Path) -> None:
    """A zygote that the machine killed takes its cells along, and the next spawn says so."""
    with make_zygote("namespaces", material) as zygote:
        with zygote.spawn("sandbox_probes:loops", CellPolicy()) as cell:
            os.kill(zygote.pid, signal.SIGKILL)
            ended = cell.wait(PATIENCE_S)
        assert ended is not None
        assert (ended.reason, ended.signal) == ("signaled", signal.SIGKILL)
        with pytest.raises(GraderFault):
            zygote.spawn("sandbox_probes:returns", CellPolicy())


def test_missing_bubblewrap_names_the_mending_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line with the cause and what to type."""
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    with pytest.raises(IsolationUnavailable) as caught:
        Zygote(isolation="namespaces", preload=(), entries=())
    assert str(caught.value) == (
        "bubblewrap (`bwrap`) is not installed. Mend it: "
        "`sudo apt-get install bubblewrap` or `sudo dnf install bubblewrap`."
    )


def test_zygote_outlives_the_thread_that_made_it(material: Path) -> None:
    """The kernel's parent-death signal follows threads; ours is a thread that stays."""
    made: list[Zygote] = []
    thread = threading.Thread(target=lambda: made.append(make_zygote("namespaces", material)))
    thread.start()
    thread.join()
    with made[0] as zygote:
        assert run_in(zygote, "returns").output == "printed\n"


@pytest.mark.parametrize("isolation", BOTH)
def test_nothing_outlives_a_killed_parent(isolation: Isolation, tmp_path: Path) -> None:
    """SIGKILL to the process that holds the zygote ends zygote and cells."""
    script = f"""
import os, sys
sys.path[:0] = [{str(ROOT)!r}]
from pathlib import Path
from grader.sandbox import CellPolicy, Zygote
from grader.sandbox.measure import descendants
zygote = Zygote(isolation={isolation!r}, preload=(), entries=["sandbox_probes:loops"], import_path=[Path({str(INSIDE)!r})])
cell = zygote.spawn("sandbox_probes:loops", CellPolicy())
cell.socket.recv(16)
print(*descendants(os.getpid())[1:], flush=True)
sys.stdin.read()
"""
    parent = subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd="/",
        # Without namespaces the work folder is left behind when all is killed.
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert parent.stdout is not None
    pids = [int(word) for word in parent.stdout.readline().split()]
    assert len(pids) >= 3
    pidfds = [os.pidfd_open(pid) for pid in pids]
    parent.kill()
    parent.communicate()
    for pidfd in pidfds:
        assert select.select([pidfd], [], [], PATIENCE_S)[0], "a process outlived its parent"
        os.close(pidfd)


def test_package_imports_nothing_of_linux() -> None:
    """On Windows and macOS the package and its plain data can be imported."""
    script = (
        f"import sys; sys.path[:0] = [{str(ROOT)!r}]; import grader.sandbox; from grader.sandbox import CellPolicy; "
        "print(sorted({'fcntl', 'resource', 'ctypes'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
