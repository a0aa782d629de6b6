"""How cells end, and that they end: the promises that every isolation mode keeps."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from grader.sandbox import CellPolicy, Zygote, measure
from grader.sandbox.measure import descendants
from tests.sandbox.kit import PATIENCE_S, POLICY, Run, run_in

MIB = 1 << 20


@pytest.mark.parametrize(
    ("probe", "reason", "code", "number"),
    [
        ("returns", "exited", 0, None),
        ("exits_three", "exited", 3, None),
        ("exits_with_text", "exited", 1, None),
        ("leaves_at_once", "exited", 0, None),
        ("raises", "exited", 70, None),
        ("kills_itself", "signaled", None, signal.SIGKILL),
        ("leaves_a_thread", "exited", 0, None),
        ("leaves_a_daemon", "exited", 0, None),
    ],
)
def test_end_is_reported_exactly(
    run_anywhere: Run, probe: str, reason: str, code: int | None, number: int | None
) -> None:
    """Code or signal are those of the process that ran the entry, and no process is left afterwards."""
    ran = run_anywhere(probe)
    assert (ran.exit.reason, ran.exit.code, ran.exit.signal) == (reason, code, number)


def test_killing_all_processes_reaches_only_the_cell(run: Run, zygote: Zygote) -> None:
    """`kill -9 -1` ends the cell that did it and nothing else."""
    ran = run("kills_everything")
    assert ran.exit.reason == "signaled"
    assert zygote.alive()


def test_uncaught_exception_is_in_the_output(run_anywhere: Run) -> None:
    """The traceback is captured, even where its text cannot be encoded, and shows no frame above the entry."""
    output = run_anywhere("raises").output
    assert output.startswith("Traceback (most recent call last):")
    assert output.rstrip().endswith("ValueError: a student's mistake \\ud800")


def test_endless_loop_is_stopped_by_the_wall_clock(run_anywhere: Run) -> None:
    """A loop that ignores every signal and every exception ends with reason `wall`."""
    ran = run_anywhere("loops", policy=CellPolicy(wall_s=0.3))
    assert (ran.answer, ran.exit.reason, ran.exit.code, ran.exit.signal) == ("looping", "wall", None, None)


@contextmanager
def crowded(zygote: Zygote, neighbours: int = 6) -> Iterator[None]:
    """One processor for what the zygote forks, with others that never rest on it."""
    processor = min(os.sched_getaffinity(0))
    before = {pid: os.sched_getaffinity(0) for pid in descendants(zygote.pid)}
    loop = f"import os\nos.sched_setaffinity(0, {{{processor}}})\nwhile True: pass"
    others = [subprocess.Popen([sys.executable, "-c", loop]) for _ in range(neighbours)]
    try:
        for pid in before:
            with suppress(ProcessLookupError):
                os.sched_setaffinity(pid, {processor})
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()
        for pid, processors in before.items():
            with suppress(ProcessLookupError):  # a cell of an earlier test that was still ending
                os.sched_setaffinity(pid, processors)


def test_time_in_which_others_ran_does_not_count(zygote: Zygote, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cell that the machine lets wait gets up to three times its wall clock; one that waits of its own will does not."""
    monkeypatch.setattr(measure, "slowness", lambda: 1.0)
    policy = CellPolicy(wall_s=1)
    with crowded(zygote):
        looping = run_in(zygote, "loops", policy=policy).exit
        dawdling = run_in(zygote, "dawdles", policy=policy).exit
    assert (looping.reason, dawdling.reason) == ("wall", "wall")
    # How much of the processor it gets is the scheduler's to say: at most half of it.
    assert dawdling.wall_s < looping.wall_s
    assert looping.wall_s > 1.5 * policy.wall_s > looping.cpu_s


