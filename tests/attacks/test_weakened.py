"""The kit, pointed at builds with one layer off, notices each."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.attacks.weakened import LAYERS, ROOT, Layer, outcomes, weakened


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder outside of /tmp: what is shown of the package there would be a finding of its own."""
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / "build", prefix="weakened-") as folder:
        yield Path(folder)


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.name)
def test_a_missing_layer_is_noticed(layer: Layer, place: Path) -> None:
    """Each attack that names the layer complains: it reached something, gained something, or left the report without a score."""
    found = outcomes(weakened(layer, place), layer.noticed_by)
    assert [name for name in layer.noticed_by if not found[name]] == []


def test_a_sound_build_passes_the_same_way(place: Path) -> None:
    """The twin: the same attacks, in a copy without a patch."""
    names = tuple(dict.fromkeys(name for layer in LAYERS for name in layer.noticed_by))
    found = outcomes(weakened(None, place), names)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
