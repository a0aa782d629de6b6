"""Makes a Dask worker one that grades: `dask worker --nthreads 1 --preload grader.cluster.preload`.

Dask calls `dask_setup` before the worker takes tasks, and `dask_teardown` when it ends.
"""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

import click

from grader.cluster import host
from grader.errors import GradingError, IsolationUnavailable, UsageError

if TYPE_CHECKING:
    from distributed import Worker


@click.command()
@click.option("--warm", multiple=True, metavar="EXERCISE", help="Have this exercise's zygote and images ready.")
def dask_setup(worker: Worker, warm: tuple[str, ...]) -> None:
    """See that this worker can grade, and start what takes long.

    Dask goes on whatever a preload raises. So a problem is kept, and told to whoever wants something graded.
    """
    try:
        if worker.state.nthreads != 1:
            raise UsageError("it has more than one thread: start it with --nthreads 1, and several with --nworkers.")
        check_isolation()
        for exercise in warm:
            host.warm(exercise)
    except GradingError as error:
        host.refuse(str(error))
        logging.getLogger("distributed.worker").error("This worker grades nothing: %s", error)


def check_isolation() -> None:
    """Try what `grader doctor` tries.

    Raises:
        IsolationUnavailable: something that grading needs is missing; one line with the command that mends it.
    """
    from grader.sandbox.doctor import examine

    for finding in examine():
        if finding.required and not finding.ok:
            raise IsolationUnavailable(f"{finding.name}: {finding.detail} Mend it: {finding.mend}")


def dask_teardown(worker: Worker) -> None:  # noqa: ARG001  # Dask's signature
    """End session and zygote."""
    host.end()


if sys.platform == "linux":
    from grader.sandbox.syscalls import name_process

    name_process("grader-worker")
