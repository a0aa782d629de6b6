"""Where submissions are graded: in processes of this machine, or on others."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from typing import Protocol

from grader.batch.engine import Engine, Plan
from grader.batch.worker import Job, JobResult


class Place(Protocol):
    """Machines that grade for a run in place of this one's processes."""

    def room(self) -> int:
        """How many submissions it takes now, at least 1; it may grow and shrink during a run."""

    def task(self, engine: Engine, plan: Plan) -> Callable[[Job], JobResult]:
        """What to give to its executor for each job: grades it there and writes the report here.

        Raises:
            WorkerDiffers: the machines would grade with something else than this one has.
            ClusterUnavailable: they cannot be reached.
        """

    def open(self, width: int) -> Executor:
        """An executor for its tasks. Shut down without waiting, it gives up what runs."""
