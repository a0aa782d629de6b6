"""Public checks inside a student's own notebook."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.data import public_dataset
from grader.errors import UsageError
from grader.exercises import exercise_names, load_exercise
from grader.notebook import as_text, run_public
from grader.paths import solutions_dir

EXERCISE = "week1_larger_dataset"


def test_a_name_that_is_not_defined_yet_is_not_attempted() -> None:
    """Nothing written is nothing wrong, and the text says so kindly."""
    results = run_public("readable_images", {})
    assert {result.status for result in results} == {"not_attempted"}
    assert as_text(results).startswith("… Returns the names of files in the folder that was given.")
    assert "`readable_images` is not written yet." in as_text(results)


def test_a_mistake_is_shown_with_what_was_seen_and_a_hint() -> None:
    """A function that keeps every file is told about empty ones."""

    def readable_images(directory: str) -> list[str]:
        return sorted(path.name for path in Path(directory).iterdir())

    results = {result.id: result for result in run_public("readable_images", {"readable_images": readable_images})}
    assert results["readable_images/returns_file_names"].status == "passed"
    assert results["readable_images/drops_empty_files"].status == "failed"
    text = as_text(list(results.values()))
    assert "✗ Leaves out empty files." in text
    assert "seen:     2 of 2 empty files are in the list." in text


def test_an_exception_of_the_student_is_one_line() -> None:
    """The error's type and text, without a frame of ours."""

    def create_model() -> None:
        raise ValueError("no layers today")

    first = run_public("create_model", {"create_model": create_model})[0]
    assert (first.status, first.seen) == ("student_error", "ValueError: no layers today")


def test_an_unknown_task_is_a_usage_error() -> None:
    """A typing error in the task's name says so."""
    with pytest.raises(UsageError, match="no exercise has a task 'create_modle'"):
        run_public("create_modle", {})


@pytest.mark.parametrize("name", exercise_names())
def test_every_public_check_has_a_hidden_twin_and_no_points(name: str) -> None:
    """Public files name a task of the exercise in the form by which they are found."""
    exercise = load_exercise(name)
    tasks = {task.name for task in exercise.tasks}
    for path in (exercise.folder / "public_tests").glob("test_*.py"):
        text = path.read_text(encoding="utf-8")
        assert any(f'TASK = "{task}"' in text for task in tasks), path.name
        assert "points=0" in text
        assert "points=1" not in text


def test_the_reference_runs_from_top_to_bottom_and_passes_its_public_checks(tmp_path: Path) -> None:
    """As a student would run it: data beside it, training, pictures, a check after each task."""
    (tmp_path / "PetImages").symlink_to(public_dataset("pets"))
    source = (solutions_dir() / EXERCISE / "reference.py").read_text(encoding="utf-8")
    environment = {**os.environ, "MPLBACKEND": "Agg", "CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(
        [sys.executable, "-c", source], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "✗" not in done.stdout, done.stdout
    assert done.stdout.count("All public checks pass.") == 6
    assert "train has no public checks" in done.stdout


def test_a_model_finds_the_folders_of_its_exercise() -> None:
    """Pictures lie where they will when graded, in files of the same kind."""
    import keras

    found: list[Path] = []

    def create_model() -> object:
        found.extend(Path("./data/train").glob("*/*.png"))
        classes = len(list(Path("./data/train").iterdir()))
        return keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(classes)])

    results = run_public("create_model", {"create_model": create_model}, "week4_multiclass")
    assert not [result.seen for result in results if result.status == "student_error"]
    assert len(found) > 24
