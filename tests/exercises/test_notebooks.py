import json

import pytest

pytest.importorskip("jupytext")

from grader.errors import UsageError
from grader.exercises import (
    exercise_names,
    generate,
    load_exercise,
    notebook_json,
    reference_notebook,
    source,
    starter_notebook,
)


def test_generated_files_are_what_the_reference_gives(exercise):
    """Nobody edits a starter by hand; `python -m grader.exercises.generate` mends a failure here."""
    assert list(generate.stale_files(exercise)) == []


def test_check_names_a_stale_file_and_writes_nothing(exercise, tmp_path, monkeypatch, capsys):
    """`--check` exits with 1 and says which command to run."""
    stale = tmp_path / "exercises" / "week9" / "starter.py"
    monkeypatch.setattr(generate, "stale_files", lambda one: {stale: "new"} if one.name == exercise.name else {})
    assert generate.main(["--check", exercise.name]) == 1
    line = "exercises/week9/starter.py is stale; run `python -m grader.exercises.generate`.\n"
    assert capsys.readouterr().out == line
    assert not stale.exists()


def test_notebooks_are_the_same_bytes_every_time(exercise):
    """No times, random ids or outputs make a diff where nothing changed."""
    assert notebook_json(starter_notebook(exercise)) == notebook_json(starter_notebook(exercise))
    for notebook in (starter_notebook(exercise), reference_notebook(exercise)):
        assert all(not cell.get("outputs") and cell.get("execution_count") is None for cell in notebook.cells)
        ids = [cell["id"] for cell in notebook.cells]
        assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("make", [starter_notebook, reference_notebook])
def test_solution_cells_carry_nbgrader_metadata(exercise, make):
    """Each entry point is one nbgrader solution cell; other cells carry no metadata."""
    found = {cell.metadata.nbgrader.grade_id: cell for cell in make(exercise).cells if "nbgrader" in cell.metadata}
    assert tuple(found) == exercise.entry_points
    assert json.loads(json.dumps(found["create_model"].metadata)) == {
        "nbgrader": {
            "grade": False,
            "grade_id": "create_model",
            "locked": False,
            "schema_version": 3,
            "solution": True,
            "task": False,
        }
    }


def test_without_a_reference_the_bundled_notebook_serves(exercise, monkeypatch):
    """An installed wheel hands out the same notebook, and needs no jupytext for it."""
    expected = starter_notebook(exercise)

    def no_solutions():
        raise UsageError("no checkout")

    monkeypatch.setattr(source, "solutions_dir", no_solutions)
    assert starter_notebook(exercise) == expected


@pytest.mark.parametrize("name", exercise_names())
def test_every_generated_file_is_what_its_reference_gives(name):
    """Starters and the reference's notebook are never edited by hand, nor forgotten."""
    assert not generate.stale_files(load_exercise(name))
