"""What a cell may use, and how it ended: plain data, the same for every isolation mode."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ExitReason = Literal["exited", "signaled", "wall", "memory", "output", "killed"]


@dataclass(frozen=True)
class CellPolicy:
    """Bounds of one cell. One object drives every isolation mode."""

    wall_s: float = 60.0
    """Wall clock from fork to end, in seconds; above it the cell is killed with reason `wall`.

    Time in which it was ready to run and the machine ran something else does not count, nor what it computes in longer than a
    machine of ordinary speed (`measure.slowness`), up to `longest_s`.
    """

    memory_bytes: int = 3 << 30
    """Anonymous and shared memory of the process tree beyond what it inherited; reason `memory`."""

    address_space_bytes: int = 8 << 30
    """RLIMIT_AS of each process. A small `fit` in TensorFlow 2.21 needs 2.5 GB."""

    data_bytes: int = 4 << 30
    """RLIMIT_DATA of each process."""

    output_bytes: int = 1 << 20
    """Stdout and stderr together; above it the cell is killed with reason `output`."""

    tmpfs_bytes: int = 256 << 20
    """Work folder, /tmp and /dev/shm together: they share one file system."""

    inodes: int = 20_000
    """Files in that file system."""

    processes: int = 64
    """Processes and threads of the cell. TensorFlow needs 24."""

    open_files: int = 256
    """RLIMIT_NOFILE of each process."""

    @property
    def longest_s(self) -> float:
        """Seconds after which the cell is killed in any case: threads that crowd one another out wait, too, and slow is slow."""
        return 3 * self.wall_s


@dataclass(frozen=True)
class CellExit:
    """How a cell ended."""

    reason: ExitReason
    """`exited` and `signaled` are the cell's own doing; the others name who or what killed it."""

    code: int | None
    """Exit code, where the reason is `exited`. 70 stands for an uncaught exception of the entry."""

    signal: int | None
    """Signal number, where the reason is `signaled`."""

    wall_s: float
    cpu_s: float
    peak_rss_bytes: int
    """Highest measured memory of the process tree beyond what it inherited, sampled."""