def test_what_a_slow_machine_takes_longer_for_does_not_count(zygote: Zygote, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine of half the ordinary speed a cell computes twice as long, and waits as long as anywhere."""
    policy = CellPolicy(wall_s=1)
    monkeypatch.setattr(measure, "slowness", lambda: 2.0)
    looping = run_in(zygote, "loops", policy=policy).exit
    dawdling = run_in(zygote, "dawdles", policy=policy).exit
    assert (looping.reason, dawdling.reason) == ("wall", "wall")
    assert looping.wall_s > 1.5 * policy.wall_s
    assert dawdling.wall_s < looping.wall_s


def test_slowness_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """By what a piece of work takes, never less than 1, and not again within a second."""
    monkeypatch.setattr(measure, "_slowness", (float("-inf"), 0.0))
    monkeypatch.setattr(measure, "_ORDINARY_STEP_S", 1e-12)
    slow = measure.slowness()
    assert slow > 100
    monkeypatch.setattr(measure, "_ORDINARY_STEP_S", 1.0)
    assert measure.slowness() == slow
    monkeypatch.setattr(measure, "_slowness", (float("-inf"), slow))
    assert measure.slowness() == 1.0


@pytest.mark.parametrize("probe", ["bombs_memory", "bombs_memory_in_children"])
def test_memory_bomb_is_stopped(run_anywhere: Run, probe: str) -> None:
    """Memory counts over all processes, and ends the cell with reason `memory`."""
    ran = run_anywhere(probe, policy=CellPolicy(memory_bytes=128 * MIB))
    assert ran.exit.reason == "memory"
    assert ran.exit.peak_rss_bytes > 128 * MIB


def test_shared_memory_bomb_ends_in_some_way(run_anywhere: Run) -> None:
    """Where a cell may share memory at all it counts; where it may not, the cell gets an exception."""
    ran = run_anywhere("bombs_shared_memory", policy=CellPolicy(memory_bytes=128 * MIB))
    assert (ran.exit.reason, ran.exit.code) in [("memory", None), ("exited", 70)]


def test_ten_gigabytes_are_refused_before_they_are_touched(run_anywhere: Run) -> None:
    """The address space bounds one allocation; its twin within the limit succeeds."""
    assert run_anywhere("takes", 10 << 30).answer == "denied MemoryError"
    assert run_anywhere("takes", 32 * MIB).answer == f"allowed {32 * MIB}"


def test_output_flood_is_cut_and_stopped(run_anywhere: Run) -> None:
    """One gigabyte of text ends the cell with reason `output`; what is kept is the limit."""
    ran = run_anywhere("floods_output", policy=CellPolicy(output_bytes=MIB))
    assert ran.exit.reason == "output"
    assert len(ran.output) == MIB


def test_output_up_to_the_limit_is_kept_whole(run_anywhere: Run) -> None:
    """Exactly the limit is allowed, and stderr follows stdout in the order written."""
    ran = run_anywhere("prints", MIB, policy=CellPolicy(output_bytes=MIB))
    assert (ran.exit.reason, ran.exit.code, len(ran.output), ran.output[-5:]) == ("exited", 0, MIB, "xlast")


def test_fork_bomb_is_stopped(run_anywhere: Run) -> None:
    """Whether by its process limit and wall clock or by the watchdog's count: it ends, with all its processes."""
    assert run_anywhere("bombs_processes_without_end", policy=CellPolicy(wall_s=1)).exit.reason in {"wall", "killed"}


def test_open_files_are_bounded(run_anywhere: Run) -> None:
    """Descriptors run out at the limit, and a few can be opened."""
    assert run_anywhere("opens_files", 500).answer == "denied EMFILE"
    assert run_anywhere("opens_files", 100).answer == "allowed 100"


def test_kill_ends_a_cell_with_the_reason_given(any_zygote: Zygote) -> None:
    """The first reason stays, and closing twice gives the same end."""
    with any_zygote.spawn("sandbox_probes:loops", CellPolicy()) as cell:
        assert cell.socket.recv(16) == b"looping"
        assert cell.poll() is None
        assert cell.wait(0) is None
        cell.kill("wall")
        cell.kill("killed")
        ended = cell.close()
    assert ended.reason == "wall"
    assert cell.close() == ended == cell.poll()


def test_closing_a_cell_that_ended_by_itself_keeps_its_end(any_zygote: Zygote) -> None:
    """A kill that comes too late changes nothing."""
    cell = any_zygote.spawn("sandbox_probes:exits_three", CellPolicy())
    assert cell.wait(PATIENCE_S) is not None
    cell.kill()
    assert (cell.close().reason, cell.close().code) == ("exited", 3)


def test_cells_of_one_zygote_run_side_by_side(any_zygote: Zygote) -> None:
    """Several cells live at once, and each ends for itself."""
    cells = [any_zygote.spawn("sandbox_probes:waits", CellPolicy()) for _ in range(4)]
    assert [cell.socket.recv(16) for cell in cells] == [b"waiting"] * 4
    cells[0].close()
    assert [cell.poll() is None for cell in cells] == [False, True, True, True]
    for cell in cells[1:]:
        cell.socket.sendall(b"1")
        assert cell.wait(PATIENCE_S) is not None
        assert cell.close().code == 0


def test_what_a_folder_held_in_the_end_is_seen_from_outside(any_zygote: Zygote) -> None:
    """By a process without student code, after all others of the cell have ended, also where the cell was killed."""
    for name in ("leaves_files", "leaves_files_and_waits"):
        with any_zygote.spawn(f"sandbox_probes:{name}", POLICY, listed="photos") as cell:
            cell.socket.settimeout(PATIENCE_S)
            assert cell.socket.recv(5) == b"ready"
        assert cell.files == {"left.txt": 3, "ü\udc80.txt": 0}
    with any_zygote.spawn("sandbox_probes:folder_becomes_a_link", POLICY, listed="photos") as cell:
        cell.socket.settimeout(PATIENCE_S)
        assert cell.socket.recv(5) == b"ready"
    assert cell.files == {}
    with any_zygote.spawn("sandbox_probes:leaves_files", POLICY) as cell:
        cell.wait(PATIENCE_S)
    assert cell.files is None
