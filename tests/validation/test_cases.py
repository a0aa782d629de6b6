"""Solutions are written out with the params of the exercise in them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.exercises import load_exercise
from grader.validation import cases as module
from grader.validation import staged_cases

NAME = "week1_larger_dataset"


def test_every_solution_is_staged_once(tmp_path: Path) -> None:
    """References and starters in both forms, and all alternates and mistakes."""
    cases = staged_cases(load_exercise(NAME), tmp_path)
    assert len({case.file for case in cases}) == len(cases)
    assert {case.file for case in cases} == {
        path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()
    }
    kinds = [case.kind for case in cases]
    assert kinds.count("reference") == kinds.count("starter") == 2
    assert all((case.labels is not None) == (case.kind in ("alternate", "mistake")) for case in cases)


def test_an_overlay_reaches_every_solution(tmp_path: Path) -> None:
    """Reference, starter, `.py` and notebook alike."""
    overlay = tmp_path / "overlay.toml"
    overlay.write_text("[params]\nimage_size = 48\nbatch_size = 20\n")
    cases = staged_cases(load_exercise(NAME, overlay), tmp_path / "staged")
    for case in cases:
        text = (tmp_path / "staged" / case.file).read_text()
        if case.file.endswith(".ipynb"):
            text = "".join("".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "code")
        marked = [line for line in text.splitlines() if "# param: image_size" in line]
        assert all("= 48" in line for line in marked), case.file
    assert "IMAGE_SIZE = 48" in (tmp_path / "staged/reference/reference.py").read_text()
    assert "IMAGE_SIZE = 48" in (tmp_path / "staged/starter/starter.py").read_text()


def test_a_mistake_among_the_alternates_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A solution that lies in the wrong folder would be judged by the wrong rule."""
    folder = tmp_path / NAME / "alternates"
    folder.mkdir(parents=True)
    (folder / "wrong.py").write_text("# mistake: none\n# fails: a/b\n")
    monkeypatch.setattr(module, "solutions_dir", lambda: tmp_path)
    with pytest.raises(UsageError, match="says that it is a mistake"):
        staged_cases(load_exercise(NAME), tmp_path / "staged")
