"""Whether a report says of a solution what it should."""

from __future__ import annotations

from dataclasses import dataclass

from grader.exercises import Exercise
from grader.results import OLDER, CheckResult, Report
from grader.validation.cases import Case


@dataclass(frozen=True)
class Judgement:
    """One solution's verdict under one seed.

    Attributes:
        case: the solution.
        seed: number of the seed.
        failing: ids of the checks that are neither passed nor blocked.
        problem: what is wrong with the verdict, in one line; empty where it is right.
        named_right: whether a mistake's cause was named first; None for what is no mistake.
        fault: the grader itself failed, so that nothing is known.
    """

    case: Case
    seed: int
    failing: frozenset[str]
    problem: str = ""
    named_right: bool | None = None
    fault: bool = False


def judge(case: Case, report: Report, exercise: Exercise, seed: int) -> Judgement:
    """Compare `report` with what `case` should get.

    A reference and an alternate get full points and need no review, a starter none and is called not attempted, a
    mistake fails exactly what it is labelled with and has its cause named first.
    """
    checks = [check for task in report.tasks for check in task.checks]
    failing = frozenset(check.id for check in checks if check.status not in ("passed", "blocked"))
    if report.status == "ungraded":
        return Judgement(case, seed, failing, f"left ungraded: {report.message}", fault=True)
    if report.status == "unusable":
        return Judgement(case, seed, failing, f"called unusable: {report.message}")
    if case.kind == "starter":
        return Judgement(case, seed, failing, _starter(report))
    if case.kind == "mistake":
        right = case.labels is not None and report.fix_first == case.labels.fix_first
        return Judgement(case, seed, failing, _mistake(case, report, failing), named_right=right)
    return Judgement(case, seed, failing, _correct(report, checks) or _margin(report, exercise))


def _correct(report: Report, checks: list[CheckResult]) -> str:
    if report.score != report.max_score:
        lost = [f"{check.id} ({check.status}: {check.seen})" for check in checks if check.status != "passed"]
        return f"wrongly rejected: {'; '.join(lost[:3])}"
    # An earlier calling convention is looked at for what it is, however right.
    older = any(note.kind == OLDER for note in report.notes)
    return "passes but is sent to review" if report.needs_review and not older else ""


def _margin(report: Report, exercise: Exercise) -> str:
    """Whether what was measured keeps its distance from the threshold, as `[margins]` of the exercise claims."""
    for name, margin in exercise.margins.items():
        if name not in report.measures:
            return f"the report measures no `{name}`, for which [margins] claims {margin:g}"
        threshold, measured = float(exercise.params[name]), report.measures[name]  # type: ignore[arg-type]
        room = measured - threshold if margin >= 0 else threshold - measured
        if room < abs(margin):
            return f"`{name}` is measured as {measured:.3f}: {room:.3f} from its threshold, not {abs(margin):g}"
    return ""


def _starter(report: Report) -> str:
    attempted = [task.name for task in report.tasks if task.status != "not_attempted"]
    if report.score:
        return f"a starter gets {report.score:g} points"
    return f"a starter counts as attempted in {', '.join(attempted)}" if attempted else ""


def _mistake(case: Case, report: Report, failing: frozenset[str]) -> str:
    labels = case.labels
    if labels is None:
        return "a mistake without labels"
    if report.score >= report.max_score:
        return "wrongly accepted: full points"
    missed, extra = labels.fails - failing, failing - labels.fails - labels.may_fail
    parts = []
    if missed:
        parts.append(f"passes {', '.join(sorted(missed))}")
    if extra:
        parts.append(f"also fails {', '.join(sorted(extra))}")
    if report.fix_first != labels.fix_first:
        parts.append(f"names {report.fix_first} first, not {labels.fix_first}")
    return "; ".join(parts)
