"""Public checks in the student's own notebook: `grader.notebook.check("create_model")`.

They run in the student's process, on public probe data, and carry no points: they show early what the hidden
checks will look at. Nothing here is isolated, and nothing here is secret.
"""

from __future__ import annotations

import hashlib
import inspect
import io
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.errors import UsageError

if TYPE_CHECKING:
    from grader.exercises import Exercise
    from grader.results import CheckResult

PUBLIC_SEED = hashlib.sha256(b"public checks").digest()[:16]
MARKS = {"passed": "✓", "failed": "✗", "not_attempted": "…", "blocked": "·"}


def check(task: str, exercise: str | None = None) -> None:
    """Run the public checks of one task on what you have written so far, and print what they saw.

    Args:
        task: such as `"create_model"`.
        exercise: such as `"week1_larger_dataset"`; without it, the notebook's `EXERCISE`, or the first that has the task.

    Raises:
        UsageError: there is no such task or exercise.
    """
    namespace = inspect.stack(0)[1].frame.f_globals
    results = run_public(task, namespace, exercise)
    text = as_text(results) if results else f"{task} has no public checks: it is looked at when you hand in."
    sys.stdout.write(text + "\n")


def run_public(task: str, namespace: Mapping[str, Any], exercise: str | None = None) -> tuple[CheckResult, ...]:
    """The public checks' results, in order; empty where the task has none. See `check`."""
    os.environ.setdefault("MPLBACKEND", "Agg")
    chosen = _exercise(task, exercise or namespace.get("EXERCISE"))
    from grader.data.messy import messy_folder
    from grader.examiner.assignment import Assignment
    from grader.examiner.local_source import LocalSource
    from grader.examiner.plugin import CheckPlugin, run_checks
    from grader.examiner.training import TrainedEvidence
    from grader.student.module import StudentModule

    assignment = Assignment(
        params=chosen.params, seed=PUBLIC_SEED, training_files=_practice_files(chosen), training_thumbnails=_no_thumbnails(),
        messy=messy_folder(PUBLIC_SEED),
        hidden_files=(),
        hidden_images=(), hidden_labels=(),
        assets={name: path.read_bytes() for name, path in chosen.assets.items()},
    )  # fmt: skip
    source = LocalSource(lambda _: StudentModule.from_namespace(dict(namespace)))
    plugin = CheckPlugin(TrainedEvidence(source, assignment), {}, {})
    with tempfile.TemporaryDirectory(prefix="grader-") as folder:
        found = _copy_tests(chosen, task, Path(folder))
        if not found:
            return ()
        # pytest talks to people who write tests; the student reads what follows instead.
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            run_checks(plugin, folder)
    if plugin.faults:
        sys.stderr.write(f"A fault of the grader, not yours: {plugin.faults[0].splitlines()[-1]}\n")
    return tuple(plugin.results.values())


def as_text(results: Sequence[CheckResult]) -> str:
    """Results as a few lines for a notebook's output."""
    lines = []
    for result in results:
        lines.append(f"{MARKS.get(result.status, '!')} {result.title}")
        if result.status == "blocked":
            lines.append(f"    {result.seen}")
        elif result.status != "passed":
            lines.append(f"    seen:     {result.seen}")
            lines.extend(f"    {name:<9} {text}" for name, text in (
                ("expected:", result.expected), ("why:", result.why), ("hint:", result.hint),
            ) if text)  # fmt: skip
    if all(result.status == "passed" for result in results):
        lines.append("All public checks pass. The hidden ones look closer, on data of their own.")
    return "\n".join(lines)


def _exercise(task: str, name: str | None) -> Exercise:
    from grader.exercises import exercise_names, load_exercise

    names = [name] if name else exercise_names()
    for candidate in names:
        exercise = load_exercise(candidate)
        if any(known.name == task for known in exercise.tasks):
            return exercise
    raise UsageError(f"no exercise has a task {task!r}" + (f" (looked in {name})." if name else "."))


def _copy_tests(exercise: Exercise, task: str, folder: Path) -> bool:
    (folder / "pytest.ini").write_text("[pytest]\npython_files = test_*.py\n", encoding="utf-8")
    found = False
    for path in sorted((exercise.folder / "public_tests").glob("*.py")):
        text = path.read_text(encoding="utf-8")
        if path.name.startswith("test_") and f'TASK = "{task}"' not in text:
            continue
        (folder / path.name).write_text(text, encoding="utf-8")
        found = found or path.name.startswith("test_")
    return found


def _practice_files(exercise: Exercise) -> dict[str, bytes]:
    from grader.data.sources import source, source_names
    from grader.examiner.probing import practice_files

    suffix = source(exercise.data).suffix if exercise.data in source_names() else ".jpg"
    return practice_files(int.from_bytes(PUBLIC_SEED[:4]), exercise.params, suffix)


def _no_thumbnails() -> Any:
    import numpy as np

    return np.zeros((0, 1))
