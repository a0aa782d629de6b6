"""Kill processes of a running batch at random moments, then see that the grades are those of an undisturbed one.

    python -m tests.faults.kills --kills 200 --submissions 40

Kinds of process: the grader itself, its workers, the zygotes, and the cells of examiner, student and trainer (any of the three
processes of a cell). Kinds take turns; each is waited for, left alone for a random part of its usual life, and killed if it
still runs. Between two of them lies a pause, so that submissions get done and a rerun has something to keep. Trainings are
short: they are there to be killed, not to be won. A batch that has ended with work undone is run again, as its user would.
When it is complete, it is compared and the next round begins, until enough were killed.
"""

# A script of its own, which prints.
# ruff: noqa: T201

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from grader.paths import solutions_dir
from tests.attacks.kit import processes_below

EXERCISE = "week1_larger_dataset"
KINDS = {
    # Kind: the name that the kernel shows, seconds that such a process is left alone at most, and how often it has its turn. Cells
    # of students and trainers have it more often: the others take the work of a worker or of all with them.
    "grader": ("", 6.0, 1),
    "worker": ("grader-worker", 6.0, 1),
    "zygote": ("grader-zygote", 6.0, 1),
    "examiner": ("cell-examiner", 3.0, 1),
    "student": ("cell-student", 0.5, 2),
    "trainer": ("cell-trainer", 1.5, 2),
}
WAIT_S = 30.0
"""How long a kind is waited for before it is another's turn."""
CHANCE = re.compile(r" at 0x[0-9a-f]+|\d+(\.\d+)? ?m?s\b")
"""What is printed and differs from run to run: addresses of functions in TensorFlow's warnings, times that Keras and students print."""
FINAL = ("graded", "unusable")


@dataclass
class Killer:
    """Kills until `wanted` processes have died by it, in turns.

    Attributes:
        killed: how many of each kind.
        pause_s: between two of them at most.
    """

    wanted: int
    random: random.Random
    killed: Counter[str] = field(default_factory=Counter)
    running: subprocess.Popen[bytes] | None = None
    pause_s: float = 0.0

    @property
    def done(self) -> bool:
        return self.killed.total() >= self.wanted

    def begin(self) -> None:
        """Go on in a thread of its own."""
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while not self.done:
            kind = min(KINDS, key=lambda kind: (self.killed[kind] / KINDS[kind][2], self.random.random()))
            name, life_s, _ = KINDS[kind]
            process = self.running
            found = self._found(process, name)
            if found is None:
                time.sleep(0.2)
                continue
            time.sleep(self.random.uniform(0, life_s))
            self._kill(kind, *found)
            time.sleep(self.random.uniform(0, self.pause_s))

    def _found(self, process: subprocess.Popen[bytes] | None, name: str) -> tuple[int, int] | None:
        """A process of that name that has just been seen, as its id and the descriptor of its pidfd."""
        deadline = time.monotonic() + WAIT_S
        while process is not None and process.poll() is None and time.monotonic() < deadline:
            pids = [pid for pid in processes_below(process.pid) if comm(pid) == name] if name else [process.pid]
            if pids:
                pid = self.random.choice(pids)
                try:
                    return pid, os.pidfd_open(pid)
                except ProcessLookupError:
                    continue
            time.sleep(0.005)
        return None

    def _kill(self, kind: str, pid: int, descriptor: int) -> None:
        try:
            if not ended(pid):
                signal.pidfd_send_signal(descriptor, signal.SIGKILL)
                self.killed[kind] += 1
        except ProcessLookupError:
            pass
        finally:
            os.close(descriptor)


def comm(pid: int) -> str:
    """The name that the kernel shows for a process; empty where it has gone."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def ended(pid: int) -> bool:
    """Whether a process has gone, or only waits for its parent to notice."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def hand_in(folder: Path, count: int) -> None:
    """Solutions of week 1 of every kind, up to `count`."""
    folder.mkdir(parents=True)
    source = solutions_dir() / EXERCISE
    files = [source / "reference.ipynb", source / "reference.py"]
    alternates, mistakes = (sorted((source / kind).iterdir()) for kind in ("alternates", "mistakes"))
    for pair in zip(alternates, mistakes, strict=False):
        files += pair
    files += mistakes[len(alternates) :]
    for file in files[:count]:
        shutil.copy(file, folder / f"{file.parent.name}_{file.name}")


