"""When submissions were handed in: what a platform's metadata or a table says, always with a zone, never the file system."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from grader.archives import megabytes
from grader.errors import UsageError
from grader.moments import holdable

TABLE_BYTES = 32 << 20
LINES = 1_000_000
NAMES_SHOWN = 3


@dataclass
class Clock:
    """Gives submissions their times.

    Attributes:
        zone: of times that carry none.
        by_name: times of the user's table, by student or file.
    """

    zone: tzinfo
    zone_name: str
    by_name: dict[str, datetime] = field(default_factory=dict)
    table: Path | None = None
    _naive: int = 0
    _beyond: int = 0
    _used: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, table: Path | None, zone_name: str) -> Clock:
        """A clock for this zone and, where there is one, this table.

        Raises:
            UsageError: there is no such zone, or the table cannot be read.
        """
        try:
            # Known everywhere, also where no database of zones is installed.
            zone: tzinfo = UTC if zone_name == "UTC" else ZoneInfo(zone_name)
        except (OSError, ValueError, KeyError) as error:
            raise UsageError(
                f"No time zone is called {zone_name!r}; names are those like UTC or Europe/Berlin."
            ) from error
        return cls(zone, zone_name, read_table(table) if table is not None else {}, table)

    def of_submission(self, student: str, files: Iterable[str], known: datetime | None) -> str | None:
        """The time of one submission in ISO 8601; the table's counts before the platform's. None where it is unknown."""
        for name in (*files, student):
            if name and name in self.by_name:
                self._used.add(name)
                known = self.by_name[name]
                break
        if known is None:
            return None
        naive = known.tzinfo is None
        known = known.replace(tzinfo=self.zone) if naive else known
        if not holdable(known):
            self._beyond += 1
            return None
        self._naive += naive
        return known.isoformat()

    def remarks(self) -> list[str]:
        """What the user should know, one sentence each."""
        said = []
        if self._naive:
            said.append(f"times without a zone: {self._naive:,}, taken in {self.zone_name}; --timezone says another.")
        if self._beyond:
            said.append(f"times outside of the years 2 to 9998 in UTC, left unknown: {self._beyond:,}.")
        if lost := [name for name in self.by_name if name not in self._used]:
            shown = ", ".join(repr(name) for name in lost[:NAMES_SHOWN]) + (", ..." if len(lost) > NAMES_SHOWN else "")
            said.append(f"{self.table}: lines that name no submission: {len(lost):,} ({shown}).")
        return said


def read_table(path: Path) -> dict[str, datetime]:
    """Times by student or file from a CSV file with the columns `student` or `file`, and `time` in ISO 8601.

    Raises:
        UsageError: it cannot be read, lacks a column, or a line holds no time; the line is named.
    """
    times: dict[str, datetime] = {}
    try:
        if path.stat().st_size > TABLE_BYTES:
            raise UsageError(f"{path} is larger than {megabytes(TABLE_BYTES)}.")
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = csv.DictReader(stream)
            columns = [name for name in ("student", "file") if name in (rows.fieldnames or ())]
            if not columns or "time" not in (rows.fieldnames or ()):
                raise UsageError(f"{path} needs the columns `student` or `file`, and `time`.")
            for row in rows:
                if rows.line_num > LINES:
                    raise UsageError(f"{path} has more than {LINES:,} lines.")
                _take(row, columns, times, f"{path}, line {rows.line_num}")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    except (UnicodeError, csv.Error) as error:
        raise UsageError(f"{path} is no CSV file in UTF-8 ({error}).") from error
    return times


def _take(row: dict[str, str | None], columns: list[str], times: dict[str, datetime], where: str) -> None:
    text = (row["time"] or "").strip()
    names = [name for column in columns if (name := (row[column] or "").strip())]
    if not text and not names:
        return
    if not names:
        raise UsageError(f"{where} names neither student nor file.")
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{where}: {text!r} is no time in ISO 8601, such as 2024-05-03T10:15:00+02:00.") from None
    # A line that names both is about that file: a student may have others.
    name = names[-1]
    if times.setdefault(name, when) != when:
        raise UsageError(f"{where}: {name!r} has another time in an earlier line.")
