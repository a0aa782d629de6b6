"""A file that belongs to another exercise is told so."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.exercises import exercise_names, load_exercise, loading
from grader.grading import AssignmentSeed, GradingSession, elsewhere
from grader.grading.elsewhere import (
    PUBLIC_LAB,
    TWO_GENERATIONS,
    belonging,
    handed_in_for_another,
    of_the_public_lab,
    of_two_generations,
)
from grader.grading.variant import chosen_variant
from grader.paths import exercises_dir, solutions_dir
from grader.submissions import Submission, read_submission


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


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (
            ("train_val_generators", "parse_data_from_input", "create_model", "decode_predictions", "confusion_matrix"),
            True,
        ),
        (("train_val_generators", "parse_data_from_input", "create_model"), False),
        (("train_val_datasets", "train_val_generators", "create_model", "decode_predictions"), False),
        (("create_model", "decode_predictions", "confusion_matrix"), False),
        (("train_val_datasets", "create_model", "decode_predictions", "confusion_matrix"), False),
    ],
    ids=["of both", "of the second", "both pipelines", "no pipeline", "of today"],
)
def test_a_file_of_two_generations_is_told(tmp_path: Path, names: tuple[str, ...], told: bool) -> None:
    """Its data sets go by the name of one, and the rest by those of the other."""
    path = tmp_path / "mine.py"
    path.write_text("".join(f"def {name}(*given):\n    return given[0]\n" for name in names))
    exercise, found = load_exercise("week4_multiclass"), read_submission(path)
    note = of_two_generations(exercise, chosen_variant(exercise, found), found)
    assert (note is not None) is told
    assert note is None or ("`train_val_generators`" in note.text and "`train_val_datasets` is missing" in note.text)


STUB = "def train_val_datasets():\n    # YOUR CODE HERE\n    raise NotImplementedError()\n"
OF_BOTH = "def {}(*given):\n    return given\ndef decode_predictions(given, names):\n    return ['A']\n"
LESS = 'leave_out = ["create_model", "confusion_matrix", "train"]\n'


def test_the_stub_of_a_starter_is_no_pipeline(tmp_path: Path) -> None:
    """Last year's function stands below what this year's starter left to be written."""
    path = tmp_path / "mine.py"
    path.write_text(STUB + OF_BOTH.format("train_val_generators"))
    exercise, found = load_exercise("week4_multiclass"), read_submission(path)
    assert of_two_generations(exercise, chosen_variant(exercise, found), found) is not None
    third = load_exercise("week3_transfer_learning")
    functions = ("train_val_generators", "create_final_model", "extract_features", "fine_tune")
    path.write_text(STUB + "".join(f"def {name}(*given):\n    return given\n" for name in functions))
    chosen = chosen_variant(third, read_submission(path))
    assert chosen.task("train_val_datasets").entry_points == ("train_val_generators",)


def test_what_is_not_asked_for_is_not_missed(tmp_path: Path) -> None:
    """An overlay may leave the data sets out."""
    overlay, path = tmp_path / "less.toml", tmp_path / "mine.py"
    overlay.write_text('leave_out = ["train_val_datasets", "train"]\n')
    path.write_text(OF_BOTH.format("train_val_generators"))
    exercise, found = load_exercise("week4_multiclass", overlay), read_submission(path)
    assert of_two_generations(exercise, chosen_variant(exercise, found), found) is None


def test_a_report_tells_it_and_asks_for_a_look(tmp_path: Path) -> None:
    """And is never taken from, or for, that of a file without the other pipeline, whose code is the same otherwise."""
    overlay, path = tmp_path / "less.toml", tmp_path / "mine.py"
    overlay.write_text(LESS)
    reports = []
    with GradingSession(load_exercise("week4_multiclass", overlay), seed=AssignmentSeed.fixed(1)) as session:
        for name in ("train_val_generators", "my_own_helper"):
            path.write_text(OF_BOTH.format(name))
            reports.append(session.grade(path).report)
    mixed, plain = reports
    assert mixed.notes[0].kind == TWO_GENERATIONS
    assert (mixed.needs_review, plain.needs_review) == (True, False)
    assert TWO_GENERATIONS not in {note.kind for note in plain.notes}
    assert mixed.score == plain.score
    assert mixed.key != plain.key


def of_names(folder: Path, *names: str, stubs: tuple[str, ...] = ()) -> Submission:
    """A file that defines functions of these names, and leaves others as a starter has them."""
    path = folder / "mine.py"
    text = "".join(f"def {name}(*given):\n    return given\n" for name in names)
    path.write_text(text + "".join(f"def {name}(*given):\n    raise NotImplementedError()\n" for name in stubs))
    return read_submission(path)


LAB = ("train_val_datasets", "create_model")


@pytest.mark.parametrize(
    ("names", "stubs", "told"),
    [
        (LAB, (), True),
        (LAB, ("confusion_matrix",), False),
        ((*LAB, "decode_predictions"), (), False),
        (("create_model",), (), False),
        (("create_model",), ("train_val_datasets",), False),
        (("my_helper",), (), False),
    ],
    ids=["all of the lab", "a stub of the starter", "a task of its own", "a part", "a part and a stub", "nothing"],
)
def test_a_notebook_of_the_public_lab_is_told(
    tmp_path: Path, names: tuple[str, ...], stubs: tuple[str, ...], told: bool
) -> None:
    """And the overlay that grades it; whoever has begun from the exercise's own starter has its stubs."""
    exercise, found = load_exercise("week4_multiclass"), of_names(tmp_path, *names, stubs=stubs)
    note = of_the_public_lab(exercise, chosen_variant(exercise, found), found)
    assert (note is not None) is told
    assert note is None or "but `decode_predictions`, `confusion_matrix`, as in" in note.text


