"""Nothing is graded twice: the same code gets the same grade, under the name of whoever handed it in."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader.batch import BatchOutcome, GradingEngine, Plan, Selection
from grader.batch.earlier import Earlier
from grader.batch.pool import WorkerPool
from grader.batch.testing import ScriptedEngine, toy_report
from grader.exercises import load_exercise
from grader.grading import AssignmentSeed, report_key
from grader.grading.answered import answered, reusable
from grader.results import ANSWERED, CheckResult, Note, Report, SubmissionRef, TaskResult, Timings, Where, from_json
from grader.submissions import Submission, submission_from_bytes

Grade = Callable[..., BatchOutcome]
HandIn = Callable[..., Path]
WEEK = "week1_larger_dataset"
CODE = """\
import keras

def create_model():
    model = keras.Sequential()  # by Alice
    model.compile(loss=losss)
    return model
"""


@pytest.fixture
def engine(tmp_path: Path) -> ScriptedEngine:
    """One to which files of the same words are the same code."""
    return ScriptedEngine(tmp_path / "log", by_name=False)


def written(outcome: BatchOutcome) -> dict[str, Report]:
    """Reports by file."""
    return {row.file: from_json((outcome.out / row.report / "report.json").read_bytes()) for row in outcome.rows}


# --- in one run ------------------------------------------------------------------------------------------------------


def test_the_same_code_is_graded_once_in_a_run(grade: Grade, hand_in: HandIn, engine: ScriptedEngine) -> None:
    """Whoever comes first is graded; the others get that grade under their own name."""
    outcome = grade(hand_in(a="half", b="pass", c="half # text", d="half"))
    assert [line for line in engine.noted() if line not in {"open", "close"}] == [
        "grade a.py", "grade b.py", "answer c.py", "answer d.py",
    ]  # fmt: skip
    assert [(row.file, row.score, row.answered, row.resumed) for row in outcome.rows] == [
        ("a.py", 5.0, False, False), ("b.py", 10.0, False, False), ("c.py", 5.0, True, False), ("d.py", 5.0, True, False),
    ]  # fmt: skip
    reports = written(outcome)
    assert {name: report.submission.file for name, report in reports.items()} == {name: name for name in reports}
    assert [report.answered for report in reports.values()] == [False, False, True, True]


def test_an_answer_has_the_label_of_its_own_folder(grade: Grade, hand_in: HandIn) -> None:
    """Files of one name in several folders are told apart."""
    folder = hand_in()
    for name in ("ada", "bob"):
        (folder / name).mkdir()
        (folder / name / "week1.py").write_text("half")
    assert {report.submission.file for report in written(grade(folder)).values()} == {"ada/week1.py", "bob/week1.py"}


def test_who_hands_in_the_same_later_is_answered_from_the_folder(
    grade: Grade, hand_in: HandIn, engine: ScriptedEngine
) -> None:
    grade(hand_in(a="half"))
    engine.log.unlink()
    outcome = grade(hand_in(z="half"))
    assert engine.noted() == ["answer z.py"]
    assert [(row.resumed, row.answered) for row in outcome.rows] == [(True, False), (False, True)]
    engine.log.unlink()
    assert [(row.resumed, row.answered) for row in grade(hand_in()).rows] == [(True, False), (True, True)]
    assert engine.noted() == []


def test_force_grades_each_anew(grade: Grade, hand_in: HandIn, engine: ScriptedEngine) -> None:
    grade(hand_in(a="half", b="half"))
    engine.log.unlink()
    outcome = grade(hand_in(), selection=Selection(force=True))
    assert engine.noted() == ["open", "grade a.py", "grade b.py", "close"]
    assert not any(row.answered for row in outcome.rows)
    engine.log.unlink()
    grade(hand_in(), selection=Selection(force=True, only=("b*",)))
    assert engine.noted() == ["open", "grade b.py", "close"]


@pytest.mark.parametrize("fault", ["fault", "ungraded", "die"])
def test_a_fault_of_ours_is_nobodys_answer(grade: Grade, hand_in: HandIn, engine: ScriptedEngine, fault: str) -> None:
    """Each of the same code is then tried by itself, in two rounds however many they are."""
    outcome = grade(hand_in(a=fault, b=fault, c=fault))
    assert not any("answer" in line for line in engine.noted())
    assert [engine.noted().count(f"grade {name}.py") for name in "abc"] == [2, 2, 2]
    assert [(row.status, row.answered) for row in outcome.rows] == [("ungraded", False)] * 3
    assert outcome.exit_code == 3


def test_an_unsafe_report_answers_no_isolated_run(grade: Grade, hand_in: HandIn, engine: ScriptedEngine) -> None:
    """Student code could have written it."""
    grade(hand_in(a="half"), isolation="unsafe")
    (hand_in() / "a.py").unlink()
    engine.log.unlink()
    grade(hand_in(b="half"))
    assert engine.noted() == ["open", "grade b.py", "close"]


def test_a_report_that_went_missing_is_no_answer(
    grade: Grade, hand_in: HandIn, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody clears a report between two rounds: the submission is graded."""
    monkeypatch.setattr("grader.batch.answers.report_in", lambda folder: None)
    grade(hand_in(a="half", b="half"))
    assert engine.noted().count("grade b.py") == 1


