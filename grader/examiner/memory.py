"""Running out of memory over what a student's code gave: a finding of theirs, not a fault of ours."""

from __future__ import annotations

from grader.examiner.source import Unusable

TOO_LARGE = "The grader ran out of memory"


def too_large(what: str) -> Unusable:
    """A finding for what the examiner has no memory for.

    Args:
        what: the entry point whose result it is, or `train`.
    """
    told = "training your model on your batches" if what == "train" else f"working with what `{what}` gave"
    return Unusable(
        "memory", f"{TOO_LARGE} while {told}.",
        expected="A few hundred megabytes are plenty for this exercise.",
        why="A grader shares its machine, and so does everyone who runs your code.",
        hint="Look for very large images, labels or layers: `model.summary()` shows the shape that each layer puts out.",
    )  # fmt: skip


def is_memory(error: BaseException | None) -> bool:
    """Whether an exception, or what caused it, says that memory is exhausted."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        # By name: TensorFlow's own class is not imported where nothing else needs it.
        if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
            return True
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return False
