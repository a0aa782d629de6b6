"""What happens in a batch as JSON for machines, one object a line. The schema is told in `docs/batch.md`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TextIO

from grader.batch.outcome import BatchRow

if TYPE_CHECKING:
    from grader.batch.events import BatchEvents
    from grader.batch.outcome import BatchOutcome

SCHEMA = "grader-batch-events/1"


class EventLines:
    """One object a line. Where nobody reads any more, nothing is written and the work goes on."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._broken = False

    def say(self, event: str, **fields: Any) -> None:
        """Write one event."""
        if self._broken:
            return
        try:
            # ASCII, so that no terminal or pipe is asked for what its encoding lacks.
            self._stream.write(json.dumps({"event": event, **fields}) + "\n")
            self._stream.flush()
        except OSError:
            self._broken = True


class JsonLines:
    """Events of a batch as lines of JSON."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._lines = EventLines(stream if stream is not None else sys.stdout)
        self._collected: dict[str, Any] = {}

    def collected(self, total: int, layout: str, notes: Sequence[str]) -> None:
        """Part of `planned`."""
        self._collected = {"collected": total, "layout": layout, "notes": list(notes)}

    def planned(self, total: int, done: int, jobs: int) -> None:
        """What lies ahead; the first line."""
        self._lines.say("planned", schema=SCHEMA, **self._collected, total=total, done=done, jobs=jobs)

    def settled(self, row: BatchRow) -> None:
        """A submission that needs no grading now is finished, too."""
        self.finished(row)

    def started(self, file: str) -> None:
        """A worker took it."""
        self._lines.say("started", file=file)

    def retried(self, file: str, reason: str) -> None:
        """A fault of ours hit it; it starts again."""
        self._lines.say("retried", file=file, reason=reason)

    def finished(self, row: BatchRow) -> None:
        """Its final row."""
        self._lines.say("finished", **asdict(row))

    def done(self, outcome: BatchOutcome) -> None:
        """How it ended; the last line, where the batch was not killed."""
        self._lines.say(
            "done",
            exercise=outcome.exercise,
            out=str(outcome.out),
            index=str(outcome.index),
            grades=str(outcome.grades),
            graded=outcome.count("graded"),
            unusable=outcome.count("unusable"),
            ungraded=outcome.count("ungraded"),
            remaining=outcome.remaining,
            ignored=[asdict(one) for one in outcome.ignored],
            interrupted=outcome.interrupted,
            gradebook=outcome.gradebook or None,
            recorded=outcome.recorded,
            not_recorded=[asdict(one) for one in outcome.not_recorded],
            exit_code=outcome.exit_code,
        )


class Both:
    """Events for two who listen."""

    def __init__(self, one: BatchEvents, other: BatchEvents) -> None:
        self._each = (one, other)

    def collected(self, total: int, layout: str, notes: Sequence[str]) -> None:
        """To both."""
        for each in self._each:
            each.collected(total, layout, notes)

    def planned(self, total: int, done: int, jobs: int) -> None:
        """To both."""
        for each in self._each:
            each.planned(total, done, jobs)

    def settled(self, row: BatchRow) -> None:
        """To both."""
        for each in self._each:
            each.settled(row)

    def started(self, file: str) -> None:
        """To both."""
        for each in self._each:
            each.started(file)

    def retried(self, file: str, reason: str) -> None:
        """To both."""
        for each in self._each:
            each.retried(file, reason)

    def finished(self, row: BatchRow) -> None:
        """To both."""
        for each in self._each:
            each.finished(row)
