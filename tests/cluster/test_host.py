"""What a worker does with a parcel, without a cluster."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from grader.batch import Plan
from grader.batch.worker import close_worker
from grader.cluster.host import Host, difference, versions
from grader.cluster.parcel import Answer, Order, Overlay, Parcel
from grader.cluster.testing import ClusterStub
from grader.errors import IsolationUnavailable, UsageError

SEED = ClusterStub(Path("unused")).seed(None, 1)


@dataclass(frozen=True)
class Looking(ClusterStub):
    """Notes the plan and the file that it is given."""

    def versions(self, plan: Plan) -> dict[str, str]:
        if plan.exercise == "unknown":
            raise UsageError("No exercise is called 'unknown'.")
        self.note(f"overlay {plan.params_file}")
        return super().versions(plan)

    def open(self, plan: Plan, kept: Any) -> Any:
        if plan.exercise == "walled":
            raise IsolationUnavailable("no bwrap")
        return super().open(plan, kept)


@pytest.fixture
def engine(tmp_path: Path) -> Looking:
    return Looking(tmp_path / "log")


@pytest.fixture
def host(engine: Looking) -> Iterator[Host]:
    yield Host(engine)
    close_worker()


def order(engine: ClusterStub, exercise: str = "toy", **changes: Any) -> Order:
    wanted = versions(engine, Plan("toy", None, SEED, "namespaces"))
    fields = {"exercise": exercise, "seed": SEED.value, "isolation": "namespaces", "versions": wanted}
    return Order(**(fields | changes))


def asked(host: Host, folder: Path, sent: Order, data: bytes = b"pass", threads: int = 1) -> Answer:
    raw = Parcel(sent, "a.py", data).to_bytes()
    return Answer.from_bytes(host.grade(raw, worker="lab-3", threads=threads, folder=str(folder)))


def test_a_parcel_is_graded_and_its_file_removed(host: Host, engine: Looking, tmp_path: Path) -> None:
    answer = asked(host, tmp_path, order(engine))
    assert answer.found is not None
    assert answer.found.report.score == 10
    assert answer.worker == "lab-3"
    assert list(tmp_path.glob("submission-*")) == []


def test_looking_grades_nothing(host: Host, engine: Looking, tmp_path: Path) -> None:
    raw = Parcel(order(engine)).to_bytes()
    answer = Answer.from_bytes(host.look(raw, worker="lab-3", threads=1, folder=str(tmp_path)))
    assert answer == Answer("lab-3")
    assert "open" not in " ".join(engine.noted())


@pytest.mark.parametrize(
    ("change", "threads", "told"),
    [
        ({"versions": {"exercise": "2"}}, 1, "differs in exercise (1 there, 2 here), distributed ("),
        ({"exercise": "unknown"}, 1, "cannot grade this: No exercise is called 'unknown'."),
        ({"isolation": "unsafe"}, 1, "runs no student code without isolation"),
        ({}, 4, "runs 4 threads, but a process grades one submission at a time"),
    ],
)
def test_what_would_be_graded_otherwise_is_not_graded(
    host: Host, engine: Looking, tmp_path: Path, change: dict[str, Any], threads: int, told: str
) -> None:
    answer = asked(host, tmp_path, order(engine, **change), threads=threads)
    assert answer.differs.startswith(told)
    assert answer.found is None
    assert not any(line.startswith("grade") for line in engine.noted())


def test_a_worker_without_isolation_refuses(host: Host, engine: Looking, tmp_path: Path) -> None:
    assert asked(host, tmp_path, order(engine, "walled")).refused == "no bwrap"
    host.problem = "bubblewrap: is missing."
    assert asked(host, tmp_path, order(engine)).refused == "bubblewrap: is missing."


def test_bytes_that_are_no_parcel_are_a_fault_told_in_words(host: Host) -> None:
    answer = Answer.from_bytes(host.grade(b"no parcel", worker="lab-3", threads=1))
    assert answer.fault.startswith("WireError: ")


def test_an_overlay_is_laid_down_once_for_its_owner(host: Host, engine: Looking, tmp_path: Path) -> None:
    """Two submissions of one run have the same plan, so they share a session."""
    mine = order(engine, overlay=Overlay("mine.toml", b"[params]"))
    asked(host, tmp_path, mine)
    asked(host, tmp_path, mine)
    asked(host, tmp_path, order(engine, overlay=Overlay("mine.toml", b"[points]")))
    asked(host, tmp_path, order(engine, overlay=Overlay("other_numbers", None)))
    laid = [Path(line.removeprefix("overlay ")) for line in engine.noted() if line.startswith("overlay /")]
    assert len(laid) == 3
    assert laid[0] == laid[1] != laid[2]
    assert [path.read_bytes() for path in laid] == [b"[params]", b"[params]", b"[points]"]
    assert stat.S_IMODE(laid[0].parent.stat().st_mode) == 0o700
    assert "overlay other_numbers" in engine.noted()
    assert sum(line.startswith("open") for line in engine.noted()) == 3


def test_difference_names_what_either_side_lacks() -> None:
    assert difference({"grader": "1", "keras": "3"}, {"grader": "1", "keras": "3"}) == ""
    assert difference({"grader": "1", "keras": "3"}, {"grader": "2", "extent": "all"}) == (
        "differs in grader (1 there, 2 here), extent (none there, all here), keras (3 there, none here): "
        "install there what is installed here"
    )
