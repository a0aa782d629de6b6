"""Running probes in cells, for the tests of every isolation mode."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from grader.results import Isolation
from grader.sandbox import CellExit, CellPolicy, Zygote

INSIDE = Path(__file__).parent / "inside"
PROBES = tuple(
    f"sandbox_probes:{node.name}"
    for node in ast.parse((INSIDE / "sandbox_probes.py").read_text(encoding="utf-8")).body
    if isinstance(node, ast.FunctionDef) and node.name not in {"argument", "attempt", "call"}
)
POLICY = CellPolicy(wall_s=60)
PATIENCE_S = 60


@dataclass(frozen=True)
class Ran:
    """What one cell did."""

    answer: str
    exit: CellExit
    output: str


Run = Callable[..., Ran]


def run_in(zygote: Zygote, probe: str, argument: object = None, policy: CellPolicy = POLICY) -> Ran:
    """Run one probe to its end; `argument` is sent to it as a line."""
    with zygote.spawn(f"sandbox_probes:{probe}", policy) as cell:
        if argument is not None:
            cell.socket.sendall(f"{argument}\n".encode())
        cell.socket.settimeout(PATIENCE_S)
        answer = b""
        try:
            # To the end of the stream: it comes when the last process holding the other end is gone.
            while chunk := cell.socket.recv(1 << 16):
                answer += chunk
        except ConnectionResetError:
            pass
        ended = cell.wait(PATIENCE_S)
        assert ended is not None
        return Ran(answer.decode(), ended, cell.output().decode())


def make_zygote(isolation: Isolation, material: Path) -> Zygote:
    """A zygote with the probes and nothing heavy."""
    return Zygote(
        isolation=isolation,
        preload=(),
        entries=PROBES,
        readable=[material],
        hidden=[material / "tests", material / "labels.csv"],
        import_path=[INSIDE],
    )
