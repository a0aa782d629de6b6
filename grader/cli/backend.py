"""What the commands grade with, handed to them through typer's context so that a test can hand in its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass

import typer

from grader.batch.engine import Engine
from grader.batch.pool import WorkerPool


@dataclass(frozen=True)
class Backend:
    """An engine that grades (without one, the grader's own) and a way to open an executor for so many jobs at a time."""

    engine: Engine | None = None
    open_executor: Callable[[int], Executor] = WorkerPool


def backend_of(context: typer.Context) -> Backend:
    """The backend that the application was started with: `app(obj=Backend(...))`, else the grader's own."""
    return context.obj if isinstance(context.obj, Backend) else Backend()
