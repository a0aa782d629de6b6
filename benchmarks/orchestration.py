"""What a batch costs beside the grading: N stubbed submissions over real worker processes, and a parent killed on the way.

    .venv/bin/python benchmarks/orchestration.py [--counts 100 1000 10000] [--kills 10] [--killed 1000] [--jobs 2]

Three measurements, each batch in a process of its own:

* first: every submission is graded by a stub that writes a report of real size, as grading writes it;
* again: the same command, when everything is finished;
* killed: the same, the parent being ended by SIGKILL at random moments; then reruns until it is complete.

Columns: wall clock and CPU time of the parent for one submission, the parent's peak memory, and what one more submission
adds to it, taken from the row of fewer. Under each row stand its ratios to that row. The run fails (exit 1) where a submission is missing or
was finished twice. Times are for reading, they decide nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from grader.batch import BatchRow, GradingEngine, Plan, Silent, grade_folder
from grader.batch.pool import WorkerPool
from grader.batch.testing import ScriptedEngine, ScriptedGraded, ScriptedSession, toy_report
from grader.reports.files import write_atomic
from grader.results import CheckResult, Exhibit, Report, TaskResult, to_json

TASKS, CHECKS = 7, 5
WORDS = "The model ends in softmax over a single unit, which is always exactly 1, whatever the image shows. " * 3


def tasks(number: int) -> tuple[TaskResult, ...]:
    """Findings as long as those of an exercise; every third check is failed by somebody."""
    made = []
    for task in range(TASKS):
        checks = tuple(
            CheckResult(
                id=f"task_{task}/check_{check}",
                title=f"Check {check} of task {task} holds what it promises",
                status="failed" if (number + task + check) % 3 == 0 else "passed",
                score=0.0 if (number + task + check) % 3 == 0 else 2.0,
                max_score=2.0,
                seen=WORDS,
                why=WORDS,
                hint=WORDS,
            )
            for check in range(CHECKS)
        )
        score = sum(check.score for check in checks)
        made.append(
            TaskResult(
                name=f"task_{task}", title=f"Task {task}", status="failed", score=score, max_score=10.0, checks=checks
            )
        )
    return tuple(made)


@dataclass(frozen=True)
class StubEngine(ScriptedEngine):
    """Grades nothing and writes as much as grading does; its log has a line for each report that is in place."""

    def open(self, plan: Plan, kept: Any) -> Any:  # noqa: ARG002  # nothing is shared
        return StubOpened(self, plan)

    def write(self, plan: Plan, report: Report, exhibits: Sequence[Exhibit], out: Path) -> None:  # noqa: ARG002  # theirs
        write_atomic(out / "report.json", to_json(report))
        descriptor = os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(descriptor, f"{report.submission.file}\n".encode())
        os.close(descriptor)

    def write_overviews(self, rows: Sequence[BatchRow], out: Path) -> tuple[Path, Path]:
        return GradingEngine().write_overviews(rows, out)


class StubOpened(ScriptedSession):
    """A session without anything warm."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        pass

    def grade(self, file: Path, *, root: Path | None = None, watcher: Any = None) -> ScriptedGraded:  # noqa: ARG002  # theirs
        key = self.engine.keys(self.plan)(file, root)
        found = tasks(int(file.stem.rpartition("_")[2]))
        return ScriptedGraded(
            toy_report(
                file.name, key=key, score=sum(task.score for task in found), max_score=70.0, tasks=found,
                fix_first="task_0/check_0",
            )
        )  # fmt: skip


def hand_in(folder: Path, count: int) -> Path:
    """As Canvas gives them, so that names are read, too."""
    folder.mkdir(parents=True)
    for number in range(count):
        (folder / f"student{number}_{100_000 + number}_{7_000_000 + number}_week_{number}.py").write_text(
            f"pass {number}"
        )
    return folder


def one(folder: Path, out: Path, jobs: int) -> None:
    """One batch in this process; prints what it cost as JSON."""
    wall, cpu = time.perf_counter(), time.process_time()
    outcome = grade_folder(
        "toy",
        folder,
        out,
        jobs=jobs,
        engine=StubEngine(out.with_suffix(".log")),
        open_executor=WorkerPool,
        events=Silent(),
    )
    print(
        json.dumps(
            {
                "wall_s": time.perf_counter() - wall,
                "cpu_s": time.process_time() - cpu,
                "peak_kb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
                "graded": outcome.count("graded"),
                "resumed": sum(row.resumed for row in outcome.rows),
            }
        )
    )


