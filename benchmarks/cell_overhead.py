"""What isolation adds to a cell: time from asking for one to its entry running, over a bare fork of the same warm process.

    python benchmarks/cell_overhead.py [--count N]

Three figures of one run, medians: a cell in its namespaces, a bare `fork` that closes its files and runs the same entry (mode `unsafe`
of the same zygote), and `import tensorflow` in a fresh process. The target is an overhead of at most 5 % of the import.
"""

# A benchmark prints.

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time

from grader.grading.zygotes import PRELOAD
from grader.results import Isolation
from grader.sandbox import CellPolicy, Zygote

ENTRY = "grader.sandbox.trial:answer"


def started(zygote: Zygote) -> float:
    """Seconds from asking for a cell to the first byte of its entry."""
    began = time.monotonic()
    with zygote.spawn(ENTRY, CellPolicy()) as cell:
        cell.socket.recv(1)
        took = time.monotonic() - began
        cell.wait(20)
    return took


def importing() -> float:
    """Seconds that a fresh process takes to import TensorFlow."""
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", "import tensorflow"], check=True, capture_output=True)
    return time.monotonic() - began


def main() -> None:
    """Measure in turns, so that all see the same machine."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=40, metavar="N", help="cells of each kind (40)")
    options = parser.parse_args()
    modes: tuple[Isolation, ...] = ("namespaces", "unsafe")
    zygotes = {mode: Zygote(isolation=mode, preload=PRELOAD, entries=(ENTRY,)) for mode in modes}
    times: dict[str, list[float]] = {mode: [] for mode in modes}
    for _ in range(options.count):
        for mode in modes:
            times[mode].append(started(zygotes[mode]))
    for zygote in zygotes.values():
        zygote.close()
    imports = statistics.median(importing() for _ in range(3))
    isolated, bare = (statistics.median(times[mode]) for mode in modes)
    print(f"a cell: {isolated * 1000:.1f} ms; a bare fork: {bare * 1000:.1f} ms; import tensorflow: {imports:.2f} s")
    print(
        f"overhead of the isolation: {(isolated - bare) * 1000:.1f} ms, {(isolated - bare) / imports:.1%} of an import (target 5 %)"
    )
    print(
        json.dumps({"cell_s": isolated, "fork_s": bare, "import_s": imports, "overhead": (isolated - bare) / imports})
    )


if __name__ == "__main__":
    main()
