"""A validation as a table for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from grader.cli.console import plain
from grader.validation.mutation import MutationOutcome
from grader.validation.outcome import ValidationOutcome


def summary_table(outcome: ValidationOutcome) -> Table:
    """One line for each exercise: of each kind, how many were judged as they should be."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    table.add_column("exercise", no_wrap=True)
    for heading in ("correct passed", "starters at 0", "mistakes right", "cause first", "checks seen to fail"):
        table.add_column(heading, justify="right")
    for one in outcome.exercises:
        correct, mistakes = one.of("reference", "alternate"), one.of("mistake")
        table.add_row(
            plain(one.exercise, "bold"),
            _share(sum(not judged.problem for judged in correct), len(correct)),
            _share(sum(not judged.problem for judged in one.of("starter")), len(one.of("starter"))),
            _share(sum(not judged.problem for judged in mistakes), len(mistakes)),
            _share(one.named_right, len(mistakes)),
            _share(one.checks - len(one.unexercised), one.checks),
        )
    rejected, accepted = (
        sum(getattr(one, name) for one in outcome.exercises) for name in ("wrongly_rejected", "wrongly_accepted")
    )
    table.caption = f"wrongly rejected: {rejected}, wrongly accepted: {accepted}"
    return table


def problem_lines(outcome: ValidationOutcome) -> Iterator[Text]:
    """One line for everything that is off."""
    for exercise in outcome.exercises:
        for one in exercise.problems:
            yield plain(f"{exercise.exercise} {one.case.file} (seed {one.seed}): {one.problem}", "red")
        for check in exercise.unexercised:
            yield plain(f"{exercise.exercise}: no mistake fails {check}", "red")
        for name in exercise.stale:
            yield plain(f"{exercise.exercise}: {name} is stale; run `python -m grader.exercises.generate`", "red")


def _share(right: int, total: int) -> Text:
    return Text(f"{right} of {total}", "green" if right == total else "red")


def mutation_table(found: Sequence[MutationOutcome]) -> Table:
    """One line for each exercise: how many mutants there are and what became of them."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    table.add_column("exercise", no_wrap=True)
    for heading in ("mutants", "lost points", "survived", "equivalent", "killed"):
        table.add_column(heading, justify="right")
    for one in found:
        counts = (one.total, len(one.killed), len(one.survived), len(one.equivalent))
        share = Text(f"{one.killed_share:.1%}", "red" if one.exit_code else "green")
        table.add_row(plain(one.exercise, "bold"), *map(str, counts), share)
    return table


def mutation_lines(found: Sequence[MutationOutcome]) -> Iterator[Text]:
    """One line for every mutant that somebody should look at."""
    for one in found:
        for mutant in one.survived:
            yield plain(f"{one.exercise}: survived {mutant}", "red")
        for mutant in one.unjudged:
            yield plain(f"{one.exercise}: left ungraded {mutant}", "magenta")
        for key in one.outdated:
            yield plain(f"{one.exercise}: {key} is declared equivalent, but loses points or is no mutant", "red")
