"""Faults of the machine: a full disk, a clock that jumps, processes that are killed. Nothing is lost, and nothing is scored wrongly."""

from __future__ import annotations

import ast
import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from grader.exercises import load_exercise
from grader.grading import AssignmentSeed, GradingSession
from grader.paths import solutions_dir
from tests.attacks.kit import narrowed, processes_below
from tests.faults.kills import EXERCISE, KINDS, Killer, batch, comm, differences, disturbed, hand_in

ROOT = Path(__file__).resolve().parents[2]
ON_A_SMALL_DISK = """
import json, os, sys
from pathlib import Path
from grader.batch import grade_folder
from grader.batch.testing import ScriptedEngine, SerialExecutor
from grader.errors import GraderFault
from grader.reports import write_report
from grader.results import from_json
from grader.sandbox import syscalls

folder = Path(sys.argv[1])
user, group = os.getuid(), os.getgid()
syscalls.unshare(syscalls.CLONE_NEWUSER | syscalls.CLONE_NEWNS)
for name, text in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
    Path(f"/proc/self/{name}").write_text(text)
syscalls.mount("none", "/", "", syscalls.MS_REC | syscalls.MS_PRIVATE)
out = folder / "out"
out.mkdir()
syscalls.mount("small", str(out), "tmpfs", 0, "size=300k")


class Engine(ScriptedEngine):
    def write(self, plan, report, exhibits, out):
        write_report(report, exhibits, out)


def run():
    try:
        done = grade_folder("toy", folder / "in", out, jobs=1, engine=Engine(folder / "log"), open_executor=SerialExecutor)
        said = done.exit_code
    except GraderFault as error:
        said = str(error)
    whole = [from_json(path.read_bytes()).status for path in sorted(out.glob("*/report.json"))]
    return {"said": said, "whole": whole, "half": [str(path) for path in out.rglob("*.tmp")]}


full = run()
graded = (folder / "log").read_text().count("grade ")
syscalls.mount("small", str(out), "tmpfs", 32, "size=64m")
print(json.dumps([full, graded, run(), (folder / "log").read_text().count("grade ")]))
"""


def test_a_full_disk_stops_the_batch_and_a_rerun_completes_it(tmp_path: Path) -> None:
    """One line says what to do; what was written is whole and is not graded again."""
    (tmp_path / "in").mkdir()
    for number in range(30):
        (tmp_path / "in" / f"{number:02}.py").write_text("pass")
    ran = subprocess.run(
        [sys.executable, "-c", ON_A_SMALL_DISK, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    full, graded, complete, graded_in_all = json.loads(ran.stdout.splitlines()[-1])
    assert "cannot be written (No space left on device)" in full["said"]
    assert "run this again" in full["said"]
    assert 0 < len(full["whole"]) < 30
    assert {*full["whole"]} == {"graded"}
    assert full["half"] == []
    assert (complete["said"], complete["whole"]) == (0, ["graded"] * 30)
    assert graded_in_all == graded + 30 - len(full["whole"])


def test_no_grade_depends_on_the_clock_on_the_wall() -> None:
    """A clock that jumps (summer time, a correction) ends no cell and ages no report: only the monotonic clock is asked."""
    asked = []
    for part in ("batch", "checks", "examiner", "grading", "model_data", "sandbox", "student", "trainer", "wire"):
        for path in (ROOT / "grader" / part).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute) and ast.unparse(node) in {
                    "time.time",
                    "datetime.now",
                    "datetime.today",
                }:
                    asked.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    # One attempt of the self-test tries to set the clock to what it is.
    assert [place for place in asked if "sandbox/attempts.py" not in place] == []


def test_a_cell_that_the_machine_ends_is_asked_again(tmp_path: Path) -> None:
    """The kernel kills a student cell for want of memory: the question is put to another."""
    exercise = narrowed(load_exercise(EXERCISE), "plot_history", wall_s=60.0)
    path = Path(shutil.copy(solutions_dir() / EXERCISE / "reference.py", tmp_path))
    killed: list[int] = []
    done = threading.Event()

    def kill_one() -> None:
        while not (done.is_set() or killed):
            for pid in processes_below(os.getpid()):
                if comm(pid) == "cell-student":
                    # Before it has begun to work, its end would be a fault of ours.
                    time.sleep(0.1)
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                        killed.append(pid)
                        break

    with GradingSession(exercise, seed=AssignmentSeed.fixed(1)) as session:
        killer = threading.Thread(target=kill_one)
        killer.start()
        graded = session.grade(path)
        done.set()
        killer.join()
    assert len(killed) == 1
    assert (graded.report.status, graded.report.score) == ("graded", graded.report.max_score), graded.fault


@pytest.mark.slow
def test_killed_processes_cost_nobody_a_point(tmp_path: Path) -> None:
    """One of each kind, at random moments: the grades are those of an undisturbed batch. `make kills` kills 200."""
    folder, log = tmp_path / "submissions", tmp_path / "log.txt"
    hand_in(folder, 2)
    plain, out = tmp_path / "undisturbed", tmp_path / "disturbed"
    assert batch(folder, plain, log, 2).wait() == 0, log.read_text()
    killer = Killer(len(KINDS), random.Random(1))
    killer.begin()
    rounds = 0
    while not killer.done:
        rounds += 1
        disturbed(folder, out / str(rounds), killer, log, 2)
        assert differences(plain, out / str(rounds)) == []
    assert {*killer.killed} == {*KINDS}
