"""What all tests share."""

from __future__ import annotations

import re
from typing import Any

import pytest


def pytest_make_parametrize_id(config: pytest.Config, val: Any, argname: str) -> str | None:
    """Ids without memory addresses, so that every worker of a parallel run collects the same tests."""
    name = getattr(val, "__name__", None)
    if isinstance(name, str):
        return name
    text = repr(val)
    return re.sub(r" at 0x[0-9a-f]+", "", text)[:80] if " at 0x" in text else None


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--cold",
        action="store_true",
        help="attacks: every form in the cold mode, too, which starts a process with all libraries for each (`make attacks`)",
    )
    parser.addoption(
        "--whole",
        action="store_true",
        help="attacks: each form on all tasks of its exercise, not only on those that it needs (many hours)",
    )
