"""Real worker processes: they keep a session, they may die, they end with the run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import grader
from grader.batch import grade_folder
from grader.batch.pool import WorkerPool, available_memory, default_jobs
from grader.batch.testing import ScriptedEngine

HANGING = """
import signal
import threading
from grader.batch.pool import WorkerPool

def hang():
    print("hanging", flush=True)
    threading.Event().wait()

if __name__ == "__main__":
    # Whoever starts the tests in the background may have had Ctrl-C ignored for all that comes from there.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    pool = WorkerPool(1)
    future = pool.submit(hang)
    try:
        future.result()
    except KeyboardInterrupt:
        pool.shutdown(wait=False, cancel_futures=True)
        print("stopped", flush=True)
"""


def hanging(folder: Path) -> subprocess.Popen[str]:
    """A process with a pool whose one worker never ends by itself."""
    script = folder / "script.py"
    script.write_text(HANGING)
    environment = os.environ | {"PYTHONPATH": str(Path(grader.__file__).parents[1])}
    return subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True, env=environment)


def test_worker_death_in_a_real_pool_leaves_one_ungraded(tmp_path: Path, hand_in: Callable[..., Path]) -> None:
    """A process that ends under a submission is retried, and every other submission is graded."""
    engine = ScriptedEngine(tmp_path / "log", processes=True)
    outcome = grade_folder(
        "toy", hand_in(a="pass", b="die", c="die once", d="half"), tmp_path / "out", jobs=2, engine=engine
    )

    assert {row.file: row.status for row in outcome.rows} == {
        "a.py": "graded",
        "b.py": "ungraded",
        "c.py": "graded",
        "d.py": "graded",
    }
    assert engine.noted()[-1] == "close"


def test_pool_left_in_the_middle_stops_its_workers(tmp_path: Path) -> None:
    """Ctrl-C to the parent alone ends a worker that would run for ever."""
    with hanging(tmp_path) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "hanging\n"
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == "stopped\n"
        assert process.stdout.read() == ""
        assert process.wait(timeout=30) == 0


def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    """A killed batch leaves no warm session behind: the pipe that the worker holds closes."""
    with hanging(tmp_path) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "hanging\n"
        process.kill()
        assert process.stdout.read() == ""


def test_pool_ignores_ctrl_c_in_its_workers() -> None:
    """A terminal sends Ctrl-C to the whole group; only the parent acts on it."""
    with WorkerPool(1) as pool:
        assert pool.submit(signal.getsignal, signal.SIGINT).result() == signal.SIG_IGN
        assert pool.submit(os.getpid).result() != os.getpid()


def test_default_jobs_are_bounded_by_work_and_at_least_one() -> None:
    """One submission needs one worker, and a small machine still grades."""
    assert default_jobs(1) == 1
    assert default_jobs(0) == 1
    assert 1 <= default_jobs(1000) <= (os.cpu_count() or 1)


def test_available_memory_heeds_the_control_group(tmp_path: Path) -> None:
    """In a container the group's limit counts, not the machine's."""
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/meminfo").write_text("MemTotal: 9000 kB\nMemAvailable: 8000 kB\n")
    assert available_memory(tmp_path) == 8000 * 1024
    group = tmp_path / "sys/fs/cgroup"
    group.mkdir(parents=True)
    (group / "memory.max").write_text("5000\n")
    (group / "memory.current").write_text("2000\n")
    assert available_memory(tmp_path) == 3000
    (group / "memory.max").write_text("max\n")
    assert available_memory(tmp_path) == 8000 * 1024
