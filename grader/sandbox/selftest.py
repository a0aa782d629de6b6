"""A short attack on the isolation of this machine: `grader doctor --attack`. Linux only."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.results import Isolation
from grader.sandbox.policy import CellPolicy

_HERE = "grader.sandbox.attempts"
_PATIENCE_S = 20.0
_POLICY = CellPolicy(
    wall_s=10, memory_bytes=128 << 20, output_bytes=1 << 16, tmpfs_bytes=32 << 20, processes=32,
)  # fmt: skip


@dataclass(frozen=True)
class Held:
    """One way out that was tried.

    Attributes:
        name: what was tried, in a few words.
        ok: whether it was stopped, and whether its allowed twin worked.
        detail: what was reached or refused; empty where `ok`.
    """

    name: str
    ok: bool
    detail: str = ""


_TAKES: Mapping[str, tuple[str, CellPolicy, frozenset[tuple[str, int | None]]]] = {
    # What is taken: the entry, its bounds, and the endings that mean that they held.
    "memory": ("takes_memory", _POLICY, frozenset({("memory", None), ("exited", 70)})),
    "time": ("never_ends", CellPolicy(wall_s=1.0), frozenset({("wall", None)})),
    "output": ("floods", _POLICY, frozenset({("output", None)})),
    "disk": ("fills_the_disk", _POLICY, frozenset({("exited", 0)})),
    "number of processes": ("forks_without_end", _POLICY, frozenset({("exited", 0)})),
    "daemons": ("leaves_a_daemon", _POLICY, frozenset({("exited", 0)})),
    "honest work": ("does_its_work", _POLICY, frozenset({("exited", 0)})),
}
ENTRIES = (f"{_HERE}:run", *(f"{_HERE}:{entry}" for entry, _, _ in _TAKES.values()))


def attack(isolation: Isolation = "namespaces", secret_folders: Sequence[Path] = ()) -> tuple[Held, ...]:
    """Lay out bait on this machine, try to reach it from a cell, and to take more than a cell may. Takes a few seconds.

    Args:
        isolation: the mode that is tried.
        secret_folders: folders that no cell may see, such as those of exercises and solutions.

    Raises:
        IsolationUnavailable: there is nothing to attack: this machine cannot isolate.
    """
    from grader.sandbox.zygote import Zygote

    with _bait(secret_folders) as bait, Zygote(isolation=isolation, preload=(), entries=ENTRIES) as zygote:
        found = []
        with zygote.spawn(ENTRIES[0], CellPolicy(wall_s=_PATIENCE_S)) as cell:
            cell.socket.settimeout(_PATIENCE_S)
            cell.socket.sendall(json.dumps(bait).encode() + b"\n")
            answer = _until_end(cell.socket)
            outcomes: dict[str, dict[str, str]] = json.loads(answer) if answer else {}
            if not outcomes:
                cell.wait(_PATIENCE_S)
                said = cell.output().decode("utf-8", "replace").strip().splitlines()
                found.append(
                    Held("attempts", ok=False, detail=f"they did not run: {said[-1] if said else 'no output'}")
                )
        for name, outcome in outcomes.items():
            parts = [f"{word}: {outcome[word]}" for word in ("reached", "refused") if outcome[word]]
            found.append(Held(name, ok=not parts, detail="; ".join(parts)))
        for name, (entry, policy, endings) in _TAKES.items():
            with zygote.spawn(f"{_HERE}:{entry}", policy) as cell:
                cell.socket.settimeout(_PATIENCE_S)
                # The stream ends when the last process that holds its other end has gone.
                try:
                    _until_end(cell.socket)
                    ended = cell.wait(_PATIENCE_S)
                except TimeoutError:
                    found.append(Held(name, ok=False, detail="a process lives on after the cell has ended"))
                    continue
                if ended is None or (ended.reason, ended.code) not in endings:
                    how = "it still runs" if ended is None else f"it ended by {ended.reason}, status {ended.code}"
                    found.append(Held(name, ok=False, detail=how))
                else:
                    found.append(Held(name, ok=True))
    return tuple(found)


def _until_end(sock: socket.socket) -> bytes:
    answer = b""
    try:
        while chunk := sock.recv(1 << 16):
            answer += chunk
    except ConnectionResetError:
        pass
    return answer


@contextmanager
def _bait(secret_folders: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """Things on this machine that a cell must not reach; taken away again at the end."""
    mark = secrets.token_hex(16)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="grader-doctor-")))
        folder.chmod(0o755)
        (folder / "secret.txt").write_text(mark, encoding="ascii")
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        abstract = stack.enter_context(socket.socket(socket.AF_UNIX))
        abstract.bind(f"\0grader-doctor-{mark}")
        abstract.listen()
        neighbour = subprocess.Popen(["sleep", "600"], env={**os.environ, "GRADER_DOCTOR": mark})
        stack.callback(neighbour.wait)
        stack.callback(neighbour.kill)
        yield {
            "file": str(folder / "secret.txt"),
            "folders": [str(path) for path in secret_folders if path.exists()],
            "variable": "GRADER_DOCTOR",
            "value": mark,
            "port": server.getsockname()[1],
            "name": f"grader-doctor-{mark}",
        }
