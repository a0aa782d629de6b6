"""What the fuzzers found stays mended, and each of them finds nothing new in a few seconds."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from tests.fuzz.run import FOUND, fuzz
from tests.fuzz.seeds import seeds
from tests.fuzz.targets import TARGETS

SECONDS = 3
CORPUS = sorted(path for path in FOUND.glob("*/*") if path.is_file())


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_was_found_once(path: Path) -> None:
    """Returns, with one of the errors that the parser owns, and without taking a gigabyte."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    TARGETS[path.parent.name](path.read_bytes())
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1 << 20


@pytest.mark.parametrize("name", TARGETS)
def test_honest_input_passes_and_every_cut_of_it_is_refused_in_order(name: str) -> None:
    """A stream that ends anywhere is an error of its own kind, never another."""
    for seed in seeds(name):
        for end in {*range(0, len(seed), max(1, len(seed) // 40)), len(seed)}:
            TARGETS[name](seed[:end])


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_new_in_a_few_seconds(name: str) -> None:
    """The same as `make fuzz`, shorter."""
    tried, found = fuzz(name, SECONDS)
    assert found == ""
    assert tried > 100
