"""What a submission may read, and what it may not: each denial has its allowed twin."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from grader.exercises import Exercise
from grader.grading import AssignmentSeed, GradingSession, WarmZygotes
from grader.paths import solutions_dir
from tests.grading.kit import Grade, Vary, graded_by, timed

SEARCH = """def plot_history(history):
    import gc, os, pathlib, socket, sys
    secrets = {secrets!r}
    mine = {mine!r}

    def tree():
        walked = set()
        for top in ("/", *sys.path):
            for folder, folders, names in os.walk(top):
                if folder in walked or folder.startswith(("/proc", "/sys")):
                    folders.clear()
                    continue
                walked.add(folder)
                yield from (os.path.join(folder, name) for name in names)

    {look}
    raise ValueError("found: " + repr(found))
"""


def search(vary: Vary, look: str, *, secrets: list[str], mine: str = "mine.txt", name: str = "search.py"):
    body = SEARCH.format(secrets=secrets, mine=mine, look=look)
    return vary(replace={"plot_history": body}, name=name)


@pytest.fixture(scope="module")
def session(exercise: Exercise, zygotes: WarmZygotes) -> Iterator[GradingSession]:
    """Cells may search for two minutes: a cold disk gives the names of some 200,000 files no faster."""
    with GradingSession(timed(exercise, 120.0), seed=AssignmentSeed.fixed(1), zygotes=zygotes) as running:
        yield running


@pytest.fixture(scope="module")
def grade(session: GradingSession) -> Grade:
    return graded_by(session)


def found_by(grade: Grade, path) -> str:
    return grade(path).check("plot_history/returns_figure").seen


def test_hidden_tests_reference_and_other_submissions_are_not_in_its_file_tree(
    grade: Grade, vary: Vary, exercise: Exercise
) -> None:
    """By name, anywhere it can walk to; what it wrote itself is found by the same walk."""
    secrets = [path.name for path in exercise.hidden_tests.glob("test_*.py")]
    secrets += [path.name for path in (solutions_dir() / exercise.name / "mistakes").iterdir()]
    secrets += ["reference.ipynb", "submission_4711.py", ".assignment", "exercise.toml"]
    look = """pathlib.Path(mine).write_text("x")
    names = {os.path.basename(path) for path in tree()}
    found = sorted(names & set(secrets)), mine in names"""
    path = search(vary, look, secrets=secrets, name="submission_4711.py")
    assert found_by(grade, path) == "ValueError: found: ([], True)"


def test_the_seed_and_the_text_of_hidden_tests_are_not_in_its_memory(
    grade: Grade, vary: Vary, exercise: Exercise
) -> None:
    """Searched in all readable memory of the process, cut in two so that the search does not find itself."""
    line = next(iter(exercise.hidden_tests.glob("test_2*.py"))).read_text(encoding="utf-8").splitlines()[0]
    text = line.strip('"')
    secrets = [text[: len(text) // 2], text[len(text) // 2 :]]
    look = """secret = (secrets[0] + secrets[1]).encode()
    planted = ("planted " + "by itself").encode() * 3
    found = [False, False]
    with open("/proc/self/mem", "rb", 0) as memory:
        for line in open("/proc/self/maps"):
            span, mode = line.split()[:2]
            if not mode.startswith("r"):
                continue
            low, high = (int(side, 16) for side in span.split("-"))
            try:
                memory.seek(low)
                block = memory.read(min(high - low, 1 << 28))
            except (OSError, ValueError, OverflowError):
                continue
            at = block.find(secret)
            while at >= 0:
                # Its own search string is followed by a zero byte; a test file's text is not.
                found[0] |= block[at + len(secret):at + len(secret) + 1] != bytes(1)
                at = block.find(secret, at + 1)
            found[1] |= planted in block"""
    assert found_by(grade, search(vary, look, secrets=secrets)) == "ValueError: found: [False, True]"


def test_the_environment_of_the_parent_is_not_visible(
    grade: Grade, vary: Vary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither in its own environment nor through /proc; the environment that it was given is there."""
    monkeypatch.setenv("GRADER_TEST_CANARY", "canary-4711")
    look = """texts = [repr(dict(os.environ))]
    for path in pathlib.Path("/proc").glob("[0-9]*/environ"):
        try:
            texts.append(path.read_bytes().decode("utf-8", "replace"))
        except OSError:
            pass
    found = any("canary-" + "4711" in text for text in texts), "HOME" in os.environ"""
    assert found_by(grade, search(vary, look, secrets=[])) == "ValueError: found: (False, True)"


def test_there_is_no_network_and_no_other_process(grade: Grade, vary: Vary) -> None:
    """No address family but the local one, no process but its own; a pair of local sockets works."""
    look = """found = []
    for family in (socket.AF_INET, socket.AF_INET6, 40, 16):
        try:
            socket.socket(family, socket.SOCK_STREAM).close()
            found.append(family)
        except OSError:
            pass
    left, right = socket.socketpair()
    left.send(b"x")
    found.append(right.recv(1) == b"x")
    found.append(all(int(path.name) < 20 for path in pathlib.Path("/proc").glob("[0-9]*")))"""
    assert found_by(grade, search(vary, look, secrets=[])) == "ValueError: found: [True, True]"


def test_nothing_that_is_mounted_can_be_written(grade: Grade, vary: Vary) -> None:
    """Every folder outside its own refuses a new file; its own work folder and `/tmp`, both private, take one."""
    look = """found = []
    pathlib.Path("own").write_text("x")
    for top in ("/", "/usr", "/etc", *[p for p in sys.path if p and not p.startswith("/tmp/")]):
        try:
            pathlib.Path(top, "written").write_text("x")
            found.append(top)
        except OSError:
            pass
    found.append(pathlib.Path("own").exists())"""
    assert found_by(grade, search(vary, look, secrets=[])) == "ValueError: found: [True]"


def test_running_as_root_gives_the_submission_no_root(grade: Grade, vary: Vary) -> None:
    """Its uid is not ours, and it holds no capability."""
    look = """status = open("/proc/self/status").read()
    caps = [line.split()[1] for line in status.splitlines() if line.startswith(("CapEff", "CapBnd", "CapPrm"))]
    found = os.getuid() != 0, set(caps) == {"0" * 16}"""
    assert found_by(grade, search(vary, look, secrets=[])) == "ValueError: found: (True, True)"
    assert os.getuid() >= 0
