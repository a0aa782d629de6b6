"""Real schedulers and workers on loopback: whatever ends on the way, every submission gets its one report."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from grader.cluster.testing import PNG
from grader.results import from_json
from tests.cluster.conftest import Loopback, ended, until

pytestmark = pytest.mark.slow


def gradings(loopback: Loopback) -> Counter[str]:
    """How often each file was begun."""
    return Counter(line.removeprefix("grade ") for line in loopback.noted() if line.startswith("grade "))


def statuses(folder: Path) -> dict[str, str]:
    """Status of each report below a folder."""
    return {path.parent.name: from_json(path.read_bytes()).status for path in folder.glob("*/report.json")}


def test_two_workers_give_every_submission_one_report(loopback: Loopback) -> None:
    """Each is graded once, by workers that keep their session, and a rerun on this machine takes all of it over."""
    loopback.start_worker(jobs=2)
    folder = loopback.hand_in(a="hold", b="hold", c="pass", d="half", e="pass", f="ungraded", g="unreadable")
    process = loopback.batch(folder)
    assert len(set(loopback.holding(2))) == 2
    loopback.release()
    done = loopback.end_of(process)

    assert done.code == 3
    assert {file: row["status"] for file, row in done.rows.items()} == {
        **dict.fromkeys(("a.py", "b.py", "c.py", "d.py", "e.py"), "graded"), "f.py": "ungraded", "g.py": "unusable",
    }  # fmt: skip
    assert done.rows["d.py"]["score"] == 5
    assert gradings(loopback) == {"a.py": 1, "b.py": 1, "c.py": 1, "d.py": 1, "e.py": 1, "f.py": 2}
    assert (loopback.out / "grades.csv").exists()
    assert (loopback.out / "f.py" / "fault.log").read_text() == "why it died"
    # One session each, and a fresh one after the fault.
    assert sum(line.startswith("open") for line in loopback.noted()) <= 4

    again = loopback.graded(folder, "--retry", "ungraded", cluster=False)
    assert again.code == 3
    assert [file for file, row in again.rows.items() if not row["resumed"]] == ["f.py"]
    assert gradings(loopback)["a.py"] == 1


def test_selection_works_as_on_this_machine(loopback: Loopback) -> None:
    loopback.start_worker()
    folder = loopback.hand_in(a="pass", b="pass", c="pass")
    assert list(loopback.graded(folder, "--only", "b*").rows) == ["b.py"]
    assert loopback.graded(folder, "--limit", "1").code == 0
    assert loopback.graded(folder, "--only", "b*", "--force").code == 0
    assert gradings(loopback) == {"a.py": 1, "b.py": 2}


def test_a_killed_worker_loses_nothing(loopback: Loopback) -> None:
    """What it had begun is graded elsewhere, and nothing twice."""
    loopback.start_worker("--no-nanny")
    loopback.start_worker("--no-nanny")
    folder = loopback.hand_in(a="hold", b="hold", **{f"c{number}": "pass" for number in range(6)})
    process = loopback.batch(folder)
    victim = loopback.holding(2)[0]
    os.kill(victim, signal.SIGKILL)
    loopback.release()
    done = loopback.end_of(process)

    assert done.code == 0
    assert set(done.rows) == {"a.py", "b.py", *(f"c{number}.py" for number in range(6))}
    assert {row["status"] for row in done.rows.values()} == {"graded"}
    assert statuses(loopback.out) == dict.fromkeys(done.rows, "graded")
    # The victim never noted that it graded.
    assert set(gradings(loopback).values()) == {1}


def test_what_kills_every_worker_is_left_ungraded(loopback: Loopback) -> None:
    """Workers come back, the one at fault is tried a bounded number of times and costs no points, the others are graded."""
    loopback.start_worker(jobs=2)
    done = loopback.graded(loopback.hand_in(a="die", b="pass", c="pass"))

    assert done.code == 3
    assert {file: row["status"] for file, row in done.rows.items()} == {
        "a.py": "ungraded", "b.py": "graded", "c.py": "graded",
    }  # fmt: skip
    assert done.rows["a.py"]["message"] == (
        "A fault of the grader, not of this submission: 4 workers, one after another, died while they graded it."
    )
    assert gradings(loopback)["a.py"] == 4


def test_a_run_without_workers_says_so_and_goes_on_with_the_next(loopback: Loopback) -> None:
    """It waits, loses nothing, and tells the way out instead of standing still in silence."""
    first = loopback.start_worker("--no-nanny")
    process = loopback.batch(loopback.hand_in(a="hold", b="pass"))
    os.kill(loopback.holding(1)[0], signal.SIGKILL)
    ended(first)
    assert process.stderr is not None
    os.set_blocking(process.stderr.fileno(), False)
    told: list[str] = []
    until(lambda: told.extend(process.stderr) or "no worker is left at tcp://127.0.0.1:" in "".join(told))
    assert "start one with `grader worker tcp://" in told[-1]
    os.set_blocking(process.stderr.fileno(), True)

    loopback.release()
    loopback.start_worker("--no-nanny")
    done = loopback.end_of(process)
    assert done.code == 0
    assert statuses(loopback.out) == {"a.py": "graded", "b.py": "graded"}


def test_a_worker_with_another_exercise_grades_nothing(loopback: Loopback) -> None:
    """One line names the worker and what differs."""
    loopback.start_worker("--name", "lab-3", version="2")
    done = loopback.graded(loopback.hand_in(a="pass"))

    assert done.code == 2
    assert len(done.complaints) == 2  # the first says that it waits for a worker
    assert done.complaints[-1].startswith("grader: worker lab-3 (tcp://127.0.0.1:")
    assert done.complaints[-1].endswith(
        ") differs in exercise (2 there, 1 here): install there what is installed here. It has graded nothing of this."
    )
    assert gradings(loopback) == {}
    assert statuses(loopback.out) == {}


def test_a_differing_worker_that_comes_later_grades_nothing(loopback: Loopback) -> None:
    """It gets a submission at once, refuses, and ends the run; what was graded is kept, and the rest once it is gone."""
    loopback.start_worker()
    folder = loopback.hand_in(a="pass", b="hold", c="pass")
    process = loopback.batch(folder)
    loopback.holding(1)
    late = loopback.start_worker("--name", "late", version="2")
    stopped = loopback.end_of(process)
    assert stopped.code == 2
    assert "worker late (" in stopped.complaints[-1]
    assert "differs in exercise (2 there, 1 here)" in stopped.complaints[-1]
    assert statuses(loopback.out) == {"a.py": "graded"}

    loopback.release()
    ended(late)
    done = loopback.graded(folder)
    assert done.code == 0
    assert {file for file, row in done.rows.items() if row["resumed"]} == {"a.py"}
    assert gradings(loopback)["c.py"] == 1


def test_a_process_with_more_threads_is_refused(loopback: Loopback) -> None:
    """Two gradings in one process would share a session."""
    loopback.started(
        [
            sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file", str(loopback.address_file),
            "--nthreads", "2", "--name", "wide", "--no-dashboard", "--preload", "grader.cluster.testing",
        ],
        "wide",
    )  # fmt: skip
    done = loopback.graded(loopback.hand_in(a="pass"))
    assert done.code == 2
    assert "worker wide (" in done.complaints[-1]
    assert "runs 2 threads, but a process grades one submission at a time" in done.complaints[-1]
    assert gradings(loopback) == {}


def test_a_lost_scheduler_is_one_line_and_a_rerun_completes(loopback: Loopback) -> None:
    loopback.start_worker(jobs=2)
    folder = loopback.hand_in(a="pass", b="pass", c="hold", d="hold", e="pass")
    process = loopback.batch(folder)
    loopback.holding(2)
    until(lambda: len(statuses(loopback.out)) >= 2)
    assert loopback.scheduler is not None
    loopback.scheduler.kill()
    gone = loopback.end_of(process)

    assert gone.code == 3
    assert gone.complaints[-1].startswith("grader: the scheduler at tcp://127.0.0.1:")
    assert gone.complaints[-1].endswith(" has gone. What is graded is kept: start it again, then run the same command.")
    assert "Traceback" not in gone.err
    kept = statuses(loopback.out)
    assert {"a.py", "b.py"} <= set(kept)

    loopback.workers[0].kill()
    loopback.release()
    loopback.start_scheduler()
    loopback.start_worker()
    done = loopback.graded(folder)
    assert done.code == 0
    assert {file for file, row in done.rows.items() if row["resumed"]} == set(kept)
    assert statuses(loopback.out) == dict.fromkeys(("a.py", "b.py", "c.py", "d.py", "e.py"), "graded")


def test_ctrl_c_keeps_what_is_done_and_frees_the_workers(loopback: Loopback) -> None:
    """Exit 130 with the overviews of what is done; what was queued is never begun; a rerun completes."""
    loopback.start_worker()
    folder = loopback.hand_in(a="pass", b="hold", c="pass", d="pass")
    process = loopback.batch(folder)
    loopback.holding(1)
    process.send_signal(signal.SIGINT)
    stopped = loopback.end_of(process)

    assert stopped.code == 130
    assert stopped.complaints[-1] == ("grader: stopped by Ctrl-C; what is done is kept, run the same command to go on.")
    assert list(stopped.rows) == ["a.py"]
    loopback.release()
    done = loopback.graded(folder)
    assert done.code == 0
    assert done.rows["a.py"]["resumed"]
    # The one that was under way ran to its end for nobody.
    assert gradings(loopback) == {"a.py": 1, "b.py": 2, "c.py": 1, "d.py": 1}


def test_names_and_sizes_that_students_choose_are_no_trouble(loopback: Loopback) -> None:
    """Names that no terminal shows, bytes that are no text, files as large as they may be and larger."""
    loopback.start_worker()
    folder = loopback.hand_in()
    hostile = {
        b"line\nbreak.py": b"pass",
        b"\xff\xfe.py": b"pass",
        b"--scheduler.py": b"half",
        "ünï \u202ecod.py".encode(): b"pass",
        b"a" * 250 + b".py": b"pass",
        b"huge.py": b"pass" + b" " * ((2 << 20) - 4),
        b"too_huge.py": b"pass" + b" " * (2 << 20),
        b"..py": b"pass",
    }
    for name, data in hostile.items():
        (folder / os.fsdecode(name)).write_bytes(data)
    here = loopback.graded(folder, "--out", "here", cluster=False)
    there = loopback.graded(folder)

    assert "Traceback" not in there.err
    assert set(there.rows) == set(here.rows)
    rows = there.rows
    too_huge = rows.pop("too_huge.py")
    assert (too_huge["status"], too_huge["score"]) == ("unusable", 0)
    assert {row["status"] for row in rows.values()} == {"graded"}
    assert {file: row["report"] for file, row in rows.items()} == {file: here.rows[file]["report"] for file in rows}
    assert {file for file, row in rows.items() if row["score"] < 10} == {"--scheduler.py"}


def test_no_scheduler_is_one_line(loopback: Loopback) -> None:
    assert loopback.scheduler is not None
    loopback.scheduler.kill()
    loopback.scheduler.wait()
    done = loopback.graded(loopback.hand_in(a="pass"))
    assert done.code == 3
    assert len(done.err.splitlines()) == 1
    assert "grader: no scheduler answers at tcp://127.0.0.1:" in done.err
    assert done.err.endswith("start one with `dask scheduler`, see docs/cluster.md.\n")


def test_no_process_is_left_of_a_worker_that_ends_in_the_middle(loopback: Loopback) -> None:
    """SIGTERM to `grader worker` ends its processes, though one holds a submission that would take long."""
    worker = loopback.start_worker()
    process = loopback.batch(loopback.hand_in(a="hold"))
    held = loopback.holding(1)[0]
    worker.terminate()
    worker.wait(timeout=120)
    until(lambda: not Path(f"/proc/{held}").exists() or not Path(f"/proc/{held}/cmdline").read_bytes())
    process.send_signal(signal.SIGINT)
    assert loopback.end_of(process).code == 130


def test_a_cell_reaches_nothing_of_its_worker(loopback: Loopback) -> None:
    """No descriptor, variable, file or port of Dask's is in a cell that a worker's process started."""
    loopback.start_worker()
    command = [sys.executable, str(Path(__file__).with_name("inside.py")), str(loopback.address_file)]
    asked = subprocess.run(
        command, capture_output=True, text=True, env=loopback.environment(), cwd=loopback.folder, check=False
    )
    assert asked.returncode == 0, asked.stderr
    reached = json.loads(asked.stdout)
    assert not [name for name in reached["described"]["environ"] if "DASK" in name or "GRADER" in name]
    assert reached["described"]["descriptors"] == [0, 1, 2, 3]
    assert reached["file"] == "denied ENOENT"
    assert reached["folder"] == "denied ENOENT"
    assert reached["socket"].startswith("denied ")


def test_pictures_and_reports_arrive_whole(loopback: Loopback) -> None:
    """The bytes of the report are those that this machine writes for the same submission."""
    loopback.start_worker()
    folder = loopback.hand_in(a="pass")
    assert loopback.graded(folder, "--seed", "1").code == 0
    assert loopback.graded(folder, "--seed", "1", "--out", "here", cluster=False).code == 0
    assert (loopback.out / "a.py/report.json").read_bytes() == (loopback.folder / "here/a.py/report.json").read_bytes()
    assert (loopback.out / "a.py/journey.png").read_bytes() == PNG
