"""A report as JUnit XML: a suite for the submission, a case for each check.

As build servers read it: `failure` for what is wrong, `error` for code that raised or met a bound and for faults of ours,
`skipped` for what was not judged. All text passes `safe_text` or `safe_block`, which leave nothing that XML cannot hold.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as ET

from grader.reports.text import safe_block, safe_text
from grader.results import CheckResult, Report, Status

_KINDS: dict[Status, str] = {
    "failed": "failure",
    "student_error": "error",
    "timeout": "error",
    "memory": "error",
    "output": "error",
    "grader_fault": "error",
    "not_attempted": "skipped",
    "blocked": "skipped",
}


def junit_xml(report: Report) -> bytes:
    """A whole document over one report."""
    return document([suite(report)])


def document(suites: Iterable[ET.Element], *, name: str = "grader") -> bytes:
    """A document of these suites, in UTF-8, with their sums."""
    root = ET.Element("testsuites", name=safe_text(name))
    root.extend(suites)
    for count in ("tests", "failures", "errors", "skipped"):
        root.set(count, str(sum(int(one.get(count, "0")) for one in root)))
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def suite(report: Report, *, name: str = "", properties: Iterable[tuple[str, str]] = ()) -> ET.Element:
    """The suite of one report.

    Args:
        name: of the suite; by default the file's label.
        properties: told beside those of the report.
    """
    found = ET.Element("testsuite", name=safe_text(name or report.submission.file, limit=200))
    own = (
        ("exercise", report.exercise.name), ("exercise_version", report.exercise.version), ("status", report.status),
        ("score", f"{report.score:g}"), ("max_score", f"{report.max_score:g}"),
    )  # fmt: skip
    told = ET.SubElement(found, "properties")
    for key, value in (*own, *properties):
        ET.SubElement(told, "property", name=key, value=safe_text(value))
    cases = [_case(report, check) for task in report.tasks for check in task.checks]
    if report.status != "graded":
        case = ET.Element("testcase", classname=safe_text(report.exercise.name), name=report.status)
        ET.SubElement(case, "error", message=safe_text(report.message), type=report.status)
        cases.append(case)
    found.extend(cases)
    found.set("tests", str(len(cases)))
    for count, kind in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        found.set(count, str(sum(case.find(kind) is not None for case in cases)))
    found.set("time", f"{report.timings.total_s:g}")
    return found


def _case(report: Report, check: CheckResult) -> ET.Element:
    task, _, name = check.id.partition("/")
    classname = safe_text(f"{report.exercise.name}.{task}", limit=300)
    case = ET.Element("testcase", classname=classname, name=safe_text(name or check.id, limit=200))
    if (kind := _KINDS.get(check.status)) is not None:
        problem = ET.SubElement(case, kind, message=safe_text(check.seen or check.title))
        if kind != "skipped":
            problem.set("type", check.status)
            problem.text = "\n".join(line for line in _lines(check) if line)
    return case


def _lines(check: CheckResult) -> Iterable[str]:
    yield safe_text(check.title)
    for label, text in (("Expected", check.expected), ("Hint", check.hint), ("Where", str(check.where or ""))):
        if text:
            yield f"{label}: {safe_text(text)}"
    if check.traceback:
        yield safe_block(check.traceback)
