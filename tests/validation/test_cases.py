"""Solutions are written out with the params of the exercise in them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.exercises import load_exercise
from grader.exercises.loading import exercise_names
from grader.validation import cases as module
from grader.validation import staged_cases

NAME = "week1_larger_dataset"
OLDER = ("first_generation", "second_generation")
LABS, OF_LABS = "outsider_lab", {"image_size", "batch_size", "validation_split"}
"""Notebooks of the public labs, and what is written into them."""


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


OTHER = {
    "image_size": "77",
    "batch_size": "27",
    "validation_split": "0.3",
    "stop_accuracy": "0.83",
    "stop_val_accuracy": "0.73",
}
"""Numbers that stand nowhere by themselves."""


@pytest.mark.parametrize("name", exercise_names())
def test_an_overlay_reaches_every_alternate(name: str, tmp_path: Path) -> None:
    """Each of its numbers stands in each; older notebooks alone keep what is written into them, those of the labs their sizes."""
    wanted = {param: number for param, number in OTHER.items() if param in load_exercise(name).params}
    overlay = tmp_path / "overlay.toml"
    overlay.write_text("[params]\n" + "".join(f"{param} = {number}\n" for param, number in wanted.items()))
    for case in staged_cases(load_exercise(name, overlay), tmp_path / "staged"):
        if case.kind == "alternate" and not Path(case.file).name.startswith(OLDER):
            text = (tmp_path / "staged" / case.file).read_text()
            fixed = OF_LABS if Path(case.file).name.startswith(LABS) else set()
            for param, number in ((param, number) for param, number in wanted.items() if param not in fixed):
                forms = (number, "0.7") if param == "validation_split" else (number,)
                assert any(re.search(rf"(?<![\w.]){form}(?![\w.])", text) for form in forms), f"{case.file}: {param}"


def test_a_mark_of_a_number_that_is_not_there_is_refused(tmp_path: Path) -> None:
    solution = tmp_path / "solution.py"
    solution.write_text("size = 60  # params: 64=image_size\n")
    with pytest.raises(UsageError, match="marks 64 as image_size; it stands 0 times in: size = 60"):
        module.with_params(solution, load_exercise(NAME).params)


def test_a_number_marked_twice_means_one_param_after_the_other(tmp_path: Path) -> None:
    overlay, solution = tmp_path / "overlay.toml", tmp_path / "solution.py"
    overlay.write_text("[params]\nstop_accuracy = 0.8\nstop_val_accuracy = 0.7\n")
    solution.write_text(
        "enough = a >= 0.6 and b >= 0.6 and c > 0.61  # params: 0.6=stop_accuracy, 0.6=stop_val_accuracy\n"
    )
    text = module.with_params(solution, load_exercise(NAME, overlay).params)
    assert text.startswith("enough = a >= 0.8 and b >= 0.7 and c > 0.61  # params:")


def test_a_mistake_among_the_alternates_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A solution that lies in the wrong folder would be judged by the wrong rule."""
    folder = tmp_path / NAME / "alternates"
    folder.mkdir(parents=True)
    (folder / "wrong.py").write_text("# mistake: none\n# fails: a/b\n")
    monkeypatch.setattr(module, "solutions_dir", lambda: tmp_path)
    with pytest.raises(UsageError, match="says that it is a mistake"):
        staged_cases(load_exercise(NAME), tmp_path / "staged")
