"""A validation as JUnit XML says what a CI server shows."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

from grader.validation import Case, ExerciseOutcome, Judgement, ValidationOutcome
from grader.validation.junit import write_junit


def test_failures_faults_and_gaps_are_told_apart(tmp_path: Path) -> None:
    """One case each; characters that XML forbids do not break the file."""
    judged = (
        Judgement(Case("reference", "reference/reference.py"), 0, frozenset()),
        Judgement(Case("mistake", "mistakes/one.py"), 0, frozenset(), problem="wrongly \x1b accepted"),
        Judgement(Case("alternate", "alternates/two.py"), 0, frozenset(), problem="left ungraded", fault=True),
    )
    outcome = ValidationOutcome((ExerciseOutcome("toy", judged, stale=("starter.py",), unexercised=(), checks=3),))
    write_junit(outcome, tmp_path / "deep" / "junit.xml")
    (suite,) = ET.parse(tmp_path / "deep" / "junit.xml").getroot()
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("5", "2", "1")
    messages = [node.get("message") for case in suite for node in case]
    assert messages == ["wrongly \ufffd accepted", "left ungraded", "starter.py is not what the reference gives"]


def test_exit_codes_tell_a_fault_of_ours_from_a_wrong_verdict() -> None:
    """0 sound, 1 off, 3 unjudged, 130 interrupted."""
    right = Judgement(Case("reference", "r.py"), 0, frozenset())
    wrong = Judgement(Case("reference", "r.py"), 0, frozenset(), problem="wrongly rejected: a/b (failed: )")
    fault = Judgement(Case("reference", "r.py"), 0, frozenset(), problem="left ungraded", fault=True)

    def code(*judged: Judgement, **more: object) -> int:
        fields = {"stale": (), "unexercised": (), "checks": 1, **more}
        return ValidationOutcome((ExerciseOutcome("toy", judged, **fields),)).exit_code

    assert code(right) == 0
    assert code(wrong) == code(right, stale=("starter.py",)) == code(right, unexercised=("a/b",)) == 1
    assert code(wrong, fault) == 3
    assert code(wrong, interrupted=True) == 130
