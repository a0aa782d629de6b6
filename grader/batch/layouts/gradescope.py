"""Gradescope's "Export Submissions": a folder for each submission, and `submission_metadata.yml`.

The metadata of a large course have hundreds of megabytes, most of them results of tests. So they are read as a stream
of YAML events, of which a few keys are kept; nothing is constructed from them, aliases are not followed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePath
from typing import IO, Any

from grader.batch.layouts.base import Account, Handed, Notes, Place, own_place
from grader.batch.sources import Bounded, Source, files_below
from grader.errors import UsageError
from grader.moments import holdable

METADATA = "submission_metadata.yml"
FOLDER = re.compile(r"submission_\d{1,20}")
METADATA_BYTES = 512 << 20
DEPTH = 8
DEEPEST = 64
EVENTS = 50_000_000
LONGEST = 200
"""Characters that are kept of a name or a time."""
LONGEST_ACCOUNT = 60
SUBMITTERS = 20


@dataclass
class Known:
    """What the metadata say of one submission."""

    names: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    created: datetime | None = None
    unread: bool = False
    others: list[datetime] = field(default_factory=list)

    @property
    def account(self) -> Account | None:
        """By the numbers of all submitters, else by their addresses; None where some have neither."""
        for ids in (self.numbers, self.addresses):
            if len(ids) == len(self.names) and all(ids):
                together = ",".join(sorted(ids))
                # Of a large group it would be longer than any name.
                short = hashlib.sha256(together.encode("utf-8", "replace")).hexdigest()[:16]
                return Account("gradescope", together if len(together) <= LONGEST_ACCOUNT else short)
        return None

    @property
    def attempt(self) -> int | None:
        """1, and one more for each earlier submission in the history; None where times have a zone here and none there."""
        if self.created is None or any(
            (other.tzinfo is None) != (self.created.tzinfo is None) for other in self.others
        ):
            return None
        return 1 + sum(other < self.created for other in self.others)


class GradescopeLayout:
    """`submission_123456789/week1.ipynb` beside `submission_metadata.yml`."""

    expects = f"folder named as Gradescope names them, such as submission_123456789, beside {METADATA}"

    def fits(self, source: Source, top: PurePath) -> bool:
        """The metadata lie there with a folder of a submission."""
        nodes = source.children(top)
        return any(node.name == METADATA and not node.is_folder for node in nodes) and any(
            node.is_folder and FOLDER.fullmatch(node.name) for node in nodes
        )

    def places(self, source: Source, top: PurePath, assignment: str | None, notes: Notes) -> Iterator[Place]:  # noqa: ARG002  # it has none
        """A place for each submission; anything else is a submission of its own."""
        nodes = source.children(top)
        known: dict[str, Known] = {}
        for node in nodes:
            if node.name == METADATA:
                with source.opened(node, METADATA_BYTES) as stream:
                    known = metadata(stream, str(source.path / node.relative))
        if not known:
            notes.say(f"{METADATA} names nobody; students and times are left unknown.")
        if any(one.unread for one in known.values()):
            notes.say(f"{METADATA} holds times that are not understood; they stay unknown, see --times.")
        for node in nodes:
            if node.name == METADATA:
                continue
            if not (node.is_folder and FOLDER.fullmatch(node.name)):
                below = files_below(source, node.relative, 0) if node.is_folder and not node.ignored else (node,)
                yield from (own_place(one) for one in below)
                continue
            found = known.get(node.name, Known())
            yield Place(
                node.relative,
                [Handed(file, file.name) for file in files_below(source, node.relative, DEPTH)],
                student=", ".join(found.names),
                attempt=found.attempt,
                submitted=found.created,
                labelled=False,
                account=found.account if found.names else None,
            )


def metadata(stream: Bounded | IO[bytes], where: str) -> dict[str, Known]:
    """Submitters and times by the name of the submission's folder.

    Raises:
        UsageError: no YAML, or deeper or longer than any export.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    known: dict[str, Known] = {}
    path: list[_Level] = []
    try:
        for number, event in enumerate(yaml.parse(stream, Loader=loader)):
            if number >= EVENTS or len(path) > DEEPEST:
                raise UsageError(f"{where} is longer or deeper than what Gradescope exports.")
            _follow(event, path, known, yaml)
    except (yaml.YAMLError, UnicodeError, RecursionError) as error:
        said = " ".join(str(error).split())[:200]
        raise UsageError(f"{where} is no YAML that can be read: {said}. Export the submissions again.") from error
    return known


@dataclass
class _Level:
    """One mapping or sequence that is open; `key` is the one whose value comes next."""

    mapping: bool
    key: str | None = None


def _follow(event: Any, path: list[_Level], known: dict[str, Known], yaml: Any) -> None:
    top = path[-1] if path else None
    if isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
        path.pop()
        _value_ended(path)
        return
    if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
        if top is not None and top.mapping and top.key is None:
            top.key = ""
            path.append(_Level(isinstance(event, yaml.MappingStartEvent), ""))
            # A mapping as a key: no export has it. What ends it is taken for the end of a value.
            return
        path.append(_Level(isinstance(event, yaml.MappingStartEvent)))
        return
    if isinstance(event, yaml.ScalarEvent | yaml.AliasEvent):
        value = str(event.value)[:LONGEST] if isinstance(event, yaml.ScalarEvent) else ""
        if top is not None and top.mapping and top.key is None:
            top.key = value.removeprefix(":")
            return
        _keep([level.key for level in path if level.mapping], value, known)
        _value_ended(path)


def _value_ended(path: list[_Level]) -> None:
    if path and path[-1].mapping:
        path[-1].key = None


def _keep(keys: list[str | None], value: str, known: dict[str, Known]) -> None:
    """Keep a scalar, if it stands where a name or a time stands."""
    submission = keys[0] if keys else None
    if submission is None or not FOLDER.fullmatch(submission):
        return
    one = known.setdefault(submission, Known())
    if keys[1:] == ["submitters", "name"] and value and len(one.names) < SUBMITTERS:
        one.names.append(value)
    elif keys[1:] == ["submitters", "sid"] and len(one.numbers) < SUBMITTERS:
        one.numbers.append(value.strip())
    elif keys[1:] == ["submitters", "email"] and len(one.addresses) < SUBMITTERS:
        one.addresses.append(value.strip())
    elif keys[1:] == ["created_at"]:
        one.created = moment(value)
        one.unread = bool(value) and one.created is None
    elif keys[1:] == ["history", "created_at"] and (when := moment(value)):
        one.others.append(when)


def moment(text: str) -> datetime | None:
    """A time as Gradescope writes it, `2024-05-03 10:15:09.583014000 Z`; None where it is none, or no database holds it."""
    match = re.fullmatch(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d{1,6})?\d* ?(Z|[+-]\d\d:?\d\d)?", text)
    if match is None:
        return None
    try:
        when = datetime.fromisoformat("".join(part or "" for part in (match[1], "T", match[2], match[3], match[4])))
    except ValueError:
        return None
    return when if holdable(when) else None
