"""A validation as JUnit XML, for CI."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

from grader.validation.outcome import ExerciseOutcome, ValidationOutcome

_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(outcome: ValidationOutcome, path: Path) -> None:
    """Write `outcome` to `path`: a suite for each exercise, a case for each solution and seed.

    Stale files and checks that no mistake fails are cases, too.
    """
    root = ET.Element("testsuites", name="grader validate")
    for exercise in outcome.exercises:
        root.append(_suite(exercise))
    path.parent.mkdir(parents=True, exist_ok=True)
    ET.indent(root)
    ET.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _suite(exercise: ExerciseOutcome) -> ET.Element:
    cases = []
    for one in exercise.judgements:
        case = ET.Element(
            "testcase", classname=f"{exercise.exercise}.{one.case.kind}", name=f"{one.case.file}[{one.seed}]"
        )
        if one.problem:
            kind = "error" if one.fault else "failure"
            ET.SubElement(case, kind, message=_clean(one.problem))
        cases.append(case)
    for name, message, found in (
        ("generated files", "is not what the reference gives", exercise.stale),
        ("checks", "is failed by no mistake", exercise.unexercised),
    ):
        case = ET.Element("testcase", classname=f"{exercise.exercise}.exercise", name=name)
        if found:
            ET.SubElement(case, "failure", message="; ".join(f"{one} {message}" for one in found))
        cases.append(case)
    failures = sum(case.find("failure") is not None for case in cases)
    errors = sum(case.find("error") is not None for case in cases)
    suite = ET.Element(
        "testsuite", name=exercise.exercise, tests=str(len(cases)), failures=str(failures), errors=str(errors)
    )
    suite.extend(cases)
    return suite


def _clean(text: str) -> str:
    """Text without the characters that XML cannot hold."""
    return _NO_XML.sub("\ufffd", text)
