"""Write starters and reference notebooks: `python -m grader.exercises.generate [--check] [NAME …]`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from grader.errors import GradingError, UsageError
from grader.exercises.exercise import Exercise
from grader.exercises.loading import exercise_names, load_exercise
from grader.exercises.notebooks import notebook_json, reference_notebook, starter_notebook
from grader.exercises.source import reference_path, starter_source


def generated_files(exercise: Exercise) -> dict[Path, str]:
    """What should stand in each generated file of this exercise.

    Raises:
        UsageError: there is no reference to make them from.
    """
    reference = reference_path(exercise)
    if reference is None:
        raise UsageError(f"{exercise.name} has no reference here; solutions come with a checkout of the project.")
    return {
        exercise.folder / "starter.py": starter_source(exercise),
        exercise.folder / "starter.ipynb": notebook_json(starter_notebook(exercise)),
        reference.with_suffix(".ipynb"): notebook_json(reference_notebook(exercise)),
    }


def stale_files(exercise: Exercise) -> dict[Path, str]:
    """Generated files that are missing or not what the reference gives, with what should stand in them."""
    return {
        path: text
        for path, text in generated_files(exercise).items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Write what is stale, or with `--check` only name it. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m grader.exercises.generate", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="exercises; all by default")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if a file is stale")
    options = parser.parse_args(arguments)
    try:
        exercises = [load_exercise(name) for name in options.names or exercise_names()]
        stale = {path: text for exercise in exercises for path, text in stale_files(exercise).items()}
    except GradingError as error:
        print(error, file=sys.stderr)
        return 2
    for path, text in stale.items():
        place = "/".join(path.parts[-3:])
        if options.check:
            print(f"{place} is stale; run `python -m grader.exercises.generate`.")
        else:
            path.write_text(text, encoding="utf-8")
            print(f"{place} written.")
    return 1 if options.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
