"""What may be opened at all, and the one line that says why not."""

import os
import socket
from pathlib import Path

import pytest

from grader.errors import UnusableSubmission
from grader.submissions import ReadLimits, read_submission


def refusal(path: Path, **options) -> str:
    with pytest.raises(UnusableSubmission) as caught:
        read_submission(path, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_regular_file_is_read(tmp_path):
    """The allowed twin of every refusal here."""
    path = tmp_path / "lab.py"
    path.write_bytes(b"x = 1\n")
    submission = read_submission(path, root=tmp_path)
    assert (submission.file, submission.kind, submission.data) == ("lab.py", "py", b"x = 1\n")


def test_missing_file(tmp_path):
    """A path that leads nowhere is said so."""
    assert refusal(tmp_path / "lab.ipynb") == "lab.ipynb: there is no such file. Check the path."


def test_empty_file(tmp_path):
    """Zero bytes are told apart from a wrong notebook."""
    (tmp_path / "lab.ipynb").touch()
    assert refusal(tmp_path / "lab.ipynb") == (
        "lab.ipynb: the file is empty (0 bytes). Save your work and hand it in again."
    )


def test_blank_file(tmp_path):
    """A file of blanks is as empty as one of no bytes."""
    (tmp_path / "lab.py").write_text("\n  \n")
    assert refusal(tmp_path / "lab.py") == (
        "lab.py: the file holds nothing but blanks. Save your work and hand it in again."
    )


def test_large_file_is_not_read(tmp_path):
    """A file of 100 MB is refused by its size alone: it is sparse here, so reading it would still cost memory."""
    path = tmp_path / "lab.ipynb"
    with path.open("wb") as stream:
        stream.truncate(100 << 20)
    assert refusal(path) == (
        "lab.ipynb: the file is too large: 100.0 MB, at most 20 MB are read. "
        "Clear the outputs of the notebook, keep data in files of their own, and hand it in again."
    )


def test_limit_is_inclusive(tmp_path):
    """A file of exactly the limit is read."""
    path = tmp_path / "lab.py"
    path.write_bytes(b"x = 1\n" * 10)
    assert read_submission(path, limits=ReadLimits(source_bytes=60)).cells
    assert "too large" in refusal(path, limits=ReadLimits(source_bytes=59))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("lab.zip", "lab.zip: files ending in `.zip` are not read. Hand in one .ipynb or .py file."),
        ("lab", "lab: files without an ending are not read. Hand in one .ipynb or .py file."),
    ],
)
def test_other_kinds_of_file(tmp_path, name, message):
    """Only the two endings are taken."""
    (tmp_path / name).write_text("x")
    assert refusal(tmp_path / name) == message


@pytest.mark.parametrize("name", ["folder", "folder.py"])
def test_folder(tmp_path, name):
    """A folder is refused, whatever it is called."""
    (tmp_path / name).mkdir()
    assert refusal(tmp_path / name) == f"{name}: this is a folder. Hand in one .ipynb or .py file."


@pytest.mark.parametrize("kind", ["fifo", "socket", "device"])
def test_special_files_do_not_block(tmp_path, kind):
    """A named pipe nobody writes to would hang a plain open."""
    path = tmp_path / "lab.py"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(os.path.relpath(path))
    else:
        path.symlink_to("/dev/zero")
    assert refusal(path) == "lab.py: this is not a regular file. Hand in one .ipynb or .py file."


def test_link_out_of_the_root(tmp_path):
    """A link to somebody else's file is not followed."""
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "secret.py").write_text("x = 1")
    root = tmp_path / "root"
    root.mkdir()
    (root / "lab.py").symlink_to(tmp_path / "other" / "secret.py")
    assert refusal(root / "lab.py", root=root) == (
        "lab.py: it is a link to a file outside of the folder of submissions. Hand in the file itself, not a link."
    )


def test_link_inside_the_root(tmp_path):
    """A link that stays inside is fine."""
    (tmp_path / "real.py").write_text("x = 1")
    (tmp_path / "lab.py").symlink_to("real.py")
    assert read_submission(tmp_path / "lab.py", root=tmp_path).file == "lab.py"


def test_link_through_a_linked_folder(tmp_path):
    """A linked folder on the way out of the root is noticed too."""
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "lab.py").write_text("x = 1")
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "inner").symlink_to(tmp_path / "other")
    assert "outside of the folder" in refusal(tmp_path / "root" / "inner" / "lab.py", root=tmp_path / "root")


def test_loop_of_links(tmp_path):
    """Links that lead to each other end."""
    (tmp_path / "a.py").symlink_to("b.py")
    (tmp_path / "b.py").symlink_to("a.py")
    assert refusal(tmp_path / "a.py") == "a.py: the file cannot be opened. Hand in the file itself, not a link."


@pytest.mark.parametrize("name", ["a\0.py", "x" * 300 + ".py"])
def test_impossible_names(tmp_path, name):
    """Names that no file system takes are refused like any other."""
    assert refusal(tmp_path / name).endswith("the file cannot be opened. Hand in the file itself, not a link.")


def test_label_escapes_what_does_not_print(tmp_path):
    """Terminal escapes, line breaks, bidi marks and broken bytes in a name do not reach a terminal or a JSON file."""
    path = tmp_path / "a\x1b[31m\n\u202eb\udcff.py"
    path.write_text("x = 1")
    assert read_submission(path).file == "a\\x1b[31m\\n\\u202eb\\udcff.py"
    assert refusal(tmp_path / "a\nb.py") == "a\\nb.py: there is no such file. Check the path."
