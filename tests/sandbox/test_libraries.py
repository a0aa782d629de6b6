"""What students use works behind the walls."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from grader.sandbox import CellPolicy, Zygote
from tests.sandbox.kit import INSIDE, PATIENCE_S

PROBES = ("trains", "reads_folders", "plots")


@pytest.fixture(scope="module")
def library_zygote() -> Iterator[Zygote]:
    """TensorFlow, Keras and Matplotlib imported once."""
    with Zygote(
        isolation="namespaces",
        preload=["tensorflow", "keras", "matplotlib.pyplot", "PIL.Image"],
        entries=[f"library_probes:{name}" for name in PROBES],
        import_path=[INSIDE],
    ) as made:
        yield made


@pytest.mark.parametrize("probe", PROBES)
def test_library_works_in_a_cell(library_zygote: Zygote, probe: str) -> None:
    """Training, saving, image folders through tf.data with its threads, a figure: twice, in two forks."""
    for _ in range(2):
        with library_zygote.spawn(f"library_probes:{probe}", CellPolicy()) as cell:
            ended = cell.wait(PATIENCE_S)
            assert ended is not None
            assert (ended.reason, ended.code) == ("exited", 0), cell.output().decode()
