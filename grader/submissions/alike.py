"""Names that are spelt nearly alike: one may be a slip for the other."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice

MOST_COMPARED, LONGEST_COMPARED = 500, 60
"""Names that are compared, and letters of one: comparing takes time, and a file can hold any number."""


def most_alike(name: str, others: Iterable[str], least: float) -> str | None:
    """The one of `others` that is most alike, capitals and underscores left out; None where none is.

    Args:
        name: what is looked for.
        others: what there is; `name` itself does not count.
        least: share of equal letters, 0 to 1, from which on they are alike.
    """
    plain = {_plain(other): other for other in islice(others, MOST_COMPARED) if other != name}
    found = get_close_matches(_plain(name), plain, n=1, cutoff=least)
    return plain[found[0]] if found else None


def _plain(name: str) -> str:
    return name.lower().replace("_", "")[:LONGEST_COMPARED]
