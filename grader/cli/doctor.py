"""`grader doctor`: what this machine offers."""

from __future__ import annotations

import json
from dataclasses import asdict

import typer

from grader.cli.console import CANNOT_ISOLATE, SUCCESS, guarded, plain, stdout
from grader.cli.options import JsonOption


@guarded
def doctor(*, as_json: JsonOption = False) -> None:
    """Look whether this machine can isolate student code, and how to mend what is missing.

    Like this:

        grader doctor

        grader doctor --json

    Exit codes: 0 grading can run isolated; 1 it cannot.
    """
    from grader.sandbox.doctor import examine

    findings = examine()
    ready = all(finding.ok for finding in findings if finding.required)
    if as_json:
        document = {"ready": ready, "findings": [asdict(finding) for finding in findings]}
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
        raise typer.Exit(SUCCESS if ready else CANNOT_ISOLATE)

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
    raise typer.Exit(SUCCESS if ready else CANNOT_ISOLATE)
