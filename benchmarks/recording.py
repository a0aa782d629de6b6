"""Keeps what a benchmark measured, with the machine and the load that it ran under, for the page that shows it."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).with_name("results")


def keep(name: str, measured: dict[str, Any]) -> None:
    """Write a run to `results/NAME.json`, in place of the one before."""
    told = {
        "date": datetime.now(UTC).date().isoformat(),
        "cores": len(os.sched_getaffinity(0)),
        "load": round(os.getloadavg()[2], 1),
        "tensorflow": version("tensorflow"),
    }
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps({**told, **measured}, indent=2)
    (RESULTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def kept(name: str) -> dict[str, Any] | None:
    """The run that was kept under this name, if there is one."""
    path = RESULTS / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
