"""Writes `docs/benchmarks.md` from the runs that are kept in `benchmarks/results`.

.venv/bin/python benchmarks/benchmarks_page.py
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from recording import kept
from tables import table

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"

_HEAD = """# Benchmarks

Made by `python benchmarks/benchmarks_page.py` from `benchmarks/results`, not by hand. Every figure is a ratio of two times of one and the
same run, so that the machine's speed drops out; a load from other work does not drop out where one side uses more cores than the
other, and each table says under which load it was measured. Run them on an idle machine with two cores.

| command | answers | fails where |
|---|---|---|
| `python benchmarks/throughput.py` | what grading costs over the bare trainings, workers warm | above 1.5, or by more than an import a submission |
| `python benchmarks/against_nbgrader.py --json` | how it compares with nbgrader on the same notebooks | below 0.85 of what is possible, 8 times, 8 times |
| `python benchmarks/first_finding.py --json` | how soon findings are there that need no training | above 0.5 imports warm (week 3: 1), 2 cold |
| `python benchmarks/scaling.py` | what a second worker brings, on this machine and over Dask | above 0.6 of the time of one |
| `python benchmarks/cell_overhead.py` | what isolation adds to a cell | never; the target is 5 % of an import |
| `python benchmarks/orchestration.py` | what a batch costs beside the grading: [batch.md](batch.md#thousands) | a submission is lost or finished twice |
"""

_NBGRADER = """
## Against nbgrader

{where} {count} notebooks of week 1, {jobs} workers of the grader, {nbgrader}.

{table}
{figures}
1 is the speed-up over nbgrader divided by the one that the bare trainings over as many workers would have, their processes' start
included as in all other rows; {strict:.2f} without it. Both sides took {steps} optimiser steps. {verdicts} In 2 the notebooks train {epochs} epochs,
the grader stops when the thresholds are met; the reference's own callback would have stopped the notebooks after {callback:.0%} of their epochs.

How it is made:

- nbgrader is installed from PyPI into an environment of its own, `build/nbgrader-venv`. A line in a `.pth` puts this project's
  packages behind nbgrader's own: both sides run the same TensorFlow, and it is not downloaded again.
- The notebooks are variants of the reference, the code of each task differing from student to student. Two are wrong: a callback
  with `or`, and one convolution too few. They hold what is graded and nothing else, no pictures for looking at, which favours nbgrader.
- `benchmarks/nbgrader_tests.py` holds the test cells: a messy folder, a folder of flat pictures for shapes, range, labels, split
  and order, the model's layers, loss and outputs, the callback around its thresholds, the lines of the plot, the true feature maps, accuracy
  on 300 hidden pictures. They ask less than the hidden checks do.
- Both sides grade the same folder `submitted`, as whole commands. Made before the clocks start: pictures and hidden pictures on either
  side, nbgrader's release.
- `nbgrader autograde` has no option to grade several submissions side by side. TensorFlow may use all cores in it; in the grader each
  training has one thread.
- nbgrader isolates nothing: it runs a student's code with its own rights, beside the hidden tests. That is in no figure.
"""

_FINDING = """
## Time to first finding

{where} `import tensorflow` took {import_s:.2f} s. Times are in imports; medians, rounds: {count}.

{table}
*Warm* and *cold* end with the last finding before the examiner asks for its first training. Cold starts
with a process that has nothing. *Report* is warm again, to the whole report where an overlay says `leave_out = ["train"]`.

`grader grade` shows each finding at that time, and `--json-lines` prints it.
"""

MODES = {"equal": "1. equal epochs", "users": "2. as users run it", "checks": "3. checks alone"}


def measured_where(run: dict[str, Any]) -> str:
    """When and on what a run was made."""
    return f"Measured on {run['date']}, {run['cores']} cores, load {run['load']:g}, TensorFlow {run['tensorflow']}."


def against_nbgrader(run: dict[str, Any]) -> str:
    """The section of `against_nbgrader.py`."""
    rows = [(label, f"{seconds:.1f}", f"{seconds / run['count']:.2f}") for label, seconds in run["seconds"].items()]
    figures = [(MODES[mode], f"{run['figures'][mode]:.2f}", f"{run['targets'][mode]:g}") for mode in MODES]
    return _NBGRADER.format(
        where=measured_where(run),
        table=table(("", "wall s", "s a submission"), rows),
        figures=table(("figure", "measured", "target"), figures),
        strict=(run["bare"] - run["bare_start"]) / run["ours"]["equal"],
        steps=f"{run['steps']['nbgrader']:,}" if len(set(run["steps"].values())) == 1 else "UNEQUAL numbers of",
        verdicts="Verdicts were the same." if not run["faults"] else f"FAULTS: {'; '.join(run['faults'])}.",
        callback=run["callback_epochs"] / (run["count"] * run["epochs"]),
        nbgrader=run["release"],
        **{name: run[name] for name in ("count", "jobs", "epochs")},
    )


def first_finding(run: dict[str, Any]) -> str:
    """The section of `first_finding.py`."""
    heads = ("exercise", "checks", "warm", "at most", "cold", "at most", "report")
    rows = []
    for name, one in run["exercises"].items():
        warm, cold, report = (f"{one['ratios'][which]:.2f}" for which in ("warm", "cold", "report"))
        rows.append((name, str(one["checks"]), warm, f"{one['target']:g}", cold, f"{run['cold_target']:g}", report))
    count = min(len(one["warm"]) for one in run["exercises"].values())
    return _FINDING.format(where=measured_where(run), table=table(heads, rows), import_s=run["import_s"], count=count)


def main() -> None:
    """Write the page: a section for each run that is kept."""
    text = _HEAD
    for name, section in (("against_nbgrader", against_nbgrader), ("first_finding", first_finding)):
        run = kept(name)
        text += section(run) if run is not None else f"\n`results/{name}.json` is not there yet.\n"
    PAGE.write_text(text, encoding="utf-8")
    print(f"Wrote {PAGE}.")


if __name__ == "__main__":
    main()
