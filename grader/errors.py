"""Everything the grader raises, in one place, importing nothing of the package.

Each error is also the standard library's kind, carries its data as attributes, and says in its message
the thing, its value, the rule, and where a person can act, what to do.
"""

from __future__ import annotations


class GradingError(Exception):
    """Base of every error the grader raises on purpose."""


class UnusableSubmission(GradingError, ValueError):
    """The file handed in cannot be read as a submission; the student (or the collector) must mend it."""

    def __init__(self, file: str, reason: str, advice: str = "") -> None:
        self.file = file
        self.reason = reason
        self.advice = advice
        super().__init__(f"{file}: {reason}" + (f" {advice}" if advice else ""))


class UsageError(GradingError, ValueError):
    """The grader was asked for something that does not exist (an exercise, a parameter, a folder)."""


class GraderFault(GradingError, RuntimeError):
    """Something of ours broke. Never scored as the student's zero."""


class GradebookUnavailable(UsageError):
    """The gradebook's database itself cannot be used: gone, busy, damaged, or not permitted."""


class GradebookFault(GraderFault):
    """The gradebook's database itself did not take what is right, as where its disk is full."""


class IsolationUnavailable(GraderFault):
    """The machine cannot isolate student code as asked; `grader doctor` tells why."""


class ClusterUnavailable(GraderFault, ConnectionError):
    """The scheduler of a cluster cannot be reached, or went away. What is graded is kept."""


class WorkerDiffers(UsageError):
    """A worker of a cluster would grade with something else than this machine has, so it grades nothing."""


class WorkersLost(GraderFault):
    """Every worker that was given a submission died over it, as often as the cluster tries."""


class WireError(GradingError, ValueError):
    """Bytes on the wire do not form a message: wrong magic, length, JSON, dtype or shape."""


class WireClosed(WireError, EOFError):
    """The other side ended before a whole message arrived."""


class WireTimeout(WireError, TimeoutError):
    """No whole message arrived in time."""


class LimitExceeded(GradingError, RuntimeError):
    """A bound was passed: `LimitExceeded("memory", value=…, limit=…)`."""

    def __init__(self, what: str, *, value: float, limit: float) -> None:
        self.what = what
        self.value = value
        self.limit = limit
        super().__init__(f"{what} (={value:g}) is above its limit ({limit:g}).")


class ModelRefused(GradingError, ValueError):
    """A model config holds something that is not on the allow-list; nothing was built."""

    def __init__(self, what: str, instead: str) -> None:
        self.what = what
        self.instead = instead
        super().__init__(f"{what}. {instead}")
