"""A file that belongs to another exercise is told so."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.exercises import exercise_names, load_exercise
from grader.grading.elsewhere import handed_in_for_another
from grader.paths import solutions_dir
from grader.submissions import read_submission


@pytest.mark.parametrize("name", exercise_names())
def test_every_reference_belongs_to_its_own_exercise(name: str) -> None:
    """And to none of the others, which say where it does."""
    handed_in = read_submission(solutions_dir() / name / "reference.py")
    for other in exercise_names():
        note = handed_in_for_another(load_exercise(other), handed_in)
        assert (note is None) == (other == name)
        assert note is None or f"(`{name}`) asks for" in note.text


def test_every_correct_solution_is_where_it_belongs() -> None:
    """Those in earlier conventions share most of their names with other exercises."""
    for name in exercise_names():
        for path in sorted((solutions_dir() / name / "alternates").iterdir()):
            assert handed_in_for_another(load_exercise(name), read_submission(path)) is None, path.name


def test_one_name_of_another_exercise_says_nothing(tmp_path: Path) -> None:
    """A helper of the student's own may be called as some task elsewhere is."""
    path = tmp_path / "mine.py"
    path.write_text("def confusion_matrix():\n    return 1\n", encoding="utf-8")
    week1 = load_exercise("week1_larger_dataset")
    assert handed_in_for_another(week1, read_submission(path)) is None
    path.write_text(
        "def confusion_matrix():\n    return 1\n\n\ndef decode_predictions():\n    return 1\n", encoding="utf-8"
    )
    assert handed_in_for_another(week1, read_submission(path)) is not None
