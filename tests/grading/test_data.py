"""An exercise and its data set fit together, or the instructor is told before anything is graded."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from grader.batch.engine import GradingEngine
from grader.data.imports import import_dataset
from grader.errors import UsageError
from grader.exercises import load_exercise
from grader.grading.data import check_data

WEEK_1 = "week1_larger_dataset"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh cache folder."""
    monkeypatch.setenv("GRADER_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def overlay(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(text, "utf-8")
    return path


def imported(tmp_path: Path, name: str, *classes: str, each: int = 1) -> None:
    for place, kind in enumerate(classes):
        (tmp_path / "given" / kind).mkdir(parents=True)
        for number in range(each):
            stream = BytesIO()
            Image.fromarray(np.full((4, 4, 3), [40 * place, number, 0], np.uint8)).save(stream, "PNG")
            (tmp_path / "given" / kind / f"{number}.png").write_bytes(stream.getvalue())
    import_dataset(name, [tmp_path / "given"])


def test_imported_set_with_the_classes_of_the_exercise_fits(tmp_path):
    """Cats and dogs that somebody brought along serve week 1 as they are."""
    imported(tmp_path, "cats-vs-dogs", "cats", "dogs", each=250)

    assert GradingEngine().exercise(WEEK_1, overlay(tmp_path, 'data = "imported/cats-vs-dogs"\n')).name == WEEK_1


def test_set_that_was_not_imported_is_told_before_grading(tmp_path):
    """One line with the command to run."""
    with pytest.raises(UsageError, match=r"was not imported yet; run `grader data import cats-vs-dogs PATH` first"):
        GradingEngine().exercise(WEEK_1, overlay(tmp_path, 'data = "imported/cats-vs-dogs"\n'))


def test_set_with_other_classes_is_told_before_grading(tmp_path):
    """Otherwise every student would miss the classes that the exercise speaks of."""
    imported(tmp_path, "rock-paper-scissors", "rock", "paper", "scissors")
    exercise = load_exercise(WEEK_1, overlay(tmp_path, 'data = "imported/rock-paper-scissors"\n'))
    with pytest.raises(UsageError) as caught:
        check_data(exercise)

    assert str(caught.value) == (
        "The data set `imported/rock-paper-scissors` has the classes paper, rock, scissors, but [params] class_names of "
        "week1_larger_dataset is Cat, Dog. Name another `data`, or change class_names with it."
    )


def test_set_that_is_too_small_is_told_before_grading(tmp_path):
    """A score on a handful of images would be luck."""
    imported(tmp_path, "cats-vs-dogs", "cats", "dogs", each=249)
    with pytest.raises(UsageError) as caught:
        check_data(load_exercise(WEEK_1, overlay(tmp_path, 'data = "imported/cats-vs-dogs"\n')))

    assert str(caught.value) == (
        "The data set `imported/cats-vs-dogs` is too small to grade with: 98 images can be kept from students' code, "
        "at least 100 must be. See docs/own_images.md for how many that takes."
    )
