"""The labels that alternates and mistakes carry in themselves, as comment lines at their top."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

LABEL = re.compile(r"^# (mistake|fails|fix_first|may_fail|alternate): (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Labels:
    """What a solution says of itself.

    Attributes:
        kind: `alternate` (correct, written differently) or `mistake` (known to be wrong).
        title: what differs, or what is wrong.
        fails: ids of the checks that must fail.
        may_fail: ids of checks that fail with some seeds and not with others.
        fix_first: id of the check that the report must name first.
    """

    kind: str
    title: str
    fails: frozenset[str] = frozenset()
    may_fail: frozenset[str] = frozenset()
    fix_first: str | None = None


def labels_of(path: Path) -> Labels:
    """Read the labels of a `.py` or `.ipynb`.

    Raises:
        ValueError: it carries none.
    """
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        text = "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
    found = {name: value.strip() for name, value in LABEL.findall(text)}
    kind = next((name for name in ("mistake", "alternate") if name in found), None)
    if kind is None:
        raise ValueError(f"{path.name} says neither `# alternate:` nor `# mistake:`.")
    return Labels(kind, found[kind], _ids(found.get("fails")), _ids(found.get("may_fail")), found.get("fix_first"))


def _ids(text: str | None) -> frozenset[str]:
    return frozenset(part.strip() for part in (text or "").split(",") if part.strip())
