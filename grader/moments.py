"""Which times the grader can keep."""

from __future__ import annotations

from datetime import UTC, datetime


def holdable(time: datetime) -> bool:
    """Whether a time exists in every time zone, so that any database can give it back; one without a zone is taken in UTC.

    The first and the last year are left out: an hour to the one or other side they begin or end somewhere.
    """
    try:
        return 1 < (time if time.tzinfo is None else time.astimezone(UTC)).year < 9999
    except (OverflowError, ValueError):
        return False