def test_an_answer_that_fails_is_graded(grade: Grade, hand_in: HandIn, engine: ScriptedEngine) -> None:
    """The shortcut costs nobody the grade."""

    @dataclasses.dataclass(frozen=True)
    class Broken(ScriptedEngine):
        def answered(self, *args: Any) -> None:
            raise RuntimeError("broken")

    outcome = grade(hand_in(a="half", b="half"), engine=Broken(engine.log, by_name=False))
    assert [row.score for row in outcome.rows] == [5.0, 5.0]
    assert engine.noted().count("grade b.py") == 1


def test_workers_in_processes_answer_too(grade: Grade, hand_in: HandIn, engine: ScriptedEngine) -> None:
    files = {f"s{number}": "pass" if number % 2 else "half" for number in range(12)}
    outcome = grade(hand_in(**files), open_executor=WorkerPool, jobs=2)
    assert sorted(row.answered for row in outcome.rows) == [False] * 2 + [True] * 10
    assert {row.file: row.score for row in outcome.rows} == {
        f"{name}.py": 10.0 if word == "pass" else 5.0 for name, word in files.items()
    }


def test_a_key_is_all_that_is_held_of_thousands(grade: Grade, hand_in: HandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports are read when it is their turn, one at a time."""
    held: list[int] = []
    really = Earlier.__init__
    monkeypatch.setattr(Earlier, "__init__", lambda self, *args: held.append(1) or really(self, *args))
    seen = []

    class Counting:
        def __getattr__(self, name: str) -> Callable[..., None]:
            return lambda *_: seen.append(len(held)) if name == "finished" else None

    grade(hand_in(**{f"s{number}": "half" for number in range(6)}), events=Counting())
    assert seen == [0, 1, 2, 3, 4, 5]


# --- the report ------------------------------------------------------------------------------------------------------


def notebook(*cells: str, author: str = "Alice") -> bytes:
    made = [
        {"cell_type": "markdown" if cell.startswith("#") else "code", "source": cell, "metadata": {}, "outputs": []}
        for cell in cells
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {"authors": [author]}, "cells": made}).encode()


ALICE = notebook("# Alice", "import keras", CODE)


def of_bob(data: bytes) -> Submission:
    return submission_from_bytes(data, "bob.ipynb", notebook=True)


def report_of_alice(**changes: Any) -> Report:
    """As the grader writes it of her notebook, whose third cell fails."""
    failed = CheckResult(
        id="create_model/compiled", title="Compiled", status="student_error", score=0.0, max_score=10.0,
        seen="NameError: name 'losss' is not defined", where=Where(cell=3, line=5),
        traceback="cell 3, line 5, in create_model\n    model.compile(loss=losss)  # Alice's own\nNameError: name 'losss' is not defined",
    )  # fmt: skip
    task = TaskResult(
        name="create_model", title="M", status="student_error", score=0.0, max_score=10.0, checks=(failed,)
    )
    submission = of_bob(ALICE)
    fields: dict[str, Any] = {
        "submission": SubmissionRef(file="s-1234.ipynb", sha256=submission.sha256), "tasks": (task,),
        "notes": (Note(kind="no-seed", text="No seed.", where=Where(cell=3, line=4)),),
        "timings": Timings(total_s=20.0), "output": {"create_model": "hello"}, "environment": {"grader": "0.1.0"},
        "curves": {"accuracy": [0.5]}, "measures": {"unseen_accuracy": 0.5}, "needs_review": True,
    }  # fmt: skip
    return toy_report("s-1234.ipynb", **({"key": "k"} | fields | changes))


def answer(data: bytes, report: Report | None = None, before: bytes | None = ALICE) -> Report | None:
    return answered(load_exercise(WEEK), report or report_of_alice(), before, ".ipynb", of_bob(data))


def test_the_same_bytes_get_the_whole_report_under_their_own_name() -> None:
    found = answer(ALICE, before=None)
    alice = report_of_alice()
    assert found == msgspec.structs.replace(
        alice,
        submission=SubmissionRef(file="bob.ipynb", sha256=alice.submission.sha256),
        notes=(*alice.notes, found.notes[-1]),
        timings=Timings(),
        environment={"grader": "0.1.0", ANSWERED: "by an earlier grading of the same code"},
    )
    assert found.notes[-1].text == (
        "Code that does the same was graded before, under the same exercise, data and seed, and gets the same grade. It was "
        "not run again, so pictures are missing here."
    )
    assert found.answered
    assert not alice.answered


def test_places_and_quoted_lines_are_those_of_the_own_file() -> None:
    """More text, a plot and other comments: cells and lines are found again, and nothing of Alice's is shown."""
    moved = CODE.replace("# by Alice", "# Bob's").replace("losss)", "losss)  # mine").replace("def", "\ndef")
    data = notebook("# Bob", "print('a plot')", "import keras", "# more", moved, author="Bob")
    found = answer(data)
    (check,) = found.tasks[0].checks
    assert check.where == Where(cell=5, line=6)
    assert check.traceback.splitlines() == [
        "cell 5, line 6, in create_model",
        "    model.compile(loss=losss)  # mine",
        "NameError: name 'losss' is not defined",
    ]
    assert found.notes[0].where == Where(cell=5, line=5)
    assert found.output == {}
    assert found.notes[-1].text.endswith("so pictures are missing here, and so is what the code printed.")
    assert found.submission == SubmissionRef(file="bob.ipynb", sha256=of_bob(data).sha256)
    assert (found.score, found.needs_review, found.curves) == (0.0, True, {"accuracy": [0.5]})
    assert b"lice" not in msgspec.json.encode(found)
    assert b"s-1234" not in msgspec.json.encode(found)


def test_where_the_code_stands_as_it_stood_everything_stays() -> None:
    """Only text cells and outputs changed, so that what was printed is the same, too."""
    found = answer(notebook("# Bob", "import keras", CODE, "print('more plots')"))
    assert found.tasks == report_of_alice().tasks
    assert found.output == {"create_model": "hello"}


def test_a_report_without_places_needs_no_earlier_file() -> None:
    data = notebook("# Bob", "import keras", "# more", CODE)
    passed = report_of_alice(tasks=(), notes=(), output={})
    assert answer(data, passed, before=None).submission.file == "bob.ipynb"
    printed = report_of_alice(tasks=(), notes=())
    assert answer(data, printed, before=None).output == {}


@pytest.mark.parametrize(
    ("data", "before"),
    [
        (notebook("# Bob", "# more", CODE), None),
        (notebook("# Bob", "# more", CODE), b"damaged"),
        (notebook("# Bob", "# more", "import keras", CODE.replace("import keras", "'''Bob'''\nimport keras")), b"[]"),
        (notebook("# Bob", "import keras", "# more", CODE.replace("():\n", "():\n    '''Bob.'''\n")), ALICE),
    ],
)
def test_where_places_cannot_be_found_it_is_graded(data: bytes, before: bytes | None) -> None:
    """The earlier file is gone or damaged, or code differs that could be printed."""
    assert answer(data, before=before) is None


def test_a_place_that_is_no_line_of_the_code_is_graded() -> None:
    data = notebook("# Bob", "import keras", "# more", CODE)
    strange = report_of_alice(notes=(Note(kind="x", text="x", where=Where(cell=1, line=1)),))
    assert answer(data) is not None
    assert answer(data, strange) is None
    task = report_of_alice().tasks[0]
    check = msgspec.structs.replace(task.checks[0], where=None, traceback="cell 1, line 9, in f\n    secret()\nE: x")
    assert answer(data, report_of_alice(tasks=(msgspec.structs.replace(task, checks=(check,)),))) is None


@pytest.mark.parametrize("status", ["timeout", "memory", "grader_fault"])
def test_what_the_machine_may_have_done_is_no_answer(status: str) -> None:
    task = report_of_alice().tasks[0]
    checks = (msgspec.structs.replace(task.checks[0], status=status),)
    report = report_of_alice(tasks=(msgspec.structs.replace(task, checks=checks),))
    assert not reusable(report)
    assert answer(ALICE, report) is None


@pytest.mark.parametrize("status", ["ungraded", "unusable"])
def test_what_got_no_mark_is_no_answer(status: str) -> None:
    assert answer(ALICE, report_of_alice(status=status)) is None


def test_an_answer_of_an_answer_says_so_once() -> None:
    first = answer(ALICE)
    again = answer(ALICE, first)
    assert again == first


def test_the_engine_answers_what_has_the_same_key(tmp_path: Path) -> None:
    """With files, as workers call it; the keys of both are equal."""
    file = tmp_path / "bob.ipynb"
    file.write_bytes(notebook("# Bob", "# more", "import keras", CODE))
    exercise, seed = load_exercise(WEEK), AssignmentSeed.fixed(1)
    keys = {report_key(exercise, seed, of_bob(data)) for data in (ALICE, file.read_bytes())}
    assert len(keys) == 1
    plan = Plan(WEEK, None, seed, "namespaces")
    earlier = Earlier(msgspec.json.encode(report_of_alice(key=keys.pop())), ALICE, ".ipynb")
    found = GradingEngine().answered(plan, earlier, file, tmp_path)
    assert found.tasks[0].checks[0].where == Where(cell=4, line=5)
    assert found.submission.file == "bob.ipynb"
