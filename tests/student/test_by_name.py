"""A weights file is found by its name, wherever a script looks for it."""

from __future__ import annotations

from pathlib import Path

import keras
import pytest
from keras.src.utils import file_utils

from grader.student import by_name
from grader.student.compat import Notes

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")  # how Keras writes a weights file


def network() -> keras.Model:
    return keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, notes: Notes) -> str:
    # What `install` sets is taken back with these.
    monkeypatch.setattr(keras.Model, "load_weights", keras.Model.load_weights)
    monkeypatch.setattr(file_utils, "exists", file_utils.exists)
    monkeypatch.chdir(tmp_path)
    Path("data").mkdir()
    saved = network()
    saved.set_weights([weights + 7 for weights in saved.get_weights()])
    saved.save_weights("data/mine.weights.h5")
    by_name.install(["data/mine.weights.h5"], notes)
    return "mine.weights.h5"


def test_a_path_that_leads_nowhere_leads_to_the_file_of_that_name(file: str, notes: Notes) -> None:
    """As a text and as a path, from whichever folder; and the student is told."""
    for path in (f"/tmp/nowhere/{file}", f"../tmp2/{file}", Path("/content") / file, f"C:\\data\\{file}"):
        model = network()
        model.load_weights(path)
        assert model.get_weights()[1].tolist() == [7.0]
        assert file_utils.exists(path)
    assert notes.to_body() == ["drift-weights-path"]


def test_another_name_is_not_found(file: str) -> None:
    """A script that loads something else is not helped."""
    with pytest.raises((OSError, ValueError)):
        network().load_weights(f"/tmp/nowhere/other_{file}")
    assert not file_utils.exists(f"/tmp/nowhere/other_{file}")


def test_a_file_that_is_there_is_taken(file: str) -> None:
    """What the script has saved itself, even under the same name."""
    own = network()
    own.set_weights([weights * 0 + 3 for weights in own.get_weights()])
    own.save_weights(file)
    model = network()
    model.load_weights(file)
    assert model.get_weights()[1].tolist() == [3.0]
