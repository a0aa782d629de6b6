"""Talking to a person: one line for an error, an exit code for a script, never a traceback.

What comes from a submission (file names, messages, tracebacks) is shown as plain text: no escape sequence and no
rich markup in it takes effect.
"""

from __future__ import annotations

import os
import shlex
import sys
import tempfile
import traceback
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import typer
from rich.console import Console
from rich.text import Text

from grader.errors import GradingError, UnusableSubmission, UsageError

P = ParamSpec("P")
T = TypeVar("T")

SUCCESS = 0
CANNOT_ISOLATE = 1
USAGE = 2
FAULT = 3
INTERRUPTED = 130

UNSAFE_WARNING = (
    "UNSAFE: student code runs as you, without isolation. It can read your files and the hidden tests, use the network "
    "and change its own score. Use this only for code that you trust."
)


def stdout() -> Console:
    """Standard output, for results."""
    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False)


def stderr() -> Console:
    """Standard error, for progress, warnings and errors."""
    return Console(file=sys.stderr, highlight=False, markup=False, emoji=False)


def plain(text: str, style: str = "", *, lines: bool = False) -> Text:
    """Text of unknown origin, made harmless for a terminal."""
    from grader.reports.text import terminal_text

    return Text(terminal_text(text, lines=lines), style=style)


def last_line(text: str) -> str:
    """The line that says what happened, where a message carries a traceback."""
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip() if lines else ""


def called() -> str:
    """The command as the user typed it, for a line to copy."""
    typed = sys.argv[0]
    return "python -m grader" if Path(typed).name == "__main__.py" else shlex.quote(typed)


def complain(message: str) -> None:
    """One line on standard error, however long: a script can cut it, a terminal wraps it."""
    stderr().print(Text.assemble(("grader: ", "bold red"), plain(message)), soft_wrap=True)


def warn_unsafe() -> None:
    """Say loudly what `--unsafe` means."""
    stderr().print(Text(UNSAFE_WARNING, style="bold red reverse"), soft_wrap=True)


def guarded(command: Callable[P, T]) -> Callable[P, T]:
    """Turn what a command raises into a line on standard error and an exit code.

    2 for what the caller can mend (usage, an unusable file), 3 for a fault of ours, 130 for Ctrl-C.
    """

    @wraps(command)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except (typer.Exit, typer.Abort, typer.BadParameter, BrokenPipeError):
            raise
        except KeyboardInterrupt:
            complain("stopped by Ctrl-C.")
            raise typer.Exit(INTERRUPTED) from None
        except (UsageError, UnusableSubmission) as error:
            complain(str(error))
            raise typer.Exit(USAGE) from None
        except GradingError as error:
            complain(str(error))
            raise typer.Exit(FAULT) from None
        except Exception as error:  # noqa: BLE001  # nobody should meet a traceback
            complain_of_fault(error)
            raise typer.Exit(FAULT) from None

    return wrapper


def complain_of_fault(error: BaseException) -> None:
    """One line for an error that nobody foresaw; its traceback goes into a file that only the user can read."""
    descriptor, path = tempfile.mkstemp(prefix="grader-fault-", suffix=".log")
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as log:
        log.writelines(traceback.format_exception(error))
    complain(
        f"a fault of ours, nothing was scored: {type(error).__name__}: {last_line(str(error)) or 'no message'}. "
        f"Details are in {path}; please report it with that file."
    )
