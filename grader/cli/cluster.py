"""`grader worker`, and what `--scheduler` comes to."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from grader.batch.place import Place
from grader.cli.console import CANNOT_ISOLATE, complain, guarded
from grader.errors import IsolationUnavailable, UsageError

PRELOAD = "grader.cluster.preload"
SCHEDULER_LOST_S = 60
"""How long a worker looks for its scheduler before it ends. Dask's own default is for ever."""


@contextmanager
def chosen_place(scheduler: str | None) -> Iterator[Place | None]:
    """The cluster that `--scheduler` names, while the block runs; None without one.

    Raises:
        UsageError: Dask is missing, or the address is none.
        ClusterUnavailable: no scheduler answers.
    """
    if scheduler is None:
        yield None
        return
    from grader.cluster.connection import Cluster, quiet

    quiet()
    with Cluster(scheduler, say=complain) as cluster:
        yield cluster


@guarded
def worker(
    scheduler: Annotated[
        str, typer.Argument(help="tcp://host:8786, tls://host:8786, or the file that the scheduler was told to write.")
    ],
    dask: Annotated[
        list[str] | None, typer.Argument(metavar="[-- OPTIONS]", help="Options for `dask worker`, after two dashes.")
    ] = None,
    *,
    jobs: Annotated[
        int, typer.Option("--jobs", min=1, metavar="N", help="Submissions side by side, each in a process of its own.")
    ] = 1,
    warm: Annotated[
        list[str] | None,
        typer.Option(
            "--warm", metavar="EXERCISE", help="Have this exercise's sandbox and images ready; may be repeated."
        ),
    ] = None,
) -> None:
    """Grade for a `grader batch --scheduler ADDRESS` that runs elsewhere, until the scheduler ends or Ctrl-C.

    Looks first whether student code can be isolated here, as `grader doctor` does, then becomes `dask worker`.

    Like this:

        grader worker tcp://head:8786 --jobs 4

        grader worker tls://head:8786 --warm week1_larger_dataset -- --tls-ca-file ca.pem --tls-cert me.pem --tls-key me.key

    Exit codes: 0 ended; 1 student code cannot be isolated here; 2 the command cannot be used.
    """
    from grader.exercises import load_exercise

    try:
        import distributed  # noqa: F401  # it becomes this process
    except ImportError as error:
        raise UsageError("a worker needs Dask, which is not installed: pip install 'cnn-grader[cluster]'") from error
    from grader.cluster.address import checked_address
    from grader.cluster.preload import check_isolation

    for name in warm or ():
        load_exercise(name)
    address = checked_address(scheduler)
    try:
        check_isolation()
    except IsolationUnavailable as error:
        complain(str(error))
        raise typer.Exit(CANNOT_ISOLATE) from None
    command = [
        sys.executable, "-P", "-m", "distributed.cli.dask_worker", address, f"--nworkers={jobs}", "--nthreads=1",
        # Cells have limits of their own, and a report is too small to be put aside on disk.
        "--memory-limit=0", "--no-dashboard", f"--death-timeout={SCHEDULER_LOST_S}", *(dask or ()),
        # Last: what follows a preload is the preload's.
        "--preload", PRELOAD, *(part for name in warm or () for part in ("--warm", name)),
    ]  # fmt: skip
    os.execv(command[0], command)  # noqa: S606  # no shell is the point
