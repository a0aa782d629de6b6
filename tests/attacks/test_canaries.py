"""Canaries in everything that is secret: no cell with student code finds one, and the same search finds them where they are."""

from __future__ import annotations

import io
import secrets
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from grader.data import HiddenImages
from grader.exercises import load_exercise
from grader.grading import AssignmentSeed, GradingSession
from grader.results import Isolation, Report
from tests.attacks.kit import composed, narrowed

EXERCISE = "week1_larger_dataset"
SEARCH = (Path(__file__).parent / "search.py").read_text(encoding="utf-8")
SUBMISSION = """{search}

def plot_history(history):
    import secrets
    own = "canary-" + secrets.token_hex(16)
    found = search({tops!r})
    for place, hits in sorted(found.items()):
        for hit in sorted(hits - {{own}}):
            print("found", place, hit)
        if own in hits:
            print("found its own in", place)
"""
HIDDEN_TEST = '''"""A hidden test with {canary} in it, which looks around in its own process."""

from grader.checks.finding import CheckFailed
from grader.examiner import check

{search}

@check(task="plot_history", points=0, concept="curves")
def test_search():
    """Looks around."""
    found = search([])
    raise CheckFailed(" ".join(sorted(set().union(*found.values()))), expected="", why="", hint="")

@check(task="plot_history", points=0, concept="curves")
def test_walls():
    """Tries to get out."""
    from grader.sandbox.attempts import ATTEMPTS

    bait = {{"file": {file!r}, "folders": [], "variable": "HOST", "value": "no-such-value", "port": {port}, "name": "canary-{port}"}}
    through = []
    for name in {attempts!r} or ATTEMPTS:
        one = ATTEMPTS[name]
        # The examiner keeps descriptors of its own.
        try:
            through += [name] if name != "descriptors" and one.attack(bait) else []
        except (OSError, ValueError):
            pass
    raise CheckFailed("through: " + ", ".join(through), expected="", why="", hint="")
'''


def canary() -> str:
    return f"canary-{secrets.token_hex(16)}"


class Planted:
    """An exercise, a seed and a machine with canaries in them."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, port: int, attempts: tuple[str, ...]) -> None:
        self.hidden_test, self.hidden_image = canary(), canary()
        self.reference, self.environment, self.report, self.peer = canary(), canary(), canary(), canary()
        self.folder = folder
        monkeypatch.setenv("GRADER_TEST_CANARY", self.environment)
        tests = folder / "hidden_tests"
        tests.mkdir()
        extra = tests / f"test_9_{self.hidden_test}.py"
        extra.write_text(
            HIDDEN_TEST.format(
                canary=self.hidden_test,
                search=SEARCH,
                file=str(folder / "solutions" / "reference.py"),
                port=port,
                attempts=attempts,
            ),
            encoding="utf-8",
        )
        # One task is enough for a search, and needs no training.
        plain = narrowed(load_exercise(EXERCISE), "plot_history", wall_s=120.0)
        self.exercise = replace(plain, hidden_tests=tests, test_files={**plain.test_files, extra.name: extra})
        (folder / "solutions").mkdir()
        (folder / "solutions" / "reference.py").write_text(f"# {self.reference}\n", encoding="utf-8")
        (folder / "out" / "peer").mkdir(parents=True)
        (folder / "out" / "peer" / "report.json").write_text(f'{{"score": "{self.report}"}}', encoding="utf-8")
        (folder / "submissions").mkdir()
        (folder / "submissions" / f"{self.peer}.py").write_text(f"# {self.peer}\n", encoding="utf-8")

    @property
    def all(self) -> set[str]:
        return {value for name, value in vars(self).items() if isinstance(value, str)}

    def grade(self, isolation: Isolation) -> Report:
        """Grade a submission that searches, after one that is a peer's."""
        path = self.folder / "submissions" / "attacker.py"
        tops = ["/"] if isolation != "unsafe" else [str(self.folder)]
        path.write_text(
            composed(EXERCISE, ("plot_history",), SUBMISSION.format(search=SEARCH, tops=tops)), encoding="utf-8"
        )
        with GradingSession(self.exercise, seed=AssignmentSeed.fixed(1), isolation=isolation) as session:
            hidden = session._hidden
            files = (commented(hidden.files[0], self.hidden_image), *hidden.files[1:])
            session.__dict__["_hidden"] = HiddenImages(files, hidden.labels)
            graded = session.grade(path)
        assert graded.report.status == "graded", graded.fault
        assert graded.report.output, graded.report.check("plot_history/returns_figure")
        return graded.report


def commented(jpeg: bytes, text: str) -> bytes:
    """The same picture with a comment in its file."""
    with Image.open(io.BytesIO(jpeg)) as image:
        out = io.BytesIO()
        image.save(out, "JPEG", quality=95, comment=text)
        return out.getvalue()


@pytest.fixture
def planted(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Planted]:
    # Doors of its own: without isolation they are meant to be reached.
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as abstract:
        port = tcp.getsockname()[1]
        abstract.bind(f"\0canary-{port}")
        abstract.listen()
        # Without isolation nothing stops what is tried: what could harm the machine is not.
        unsafe = request.node.get_closest_marker("unsafe") is not None
        made = Planted(tmp_path, monkeypatch, port, ("network",) if unsafe else ())
        # What a process was started with stays in its /proc entry; what this one sets later does not.
        with subprocess.Popen(["sleep", "600"]) as neighbour:
            yield made
            neighbour.kill()


@pytest.mark.parametrize("isolation", ["namespaces", "cold"])
def test_a_cell_finds_its_own_canary_and_no_other(planted: Planted, isolation: Isolation) -> None:
    """Searched: all readable memory, objects, frames, the file tree, descriptors, sockets, /proc and the environment."""
    report = planted.grade(isolation)
    lines = [line for line in report.output["plot_history"].splitlines() if line.startswith("found")]
    assert set(lines) >= {"found its own in memory", "found its own in frames"}
    assert [line for line in lines if "canary" in line] == []
    # The same search where the secrets have to be: the search works.
    seen = report.check("plot_history/search").seen
    assert {planted.hidden_test, planted.hidden_image, "canary-of-labels"} <= set(seen.split())


@pytest.mark.parametrize("isolation", ["namespaces", "cold"])
def test_the_examiner_is_confined_like_a_cell(planted: Planted, isolation: Isolation) -> None:
    """It parses what students made: a flaw in a library it uses must not reach the machine, either."""
    assert planted.grade(isolation).check("plot_history/walls").seen == "through: "


@pytest.mark.unsafe
def test_without_isolation_it_finds_what_lies_on_the_machine(planted: Planted) -> None:
    """The search finds references, reports, other submissions and the environment where nothing hides them."""
    report = planted.grade("unsafe")
    found = {line.split()[-1] for line in report.output["plot_history"].splitlines() if "canary" in line}
    assert "network" in report.check("plot_history/walls").seen
    assert {planted.reference, planted.report, planted.peer, planted.environment, planted.hidden_test} <= found
