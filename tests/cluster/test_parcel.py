"""What crosses between machines: whole, bounded, and nothing that runs."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import cast

import pytest

from grader.batch import Plan
from grader.batch.testing import toy_report
from grader.batch.worker import Found
from grader.cluster.parcel import Answer, Order, Overlay, Parcel, plain_name
from grader.errors import WireError
from grader.grading import AssignmentSeed
from grader.results import Exhibit

SEED = AssignmentSeed.fixed(3)


def order(**changes: object) -> Order:
    fields = {
        "exercise": "toy",
        "seed": SEED.value,
        "isolation": "namespaces",
        "versions": {"exercise": "1"},
        "overlay": None,
    }
    return Order(**cast("dict[str, object]", fields | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "overlay", [None, Overlay("other_numbers", None), Overlay("mine.toml", b"[params]\n"), Overlay("e.toml", b"")]
)
def test_a_parcel_arrives_as_it_was_sent(overlay: Overlay | None) -> None:
    parcel = Parcel(order(overlay=overlay), "week1.ipynb", b"\x00{}\xff")
    assert Parcel.from_bytes(parcel.to_bytes()) == parcel


def test_a_changed_byte_of_the_submission_is_noticed() -> None:
    raw = bytearray(Parcel(order(), "a.py", b"pass").to_bytes())
    raw[raw.rindex(b"pass")] ^= 1
    with pytest.raises(WireError, match="not those that were sent"):
        Parcel.from_bytes(bytes(raw))


@pytest.mark.parametrize("raw", [b"", b"GRW1", pickle.dumps("a"), Answer("w").to_bytes()])
def test_other_bytes_are_no_parcel(raw: bytes) -> None:
    with pytest.raises(WireError):
        Parcel.from_bytes(raw)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("week1.ipynb", "week1.ipynb"),
        ("Übung 1.py", "Übung 1.py"),
        ("folder/../../week1.py", "week1.py"),
        ("line\nbreak.py", "submission.py"),
        ("\udcff.IPYNB", "submission.ipynb"),
        ("a" * 250 + ".py", "submission.py"),
        ("C:\\week1.py", "submission.py"),
        ("bell\a", "submission"),
        ("..", "submission"),
        ("", "submission"),
    ],
)
def test_a_file_gets_a_name_that_any_machine_takes(name: str, shown: str) -> None:
    assert plain_name(name) == shown


def test_an_order_holds_the_overlay_and_hides_the_seed(tmp_path: Path) -> None:
    """A file's text travels; of one that comes with the exercise, the name."""
    file = tmp_path / "mine.toml"
    file.write_text("[params]\n")
    made = Order.of(Plan("toy", file, SEED, "cold"), {"exercise": "1"})
    assert made == order(isolation="cold", overlay=Overlay("mine.toml", b"[params]\n"))
    assert Order.of(Plan("toy", Path("other_numbers"), SEED, "cold"), {}).overlay == Overlay("other_numbers", None)
    assert str(SEED.value) not in repr(made)
    assert SEED.value.hex() not in repr(made)
    assert made.plan(file) == Plan("toy", file, SEED, "cold")


def test_an_answer_brings_report_and_pictures() -> None:
    picture = Exhibit(name="journey", title="A journey", caption="Layer by layer", png=b"\x89PNG")
    found = Found(toy_report("a.py", score=5), (picture, picture), "why it died")
    assert Answer.from_bytes(Answer("lab-3", found).to_bytes()) == Answer("lab-3", found)
    assert Answer.from_bytes(Answer("lab-3", refused="no bwrap").to_bytes()) == Answer("lab-3", refused="no bwrap")


def test_an_answer_holds_what_no_json_can() -> None:
    """Half a character of a student's makes the report shorter, and stops nothing."""
    found = Found(toy_report("a.py", message="\udcff"), (), "\udcfe")
    arrived = Answer.from_bytes(Answer("lab-3", found).to_bytes()).found
    assert arrived is not None
    assert arrived.report.score == 0
