"""Which files count as submissions, and what their report folders are called."""

from __future__ import annotations

import os
from pathlib import Path, PurePath

import pytest

from grader.batch.collect import collect
from grader.batch.names import report_folder, report_folders
from grader.errors import UsageError


def lay(folder: Path, *names: str) -> Path:
    """Write empty files below `folder`."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    return folder


def problems(folder: Path) -> dict[str, str]:
    """Problem by file."""
    return {one.file: one.problem for one in collect(folder).candidates}


def test_notebooks_and_python_files_are_found_one_level_down(tmp_path: Path) -> None:
    """Both layouts that courses use, sorted: files side by side, and one folder for each student."""
    lay(tmp_path, "carol.py", "alice/week1.ipynb", "Bob.IPYNB")
    assert list(problems(tmp_path)) == ["Bob.IPYNB", "alice/week1.ipynb", "carol.py"]
    assert set(problems(tmp_path).values()) == {""}


def test_hidden_files_and_caches_are_skipped(tmp_path: Path) -> None:
    """What tools leave behind is nobody's submission."""
    lay(
        tmp_path,
        "a.py",
        ".hidden.py",
        ".ipynb_checkpoints/a-checkpoint.ipynb",
        "__pycache__/a.py",
        "__MACOSX/a.ipynb",
        "alice/.ipynb_checkpoints/b.ipynb",
    )
    assert list(problems(tmp_path)) == ["a.py"]


def test_output_folder_inside_is_left_out(tmp_path: Path) -> None:
    """Reports of an earlier run are no submissions."""
    lay(tmp_path, "a.py", "out/index.html", "out/report.py")
    assert [one.file for one in collect(tmp_path, without=tmp_path / "out").candidates] == ["a.py"]


def test_wrong_kind_of_file_is_unusable_and_not_lost(tmp_path: Path) -> None:
    """A student who hands in a PDF is told, and shows in the grade list."""
    lay(tmp_path, "a.pdf", "b")
    assert problems(tmp_path) == {
        "a.pdf": "is a .pdf file; hand in the notebook (.ipynb) or a Python file (.py).",
        "b": "is a file without a suffix; hand in the notebook (.ipynb) or a Python file (.py).",
    }


def test_companions_and_deep_folders_are_listed_as_ignored(tmp_path: Path) -> None:
    """Nothing is passed over in silence."""
    lay(tmp_path, "a.py", "grades.csv", "alice/images/cat.jpg")
    assert [(one.file, one.reason) for one in collect(tmp_path).ignored] == [
        ("alice/images", "a folder inside a folder; submissions are looked for one level down"),
        ("grades.csv", "not a kind of file that is graded"),
    ]


def test_links_out_of_the_folder_are_unusable(tmp_path: Path) -> None:
    """A link must not make the grader read somebody else's file."""
    folder = lay(tmp_path / "submissions", "real.py")
    lay(tmp_path, "elsewhere/secret.py")
    (folder / "file.py").symlink_to(tmp_path / "elsewhere" / "secret.py")
    (folder / "folder").symlink_to(tmp_path / "elsewhere")
    (folder / "lost.py").symlink_to("nowhere.py")
    (folder / "loop.py").symlink_to("loop.py")
    (folder / "within.py").symlink_to("real.py")

    outside = "is a link to something outside the folder of submissions; hand in the file itself."
    assert problems(folder) == {
        "file.py": outside,
        "folder": outside,
        "loop.py": "is a link that leads nowhere.",
        "lost.py": "is a link that leads nowhere.",
        "real.py": "",
        "within.py": "",
    }


def test_pipe_is_unusable(tmp_path: Path) -> None:
    """Opening a pipe would wait for ever."""
    os.mkfifo(tmp_path / "a.py")
    assert problems(tmp_path) == {"a.py": "is not a regular file."}


def test_missing_folder_is_a_usage_error(tmp_path: Path) -> None:
    """The message names the folder and what to give instead."""
    with pytest.raises(UsageError, match="is not a folder; give the folder that holds the submissions"):
        collect(tmp_path / "nowhere")


def test_file_name_that_is_no_utf8_becomes_readable_text(tmp_path: Path) -> None:
    """A label goes into JSON and HTML, so it is valid Unicode whatever the file system holds."""
    lay(tmp_path, os.fsdecode(b"caf\xe9.py"))
    assert list(problems(tmp_path)) == ["caf\ufffd.py"]


@pytest.mark.parametrize(
    ("relative", "name"),
    [("week1.ipynb", "week1"), ("week1.py", "week1.py"), ("alice/week_1-b.ipynb", "alice--week_1-b")],
)
def test_plain_path_stands_for_itself(relative: str, name: str) -> None:
    """An instructor finds the report of an ordinary file without looking it up."""
    assert report_folder(PurePath(relative)) == name


def test_names_differ_without_regard_to_case_and_unicode_form() -> None:
    """Reports stay apart on a file system that folds case or normalises Unicode."""
    paths = [
        PurePath(text)
        for text in (
            "a.ipynb",
            "A.ipynb",
            "a.py",
            "a.py.ipynb",
            "a.IPYNB",
            "a/b.ipynb",
            "a--b.ipynb",
            "a-.ipynb",
            "caf\u00e9.ipynb",
            "cafe\u0301.ipynb",
            "cafe.ipynb",
            "\u96ea.ipynb",
            "../x.ipynb",
            "x" * 200 + ".ipynb",
            "x" * 200 + "y.ipynb",
        )
    ]
    names = report_folders(paths).values()
    assert len({name.casefold() for name in names}) == len(paths)
    assert all(name.isascii() and "/" not in name and not name.startswith(".") for name in names)
    assert max(map(len, names)) < 100


def test_name_does_not_depend_on_the_neighbours() -> None:
    """A late submission moves nobody's report."""
    path = PurePath("Alice.ipynb")
    assert report_folders([path])[path] == report_folders([path, PurePath("alice.ipynb")])[path]
