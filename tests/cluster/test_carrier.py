"""What is made of a worker's answer: one report in its place, or a reason why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from grader.batch import Plan
from grader.batch.testing import toy_report
from grader.batch.worker import Found, Job, JobResult
from grader.cluster.carrier import Carrier
from grader.cluster.parcel import Answer, Order, Parcel
from grader.cluster.testing import ClusterStub
from grader.errors import GraderFault, WorkerDiffers
from grader.results import Exhibit, Report, from_json

SEED = ClusterStub(Path("unused")).seed(None, 1)
PLAN = Plan("toy", None, SEED, "namespaces")


@dataclass(frozen=True)
class Undrawable(ClusterStub):
    """Cannot draw the page of a graded report."""

    def write(self, plan: Plan, report: Report, exhibits: Sequence[Exhibit], out: Path) -> None:
        if report.status == "graded":
            raise ValueError("no such template")
        super().write(plan, report, exhibits, out)


def report(**changes: Any) -> Report:
    return toy_report("sent.py", **({"seed": SEED.digest, "score": 10.0} | changes))


def carried(folder: Path, answer: Answer, engine: ClusterStub | None = None, words: str = "pass") -> JobResult:
    """Carry one submission; `asked` holds the parcels that went out."""
    file = folder / "doe" / "week1.py"
    file.parent.mkdir(exist_ok=True)
    file.write_text(words)

    def ask(raw: bytes) -> Answer:
        (folder / "asked").write_bytes(raw)
        return answer

    carrier = Carrier(ask, engine or ClusterStub(folder / "log"), PLAN, Order.of(PLAN, {}))
    return carrier(Job("doe/week1.py", file, folder, folder / "out", "out"))


def test_a_report_gets_its_label_and_its_place_here(tmp_path: Path) -> None:
    """The worker is told the file's name alone; whose it is stays here."""
    result = carried(tmp_path, Answer("lab-3", Found(report(score=5))))
    assert result.row is not None
    assert (result.row.file, result.row.report, result.row.score) == ("doe/week1.py", "out", 5)
    assert from_json((tmp_path / "out/report.json").read_bytes()).submission.file == "doe/week1.py"
    parcel = Parcel.from_bytes((tmp_path / "asked").read_bytes())
    assert (parcel.file, parcel.data) == ("week1.py", b"pass")
    assert b"doe" not in (tmp_path / "asked").read_bytes()


def test_a_fault_of_ours_is_written_for_the_owner_alone(tmp_path: Path) -> None:
    carried(tmp_path, Answer("lab-3", Found(report(status="ungraded"), (), "why it died")))
    log = tmp_path / "out" / "fault.log"
    assert log.read_text() == "why it died"
    assert log.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("change", [{"seed": "another"}, {"isolation": "unsafe"}])
def test_the_report_of_another_run_is_not_taken(tmp_path: Path, change: dict[str, str]) -> None:
    with pytest.raises(GraderFault, match="worker lab-3 sent the report of another run"):
        carried(tmp_path, Answer("lab-3", Found(report(**change))))
    assert not (tmp_path / "out").exists()


def test_what_a_worker_cannot_do_is_told_with_its_name(tmp_path: Path) -> None:
    assert carried(tmp_path, Answer("lab-3", refused="no bwrap")) == JobResult(None, refused="worker lab-3: no bwrap")
    with pytest.raises(WorkerDiffers, match=r"^worker lab-3 differs in keras\. It has graded nothing of this\.$"):
        carried(tmp_path, Answer("lab-3", differs="differs in keras"))
    with pytest.raises(GraderFault, match="worker lab-3: OSError: disk full"):
        carried(tmp_path, Answer("lab-3", fault="OSError: disk full"))


def test_a_file_that_cannot_be_read_is_sent_to_nobody(tmp_path: Path) -> None:
    result = carried(tmp_path, Answer("lab-3", Found(report())), words="#" * (2 << 20) + "#")
    assert result.row is not None
    assert result.row.status == "unusable"
    assert not (tmp_path / "asked").exists()


def test_a_page_that_cannot_be_drawn_leaves_the_submission_ungraded(tmp_path: Path) -> None:
    result = carried(tmp_path, Answer("lab-3", Found(report())), Undrawable(tmp_path / "log"))
    assert result.row is not None
    assert result.row.status == "ungraded"
    assert result.row.message == "A fault of the grader, not of this submission: ValueError: no such template."