def started(folder: Path, out: Path, jobs: int, *, quiet: bool = False) -> subprocess.Popen[str]:
    """The same in a process of its own."""
    command = [sys.executable, __file__, "--one", str(folder), str(out), "--jobs", str(jobs)]
    # Of a killed one, Python's own helper says that it cleans up.
    said = subprocess.DEVNULL if quiet else None
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, text=True)


def finished(folder: Path, out: Path, jobs: int) -> dict[str, float]:
    """What a batch that nobody disturbs cost."""
    with started(folder, out, jobs) as process:
        text = process.communicate()[0]
    if process.returncode:
        raise SystemExit(f"a batch ended in {process.returncode}")
    return json.loads(text)


def measured(home: Path, counts: Sequence[int], jobs: int) -> list[str]:
    """A row of the table for each count, and one of ratios."""
    lines = [
        "| submissions | run | wall ms each | parent's CPU ms each | parent's peak MB | kB more each |",
        "|---:|---|---:|---:|---:|---:|",
    ]
    before: dict[str, tuple[int, list[float]]] = {}
    for count in counts:
        folder, out = hand_in(home / f"in-{count}", count), home / f"out-{count}"
        for run in ("first", "again"):
            cost = finished(folder, out, jobs)
            if cost["graded"] != count or cost["resumed"] != (count if run == "again" else 0):
                raise SystemExit(f"{count} submissions, {run}: {cost}")
            values = [
                1000 * cost["wall_s"] / count,
                1000 * cost["cpu_s"] / count,
                cost["peak_kb"] / 1024,
            ]
            earlier = before.get(run)
            grown = f"{1024 * (values[2] - earlier[1][2]) / (count - earlier[0]):.2f}" if earlier else ""
            lines.append(f"| {count:,} | {run} | " + " | ".join(f"{value:.2f}" for value in values) + f" | {grown} |")
            if earlier:
                ratios = [value / of for value, of in zip(values, earlier[1], strict=True)]
                lines.append("| | ratio | " + " | ".join(f"×{ratio:.2f}" for ratio in ratios) + " | |")
            before[run] = count, values
            print(f"{count:,} {run}", file=sys.stderr, flush=True)
    return lines


def killed(home: Path, count: int, kills: int, jobs: int, chance: random.Random) -> list[str]:
    """Kill the parent at random moments of its batch, then let it end; every submission must be finished once."""
    folder, out = hand_in(home / "in-killed", count), home / "out-killed"
    log = out.with_suffix(".log")
    counts = []
    for number in range(kills):
        process = started(folder, out, jobs, quiet=True)
        # A moment is a number of reports, so that it lies inside of the work however fast the machine is.
        have = len(lines_of(log))
        wanted = have + chance.randrange(1, max(2, (count - have) // (kills - number)))
        while process.poll() is None and len(lines_of(log)) < wanted:
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.05))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        counts.append(len(lines_of(log)))
    last = finished(folder, out, jobs)
    times = Counter(lines_of(log))
    twice = sum(number > 1 for number in times.values())
    reports = len(list(out.glob("*/report.json")))
    said = [
        f"killed {kills} times with {', '.join(map(str, counts))} of {count} reports written;",
        f"the last run took over {last['resumed']} and finished the rest: {reports} reports, {last['graded']} graded,",
        f"{twice} finished twice, {len(list(out.rglob('*.tmp')))} temporary files left.",
    ]
    if reports != count or last["graded"] != count or twice:
        raise SystemExit("\n".join(said))
    return said


def lines_of(log: Path) -> list[str]:
    """The stub's log; empty where nothing was written."""
    return log.read_text().splitlines() if log.exists() else []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--counts", type=int, nargs="+", default=[100, 1000, 10_000], metavar="N")
    parser.add_argument("--jobs", type=int, default=2, metavar="W", help="worker processes (2)")
    parser.add_argument("--kills", type=int, default=10, metavar="K", help="how often the parent is killed (10)")
    parser.add_argument("--killed", type=int, default=1000, metavar="N", help="submissions of the killed batch (1000)")
    parser.add_argument("--chance", type=int, default=1, metavar="SEED", help="of the random moments (1)")
    parser.add_argument("--one", nargs=2, type=Path, metavar=("FOLDER", "OUT"), help="one batch, for use by the others")
    options = parser.parse_args()
    if options.one:
        one(*options.one, options.jobs)
        return
    with tempfile.TemporaryDirectory(prefix="grader-orchestration-") as folder:
        home = Path(folder)
        lines = measured(home, options.counts, options.jobs)
        lines += ["", *killed(home, options.killed, options.kills, options.jobs, random.Random(options.chance))]  # noqa: S311  # moments, no secrets
    print("\n".join(lines))


if __name__ == "__main__":
    main()
