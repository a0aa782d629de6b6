"""Fuzz the parsers of student-made bytes, guided by coverage: `make fuzz`.

    python -m tests.fuzz.run [TARGET …] --seconds 600

Each target runs in a process of its own with bounds on memory and on the time of one input. What crashes, hangs or takes too
much memory is written to tests/fuzz/corpus/TARGET, where the suite tries it again for ever; put it right and commit both.
Inputs that reached new code are kept below build/fuzz, and a later run begins with them.
"""

# A script of its own, which prints.
# ruff: noqa: T201

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.fuzz.mutate import mutator

HERE = Path(__file__).parent
FOUND = HERE / "corpus"
BUILD = HERE.parents[1] / "build" / "fuzz"
RSS_MB = 1_500
"""Of the whole process. The libraries alone take about 600."""
ONE_INPUT_S = 20
INSTRUMENTED = ["grader.wire", "grader.submissions", "grader.model_data", "grader.examiner.answers", "grader.data.imports", "zipfile",
                "json", "tokenize", "ast"]  # fmt: skip
"""Modules whose branches guide the search."""
LONGEST = {"picture": 1 << 16, "archive": 1 << 16}
"""Bytes of one input at most."""
MESSAGES = ("wire", "channel", "model", "answer")
"""Targets whose inputs are messages: JSON of any shape is tried in them, beside any bytes."""


def fuzz(target: str, seconds: int) -> tuple[int, str]:
    """Run one target. How many inputs it tried, and what it found: empty where nothing.

    Raises:
        RuntimeError: the fuzzer itself did not run.
    """
    kept, found = BUILD / target, FOUND / target
    kept.mkdir(parents=True, exist_ok=True)
    found.mkdir(parents=True, exist_ok=True)
    # By way of a shell that forks once more: the kernel counts the memory of whoever starts a process as that process's own
    # at its highest, and a long test run has gigabytes.
    ended = subprocess.run(
        ["/bin/sh", "-c", '"$@"; exit $?', "sh", sys.executable, "-m", "tests.fuzz.run", "--child", target, str(kept), str(found), f"-max_total_time={seconds}",
         f"-rss_limit_mb={RSS_MB}", f"-timeout={ONE_INPUT_S}", f"-max_len={LONGEST.get(target, 1 << 14)}",
         f"-artifact_prefix={found}/", "-print_final_stats=1", "-use_value_profile=1"],
        cwd=HERE.parents[1], env={**os.environ, "CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3"},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
    )  # fmt: skip
    told = ended.stdout
    tried = re.search(r"stat::number_of_executed_units:\s*(\d+)", told) or re.search(r"Done (\d+) runs", told)
    if ended.returncode == 0 and tried is None:
        raise RuntimeError(f"{target}: the fuzzer did not run:\n{told[-2_000:]}")
    # From the exception on, where there is one: what stands before it are names of modules.
    begin = told.find("=== Uncaught Python exception")
    return int(tried[1]) if tried else 0, "" if ended.returncode == 0 else told[
        max(begin, len(told) - 6_000, 0) :
    ] or "it ended with an error and no word"


def child(arguments: Sequence[str]) -> None:
    """Be the fuzzing process."""
    import atheris

    target, *rest = arguments
    from tests.fuzz.targets import TARGETS

    run = TARGETS[target]
    with atheris.instrument_imports(include=INSTRUMENTED):
        run(b"")
    kept = Path(rest[0])
    if not any(kept.iterdir()):
        from tests.fuzz.seeds import seeds

        for number, seed in enumerate(seeds(target)):
            (kept / f"seed{number}").write_bytes(seed)

    def of_bytes(data: bytes, most: int) -> bytes:
        # Looked up when it is called: the fuzzer puts it there as it begins.
        return atheris.Mutate(data, most)

    atheris.Setup([sys.argv[0], *rest], run, custom_mutator=mutator(of_bytes) if target in MESSAGES else None)
    atheris.Fuzz()


def main() -> int:
    """Fuzz the targets one after another; 1 where one found something."""
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2:])
        return 0
    names = re.findall(
        r"^def ([a-z]\w*)\(data: bytes\)", (HERE / "targets.py").read_text(encoding="utf-8"), re.MULTILINE
    )
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "targets", nargs="*", default=names, metavar="TARGET", help=f"of {', '.join(names)}; all by default"
    )
    parser.add_argument("--seconds", type=int, default=600, metavar="N", help="for each target (600)")
    options = parser.parse_args()
    if unknown := set(options.targets) - set(names):
        parser.error(f"no target is called {', '.join(sorted(unknown))}")
    wrong = 0
    for target in options.targets:
        tried, found = fuzz(target, options.seconds)
        wrong += bool(found)
        print(f"{target}: {tried:,} inputs in {options.seconds} s, {'FOUND' if found else 'nothing found'}", flush=True)
        if found:
            print(found, flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
