"""Nothing that student code says over hidden files reaches a report; over their public twins it is shown in full."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from grader.data.messy import messy_folder
from grader.data.secret import derive
from grader.examiner.twins import messy_twin
from grader.grading import AssignmentSeed, GradingSession
from grader.reports.write import write_report
from tests.grading.kit import Grade, Vary

SEED = AssignmentSeed.fixed(1)
TWIN = str(messy_twin().body["directory"])
LEAK = """
import os as _os


def _hidden():
    \"\"\"A mark, then names and last bytes of the files below the work folder; the mark is in no line of this file.\"\"\"
    found = []
    for top, _, names in sorted(_os.walk(".")):
        for name in sorted(names):
            with open(_os.path.join(top, name), "rb") as file:
                found.append("CAN" + "ARY" + name + ":" + file.read()[-40:].hex())
    return found


def _speaks():
    \"\"\"Once a name of the public twin is seen, silent: the hidden folder alone is told.\"\"\"
    return not any(name in ("{twin}", "{probe}") for _, tops, names in _os.walk(".") for name in (*tops, *names))


def _asked(problem, seen, hint=""):
    import grader.student.failures as failures
    raise failures.NotWhatWasAsked(problem, seen, hint)


def _framed(text):
    exec(compile("def " + text + "():\\n    raise ValueError(1)\\n" + text + "()", "<cell 1>", "exec"), {})


def _noted(text):
    import grader.student.compat as compat
    compat.Notes.to_body = lambda self: [text, {"kind": "drift-lr", "text": text}, {"kind": "drift-x", "text": text}]
    raise ValueError(1)


def _described(text):
    import grader.student.failures as failures
    from grader.wire import Message
    frame = {"cell": None, "line": text, "function": text, "code": text}
    failures.describe = lambda error: Message("error", {"type": text, "message": text, "frames": [frame, text]})
    raise ValueError(1)
"""
WAYS = {
    "message": "raise ValueError(_hidden())",
    "type": "raise type(_hidden()[0][:60], (Exception,), {})('x')",
    "key": "raise KeyError(_hidden()[0])",
    "notes": "error = ValueError('x'); error.add_note(_hidden()[0]); raise error",
    "asked": "_asked('none', _hidden()[0], _hidden()[1])",
    "problem": "_asked(_hidden()[0], _hidden()[0], _hidden()[1])",
    "frames": "_framed(_hidden()[0].split('.')[0])",
    "kinds": "_noted(_hidden()[0])",
    "forged": "_described(_hidden()[0])",
    "printed": "print(_hidden()); _os._exit(77)",
}


@pytest.fixture(scope="module")
def probe_name() -> str:
    """The name of one picture of the probe folder's public twin."""
    from grader.data.probes import ProbeStyle
    from grader.examiner.probing import probe_of  # imports TensorFlow, so not at the top
    from grader.examiner.twins import twin_number
    from grader.exercises import load_exercise

    twin = probe_of(twin_number("probe"), load_exercise("week1_larger_dataset").params, ProbeStyle())
    return next(iter(twin.files)).rsplit("/", 1)[-1]


def report_text(session: GradingSession, path: Path, out: Path) -> str:
    """All forms of the report of a submission, one after another, pictures left out."""
    graded = session.grade(path)
    assert graded.report.status == "graded", f"{graded.report.message}\n{graded.fault}"
    write_report(graded.report, (), out)
    return "\n".join(file.read_text(encoding="utf-8") for file in sorted(out.iterdir()))


@pytest.mark.parametrize("silent", [True, False], ids=["hidden folder alone", "every folder"])
@pytest.mark.parametrize("way", WAYS)
def test_names_and_pixels_of_hidden_files_stay_hidden(
    session: GradingSession, vary: Vary, tmp_path: Path, probe_name: str, way: str, silent: bool
) -> None:
    """Whatever carries them out of a cell with hidden files: message, type, notes, frames, output, forged answers."""
    say = f"if _speaks(): {WAYS[way]}" if silent else WAYS[way]
    path = vary(
        replace={
            "readable_images": f"def readable_images(directory):\n    {say}\n    return []\n",
            "train_val_datasets": f"def train_val_datasets():\n    {say}\n    return None\n",
            "create_model": "def create_model():\n    return None\n",
        },
        before=LEAK.replace("{twin}", TWIN).replace("{probe}", probe_name),
    )
    text = report_text(session, path, tmp_path / "report")
    if silent:
        assert "CANARY" not in text
    hidden = messy_folder(derive(SEED.value, "messy")).files
    assert not [name for name in hidden if name[0].isdigit() and f"CANARY{name}" in text]
    assert not [data for data in hidden.values() if len(data) > 40 and data[-40:].hex() in text]


def test_an_error_over_hidden_files_alone_names_type_and_line(grade: Grade, vary: Vary) -> None:
    """What the twin does not show is told in our words: a known type, and the student's own line as handed in."""
    body = """def readable_images(directory):
    if directory != "TWIN":
        raise ValueError("CAN" + "ARY", directory)
    return []
""".replace("TWIN", TWIN)
    found = grade(vary(replace={"readable_images": body})).check("readable_images/returns_file_names")
    assert found.status == "student_error"
    assert found.seen == "Your code raised an error (ValueError) on pictures that you cannot see."
    assert found.traceback.endswith(
        'raise ValueError("CAN" + "ARY", directory)\nValueError, its text hidden with the pictures'
    )
    assert found.where is not None
    assert f"line {found.where.line}\n" in found.traceback


@pytest.mark.parametrize(
    ("task", "check", "head"),
    [
        ("readable_images", "returns_file_names", "def readable_images(directory):"),
        ("train_val_datasets", "returns_two_datasets", "def train_val_datasets():"),
    ],
)
def test_an_honest_bug_shows_its_own_message_and_line(
    grade: Grade, vary: Vary, task: str, check: str, head: str
) -> None:
    """It raises over the public twin, too, so nothing of it has to be hidden."""
    body = f"{head}\n    files = os.listdir('.')\n    return files[len(files) + 7 * 6]\n"
    found = grade(vary(replace={task: body})).check(f"{task}/{check}")
    assert (found.status, found.seen) == ("student_error", "IndexError: list index out of range")
    assert "    return files[len(files) + 7 * 6]" in found.traceback
    assert found.traceback.endswith("IndexError: list index out of range")


def test_twins_differ_from_what_is_hidden() -> None:
    """Another seed: no file of the messy folder, no picture of it, and the same kinds of files."""
    hidden, twin = messy_folder(derive(SEED.value, "messy")), messy_twin()
    names = {path.rsplit("/", 1)[-1] for path in twin.files}
    assert len(names) == len(hidden.files)
    assert not {data for data in twin.files.values() if data} & set(hidden.files.values())
    assert len({name for name in names if name[0].isdigit()} & set(hidden.files)) <= 1
    assert np.ptp([len(data) for data in twin.files.values()]) > 0
