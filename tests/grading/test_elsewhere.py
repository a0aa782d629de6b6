"""A file that belongs to another exercise is told so."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.exercises import exercise_names, load_exercise, loading
from grader.grading import elsewhere
from grader.grading.elsewhere import handed_in_for_another
from grader.paths import exercises_dir, solutions_dir
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


def test_a_broken_exercise_beside_this_one_costs_nobody_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It cannot be loaded: whoever writes it is told so elsewhere, and not by submissions that stay ungraded."""
    home = tmp_path / "exercises"
    shutil.copytree(exercises_dir(), home)
    week1 = load_exercise("week1_larger_dataset")
    (home / "week3_transfer_learning" / "exercise.toml").write_text("title = ", encoding="utf-8")
    monkeypatch.setattr(loading, "exercises_dir", lambda: home)
    monkeypatch.setattr(elsewhere, "exercises_dir", lambda: home)
    with pytest.raises(UsageError):
        load_exercise("week3_transfer_learning")
    found = [
        handed_in_for_another(week1, read_submission(solutions_dir() / name / "reference.py"))
        for name in ("week3_transfer_learning", "week4_multiclass")
    ]
    assert [note is None for note in found] == [True, False]


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
