"""`grader doctor`: what this machine offers, and whether its isolation holds."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.console import CANNOT_ISOLATE, SUCCESS, guarded, plain, stdout
from grader.cli.options import JsonOption

if TYPE_CHECKING:
    from grader.sandbox.doctor import Finding
    from grader.sandbox.selftest import Held

AttackOption = Annotated[
    bool, typer.Option("--attack", help="Attack the isolation as well, from inside of a cell, and say what held.")
]


@guarded
def doctor(*, attack: AttackOption = False, as_json: JsonOption = False) -> None:
    """Look whether this machine can isolate student code, and how to mend what is missing.

    Like this:

        grader doctor

        grader doctor --attack

        grader doctor --json

    Exit codes: 0 grading can run isolated, and with --attack the isolation held; 1 it cannot, or did not.
    """
    from grader.sandbox.doctor import examine

    findings = examine()
    ready = all(finding.ok for finding in findings if finding.required)
    attacks = _attacked() if attack and ready else ()
    held = all(one.ok for one in attacks)
    if as_json:
        document = {"ready": ready, "findings": [asdict(finding) for finding in findings]}
        if attack:
            document |= {"held": held and ready, "attacks": [asdict(one) for one in attacks]}
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        _print_findings(findings, ready=ready)
        if attacks:
            _print_attacks(attacks, held=held)
    raise typer.Exit(SUCCESS if ready and held else CANNOT_ISOLATE)


def _attacked() -> tuple[Held, ...]:
    import contextlib

    from grader.errors import UsageError
    from grader.paths import exercises_dir, solutions_dir
    from grader.sandbox.selftest import attack

    folders = [exercises_dir()]
    with contextlib.suppress(UsageError):  # a wheel brings no solutions
        folders.append(solutions_dir())
    return attack(secret_folders=folders)


def _print_findings(findings: tuple[Finding, ...], *, ready: bool) -> None:
    from rich.text import Text

    console = stdout()
    for finding in findings:
        if finding.ok:
            mark = Text("ok       ", "green")
        else:
            mark = Text("missing  ", "bold red") if finding.required else Text("optional ", "yellow")
        line = Text.assemble(mark, plain(finding.name, "bold"), ": ", plain(finding.detail))
        console.print(line, soft_wrap=True)
        if finding.mend:
            console.print(Text.assemble("         mend it: ", plain(finding.mend)), soft_wrap=True)
    if ready:
        console.print(Text("Ready: student code can be graded in isolation.", style="bold green"), soft_wrap=True)
    else:
        console.print(Text("Not ready: mend what is missing, then run this again.", style="bold red"), soft_wrap=True)


def _print_attacks(attacks: tuple[Held, ...], *, held: bool) -> None:
    from rich.text import Text

    console = stdout()
    for one in attacks:
        mark = Text("held     ", "green") if one.ok else Text("failed   ", "bold red")
        detail = f": {one.detail}" if one.detail else ""
        console.print(Text.assemble(mark, plain(one.name, "bold"), plain(detail)), soft_wrap=True)
    if held:
        console.print(Text("The isolation held.", style="bold green"), soft_wrap=True)
    else:
        console.print(
            Text(
                "The isolation did not hold: grade nobody's code here, and report this (docs/security.md).",
                style="bold red",
            ),
            soft_wrap=True,
        )
