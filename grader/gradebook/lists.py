"""Lists that an instructor brings along as CSV: who handed in which file, and when."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from pathlib import Path, PurePosixPath
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from grader.errors import UsageError
from grader.gradebook.accounts import person

LARGEST = 10 << 20
"""Bytes."""

T = TypeVar("T")


class ByFile(Generic[T]):
    """Values by the label of a file: its path below the folder of submissions, or the folder it lies in."""

    def __init__(self) -> None:
        self._values: dict[str, T] = {}

    def add(self, file: str, value: T) -> bool:
        """Add a value; False where the file has another one."""
        return self._values.setdefault(_composed(file), value) == value

    def get(self, file: str) -> T | None:
        """The value of this file, else that of the folder which it lies in."""
        path = PurePosixPath(_composed(file))
        for name in (str(path), *(str(parent) for parent in path.parents)):
            if name in self._values:
                return self._values[name]
        return None


def read_students(path: Path) -> ByFile[str]:
    """Names of students by file, from a CSV with the columns `file` and `student`.

    Raises:
        UsageError: no such CSV, or a line that cannot be; the message names it.
    """
    students = ByFile[str]()
    for number, file, name in _lines(path, "student"):
        try:
            added = students.add(file, person(name))
        except UsageError as error:
            raise UsageError(f"{path}, line {number}: {error}") from error
        if not added:
            raise UsageError(f"{path}, line {number}: {file!r} has another student further up.")
    return students


def read_times(path: Path, zone: tzinfo | None = None) -> ByFile[datetime]:
    """Times of handing in by file, from a CSV with the columns `file` and `time`; an empty time is unknown.

    Args:
        zone: of times that name none.

    Raises:
        UsageError: no such CSV, or a line that cannot be; the message names it.
    """
    times = ByFile[datetime]()
    for number, file, text in _lines(path, "time"):
        if not text:
            continue
        try:
            time = parsed_time(text, zone)
        except UsageError as error:
            raise UsageError(f"{path}, line {number}: {error}") from error
        if not times.add(file, time):
            raise UsageError(f"{path}, line {number}: {file!r} has another time further up.")
    return times


def parsed_time(text: str, zone: tzinfo | None = None) -> datetime:
    """A time in UTC from ISO 8601, such as `2026-03-01T23:59+01:00`.

    Args:
        zone: of a time that names none.

    Raises:
        UsageError: no such time, or none that names its zone.
    """
    try:
        time = datetime.fromisoformat(text.strip())
        if time.utcoffset() is None:
            if zone is None:
                raise UsageError(f"The time {text!r} names no zone; write one like +01:00 behind it, or give --zone.")
            time = time.replace(tzinfo=zone)
        return time.astimezone(UTC)
    except OverflowError as error:
        raise UsageError(f"The time {text!r} lies outside of the years 1 to 9999.") from error
    except UsageError:
        raise
    except ValueError as error:
        raise UsageError(f"{text[:60]!r} is no time; write it like 2026-03-01T23:59+01:00.") from error


def parsed_zone(name: str) -> ZoneInfo:
    """A time zone by its name, such as `Europe/Berlin`.

    Raises:
        UsageError: there is none of this name.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise UsageError(f"There is no time zone {name[:60]!r}; write one like Europe/Berlin or UTC.") from error


def _lines(path: Path, column: str) -> Iterator[tuple[int, str, str]]:
    """Line number, file and value of each line that holds something."""
    try:
        if path.stat().st_size > LARGEST:
            raise UsageError(f"{path} has more than {LARGEST >> 20} MB; a list of files is smaller.")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 (byte {error.start}); save it as CSV UTF-8.") from error
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",")
    try:
        header = [name.strip().casefold() for name in next(reader, [])]
        if "file" not in header or column not in header:
            raise UsageError(f"{path} must begin with a line that names the columns: file,{column}")
        for row in reader:
            if not any(value.strip() for value in row):
                continue
            values = dict(zip(header, row, strict=False))
            if not values.get("file", "").strip() or column not in values:
                raise UsageError(f"{path}, line {reader.line_num}: needs a file and a {column}.")
            yield reader.line_num, values["file"].strip(), values[column].strip()
    except csv.Error as error:
        raise UsageError(f"{path}, line {reader.line_num}: {error}.") from error


def _composed(file: str) -> str:
    return unicodedata.normalize("NFC", file.strip().rstrip("/"))