def test_a_notebook_of_the_public_lab_is_no_news_with_its_overlay(tmp_path: Path) -> None:
    """Nothing is missing there; nor where the labs' sizes say it already."""
    week4, found = load_exercise("week4_multiclass", Path("public_lab")), of_names(tmp_path, *LAB)
    assert of_the_public_lab(week4, chosen_variant(week4, found), found) is None
    week1 = load_exercise("week1_larger_dataset")
    found = of_names(tmp_path, *LAB, "EarlyStoppingCallback")
    assert of_the_public_lab(week1, chosen_variant(week1, found), found) is not None
    path = tmp_path / "mine.py"
    path.write_text(path.read_text() + "SIZE = (150, 150)\n")
    found = read_submission(path)
    assert of_the_public_lab(week1, chosen_variant(week1, found), found) is None


def test_a_report_on_a_notebook_of_the_public_lab_asks_for_a_look(tmp_path: Path) -> None:
    """Its points are those of the tasks that it has; with one stub of the starter's more nobody needs to look."""
    reports, overlay = [], tmp_path / "less.toml"
    overlay.write_text('leave_out = ["create_model", "train"]\n')
    with GradingSession(load_exercise("week4_multiclass", overlay), seed=AssignmentSeed.fixed(1)) as session:
        for number, stubs in enumerate(((), ("confusion_matrix",))):
            of_names(tmp_path, *LAB, stubs=stubs)
            reports.append(session.grade((tmp_path / "mine.py").rename(tmp_path / f"mine{number}.py")).report)
    lab, own = reports
    assert (lab.needs_review, own.needs_review) == (True, False)
    assert lab.notes[0].kind == PUBLIC_LAB
    assert lab.score == own.score
    assert lab.key != own.key


def test_no_solution_is_taken_for_one_of_two_generations() -> None:
    """Neither correct nor wrong."""
    for name in exercise_names():
        exercise = load_exercise(name)
        for path in sorted((solutions_dir() / name).rglob("*.*")):
            if path.suffix in (".py", ".ipynb"):
                found = read_submission(path)
                chosen = chosen_variant(exercise, found)
                assert of_two_generations(exercise, chosen, found) is None, path
                assert of_the_public_lab(exercise, chosen, found) is None, path


@pytest.mark.parametrize("name", exercise_names())
def test_a_starter_belongs_where_it_is(name: str, tmp_path: Path) -> None:
    """As it comes, and with its first task done: a variant may have the same pipeline."""
    exercise = load_exercise(name)
    starter = (exercise.folder / "starter.py").read_text()
    for text in (starter, f"{starter}\n\ndef {exercise.entry_points[0]}(*given):\n    return sorted(given)\n"):
        path = tmp_path / "mine.py"
        path.write_text(text)
        found = read_submission(path)
        chosen = chosen_variant(exercise, found)
        assert chosen.variant == "default"
        assert belonging(exercise, chosen, found) == ()


def test_an_overlay_that_cannot_be_read_stops_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who grades without it need not know of it."""
    home = tmp_path / "exercises"
    shutil.copytree(exercises_dir(), home)
    (home / "week4_multiclass" / "overlays" / "public_lab.toml").write_text("leave_out = [")
    for module in (loading, elsewhere):
        monkeypatch.setattr(module, "exercises_dir", lambda: home)
    exercise, found = load_exercise("week4_multiclass"), of_names(tmp_path, *LAB)
    assert of_the_public_lab(exercise, chosen_variant(exercise, found), found) is None