def batch(folder: Path, out: Path, log: Path, jobs: int) -> subprocess.Popen[bytes]:
    """Start `grader batch`, with trainings of a few epochs."""
    overlay = folder.parent / "few_epochs.toml"
    overlay.write_text("[params]\nepochs = 3\n", encoding="utf-8")
    with log.open("ab") as said:
        return subprocess.Popen(
            [sys.executable, "-m", "grader", "batch", EXERCISE, str(folder), "--out", str(out), "--seed", "1",
             "--params", str(overlay), "--jobs", str(jobs)],
            stdin=subprocess.DEVNULL, stdout=said, stderr=said,
        )  # fmt: skip


def finished(out: Path) -> dict[str, dict]:
    """Every report by its folder, without what time and chance decide."""
    reports = {}
    for path in sorted(out.glob("*/report.json")):
        report = json.loads(path.read_text(encoding="utf-8"))
        report.pop("timings")
        report["output"] = {task: CHANCE.sub("", text) for task, text in report["output"].items()}
        reports[path.parent.name] = report
    return reports


def disturbed(folder: Path, out: Path, killer: Killer, log: Path, jobs: int) -> list[int]:
    """Run a batch until it is complete, whatever the killer does. For each run, how many reports were there before it.

    Raises:
        AssertionError: processes outlive a killed grader, or an exit status does not say what is left.
    """
    kept: list[int] = []
    while True:
        kept.append(sum(report["status"] in FINAL for report in finished(out).values()))
        process = batch(folder, out, log, jobs)
        killer.running = process
        while process.poll() is None:
            time.sleep(0.05)
            below = processes_below(process.pid)
        code = process.wait()
        deadline = time.monotonic() + 30
        while left := [
            pid for pid in below if not ended(pid) and comm(pid) in {name for name, *_ in KINDS.values() if name}
        ]:
            assert time.monotonic() < deadline, f"{[comm(pid) for pid in left]} outlive the grader"
            time.sleep(0.1)
        reports = finished(out)
        undone = [name for name, report in reports.items() if report["status"] not in FINAL]
        complete = not undone and len(reports) == len(list(folder.iterdir()))
        assert code in {0, 3, -signal.SIGKILL}, f"exit status {code}"
        assert (code == 0) == (complete and code != -signal.SIGKILL), f"exit status {code}, undone: {undone}"
        if code == 0:
            return kept


def main() -> int:
    """Run an undisturbed batch, then disturbed ones; 1 where anything differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200, metavar="N", help="processes to kill (200)")
    parser.add_argument("--submissions", type=int, default=40, metavar="N", help="submissions in a batch (40)")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="workers (2)")
    parser.add_argument("--chance", type=int, default=1, metavar="N", help="seed of the random moments (1)")
    parser.add_argument(
        "--pause", type=float, default=12.0, metavar="S", help="seconds between two kills, at most (12)"
    )
    parser.add_argument(
        "--work", type=Path, default=Path("build/kills"), metavar="DIR", help="work folder (build/kills)"
    )
    options = parser.parse_args()
    shutil.rmtree(options.work, ignore_errors=True)
    folder, log = options.work / "submissions", options.work / "log.txt"
    hand_in(folder, options.submissions)
    plain = options.work / "undisturbed"
    began = time.monotonic()
    code = batch(folder, plain, log, options.jobs).wait()
    assert code == 0, f"the undisturbed batch ended in {code}; see {log}"
    print(f"undisturbed: {len(finished(plain))} reports in {time.monotonic() - began:.0f} s", flush=True)
    killer = Killer(options.kills, random.Random(options.chance), pause_s=options.pause)
    killer.begin()
    wrong = rounds = 0
    resumed = False
    while not killer.done:
        rounds += 1
        out = options.work / f"round{rounds}"
        kept = disturbed(folder, out, killer, log, options.jobs)
        resumed = resumed or any(kept)
        differing = differences(plain, out)
        wrong += len(differing)
        print(
            f"round {rounds}: {len(kept)} runs, which found {kept} reports, {killer.killed.total()} killed {dict(killer.killed)}",
            flush=True,
        )
        for line in differing:
            print(f"  {line}", flush=True)
    if not resumed:
        print("no run found a report of one before it: nothing was resumed", flush=True)
    print(f"{killer.killed.total()} killed, {wrong} reports differ from the undisturbed batch")
    return 1 if wrong or not resumed else 0


def differences(plain: Path, out: Path) -> list[str]:
    """Reports and grades of two batches that are not equal."""
    one, other = finished(plain), finished(out)
    found = [f"{name} is in one of them alone" for name in sorted(one.keys() ^ other.keys())]
    for name in sorted(one.keys() & other.keys()):
        parts = [key for key in one[name] if one[name][key] != other[name].get(key)]
        found += [f"{name}: {', '.join(parts)}"] if parts else []
    if (plain / "grades.csv").read_text() != (out / "grades.csv").read_text():
        found.append("grades.csv")
    return found


if __name__ == "__main__":
    raise SystemExit(main())
