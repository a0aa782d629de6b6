"""Grade correct solutions under many seeds and write the tables in docs/evidence: `make evidence`.

A run goes on where the last one stopped: rows are kept in docs/evidence/<exercise>.csv, and those that another version of the
grader made are graded anew unless --any-version is given.

Usage: evidence.py [EXERCISE …] [--references N] [--alternates N] [--any-version] [--table]
"""

from __future__ import annotations

import argparse
from pathlib import Path

from grader.cli.console import stderr
from grader.cli.progress import LogLines
from grader.exercises import exercise_names, load_exercise
from grader.validation.evidence import gather, read_rows, table

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs" / "evidence"
WORK = ROOT / "build" / "evidence"


def main() -> int:
    """Gather rows and write tables; the exit code is 1 where a correct solution lost a point, 130 when stopped."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="EXERCISE", help="exercises; all by default")
    parser.add_argument("--references", type=int, default=100, metavar="N", help="seeds of each reference (100)")
    parser.add_argument("--alternates", type=int, default=20, metavar="N", help="seeds of each alternate (20)")
    parser.add_argument("--jobs", type=int, metavar="N", help="solutions side by side")
    parser.add_argument("--any-version", action="store_true", help="keep rows that another version made")
    parser.add_argument("--table", action="store_true", help="grade nothing, write the tables from what is there")
    options = parser.parse_args()
    wrong = 0
    for name in options.names or exercise_names():
        exercise = load_exercise(name)
        path = DOCS / f"{name}.csv"
        done = options.table or gather(
            exercise, path, WORK / name, reference_seeds=options.references, alternate_seeds=options.alternates,
            any_version=options.any_version, jobs=options.jobs, events=LogLines(stderr()),
        )  # fmt: skip
        rows = read_rows(path)
        text = f"# {exercise.title}: correct solutions under many seeds\n\nMade by `make evidence`, not by hand.\n\n"
        (DOCS / f"{name}.md").write_text(text + table(exercise, rows.values()), encoding="utf-8")
        wrong += sum(not row.right for row in rows.values())
        if not done:
            return 130
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
