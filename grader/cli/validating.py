"""`grader validate`: does an exercise grade right?"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from grader.cli.backend import backend_of
from grader.cli.console import SUCCESS, complain, guarded, plain, stderr, stdout
from grader.cli.options import (
    IsolationOption,
    JsonOption,
    ParamsOption,
    UnsafeOption,
    chosen_isolation,
    complete_exercise,
)
from grader.validation.mutation import MutationOutcome
from grader.validation.outcome import ExerciseOutcome, ValidationOutcome

SCHEMA = "grader-validation/1"
MUTATION_SCHEMA = "grader-mutation/1"


@guarded
def validate(
    context: typer.Context,
    exercises: Annotated[
        list[str] | None,
        typer.Argument(
            help="Names of exercises.", autocompletion=complete_exercise, show_default="all that `grader list` shows"
        ),
    ] = None,
    *,
    junit: Annotated[
        Path | None, typer.Option("--junit", metavar="FILE", help="Write the result as JUnit XML, for CI.")
    ] = None,
    seeds: Annotated[
        int, typer.Option("--seeds", min=1, metavar="N", help="Assignments to play, each with hidden images of its own.")
    ] = 1,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs", min=1, metavar="N", help="Solutions side by side.", show_default="as cores and memory allow"
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", help="Keep the reports here; a second run goes on from them.",
            show_default="a folder that is removed",
        ),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only", metavar="PATTERN", help="Grade only these solutions, such as 'mistakes/plot_*'; may be repeated."
        ),
    ] = None,
    mutate: Annotated[
        bool,
        typer.Option(
            "--mutate",
            help="Grade small wrong variants of each reference instead, each until it has lost points, and report those "
            "that lose none.",
        ),
    ] = False,
    params: ParamsOption = None,
    as_json: JsonOption = False,
    isolation: IsolationOption = None,
    unsafe: UnsafeOption = False,
) -> None:  # fmt: skip
    """Prove that exercises grade right, on their own solutions.

    References and alternates must get full points, starters none, each mistake must fail exactly the checks that it is
    labelled with and have its cause named first, every check must be failed by some mistake, and generated files must
    be what the reference gives.

    Like this:

        grader validate

        grader validate week1_larger_dataset --seeds 3 --junit validation.xml

        grader validate week1_larger_dataset --only "mistakes/plot_*"

        grader validate week1_larger_dataset --params larger_images.toml

        grader validate week1_larger_dataset --mutate --out build/mutants

    Exit codes: 0 all is as it should be; 1 something is off; 2 the command cannot be used; 3 a fault of ours left
    something unjudged; 130 stopped by Ctrl-C, which a second run with the same --out goes on from.
    """
    from grader.cli.progress import shown_progress
    from grader.exercises.loading import exercise_names, load_exercise
    from grader.validation import mutation
    from grader.validation.junit import write_junit
    from grader.validation.run import validate as run

    backend = backend_of(context)
    mode = chosen_isolation(isolation, unsafe=unsafe)
    names = tuple(exercises or exercise_names())
    if mutate:
        with kept_or_temporary(out) as folder, shown_progress(stderr()) as events:
            found = [
                mutation.mutate(
                    load_exercise(name, params), folder / name / "mutation", params_file=params, jobs=jobs,
                    isolation=mode, events=events, engine=backend.engine, open_executor=backend.open_executor,
                )
                for name in names
            ]  # fmt: skip
        finish_mutation(found, as_json=as_json)
    with kept_or_temporary(out) as folder, shown_progress(stderr()) as events:
        outcome = run(
            names, folder, seeds=seeds, jobs=jobs, params_file=params, only=only or (), isolation=mode,
            events=Headings(events), engine=backend.engine, open_executor=backend.open_executor,
        )  # fmt: skip
    if junit is not None:
        write_junit(outcome, junit)
    if as_json:
        typer.echo(json.dumps(outcome_json(outcome), indent=2, ensure_ascii=False))
    else:
        from grader.cli.validation_tables import problem_lines, summary_table

        console = stdout()
        console.print(summary_table(outcome))
        for line in problem_lines(outcome):
            console.print(line, soft_wrap=True)
    complain_of(outcome.exit_code)
    raise typer.Exit(outcome.exit_code)


COMPLAINTS = {
    1: "something is off.",
    3: "not everything could be judged; with --out DIR a fault.log beside such a report says more.",
}


def complain_of(code: int) -> None:
    """One line on standard error for what a script learns from the exit code; of Ctrl-C the user knows."""
    if code in COMPLAINTS:
        complain(COMPLAINTS[code])


def finish_mutation(found: Sequence[MutationOutcome], *, as_json: bool) -> NoReturn:
    """Show what became of the mutants and end with the exit code of the worst."""
    code = max(one.exit_code for one in found)
    if as_json:
        document = {
            "schema": MUTATION_SCHEMA,
            "sound": code == SUCCESS,
            "exercises": [
                {
                    "exercise": one.exercise, "mutants": one.total, "killed": len(one.killed),
                    "killed_share": round(one.killed_share, 4), "survived": [str(mutant) for mutant in one.survived],
                    "equivalent": dict(one.equivalent), "outdated": list(one.outdated),
                    "unjudged": [str(mutant) for mutant in one.unjudged],
                }
                for one in found
            ],
        }  # fmt: skip
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        from grader.cli.validation_tables import mutation_lines, mutation_table

        console = stdout()
        console.print(mutation_table(found))
        for line in mutation_lines(found):
            console.print(line, soft_wrap=True)
    complain_of(code)
    raise typer.Exit(code)


@contextmanager
def kept_or_temporary(out: Path | None) -> Iterator[Path]:
    """`out`, or a folder that is gone afterwards."""
    if out is not None:
        yield out
        return
    with tempfile.TemporaryDirectory(prefix="grader-validate-") as folder:
        yield Path(folder)


class Headings:
    """Says which exercise comes next, and hands on the display of the batch."""

    def __init__(self, events: Any) -> None:
        self._events = events

    def exercise(self, name: str, seed: int, seeds: int) -> Any:
        """Show the heading."""
        stderr().print(plain(f"{name}, seed {seed}" if seeds > 1 else name), soft_wrap=True)
        return self._events


def outcome_json(outcome: ValidationOutcome) -> dict[str, Any]:
    """The outcome as plain JSON types."""
    return {
        "schema": SCHEMA,
        "sound": outcome.exit_code == 0,
        "exercises": [_exercise_json(exercise) for exercise in outcome.exercises],
    }


def _exercise_json(exercise: ExerciseOutcome) -> dict[str, Any]:
    return {
        "exercise": exercise.exercise,
        "sound": exercise.sound,
        "checks": exercise.checks,
        "wrongly_rejected": exercise.wrongly_rejected,
        "wrongly_accepted": exercise.wrongly_accepted,
        "named_right": exercise.named_right,
        "mistakes": len(exercise.of("mistake")),
        "alternates": len(exercise.of("alternate")),
        "unexercised": list(exercise.unexercised),
        "stale": list(exercise.stale),
        "judgements": [
            {
                "file": one.case.file, "kind": one.case.kind, "seed": one.seed, "problem": one.problem,
                "failing": sorted(one.failing), "fault": one.fault,
            }
            for one in exercise.judgements
        ],
    }  # fmt: skip
