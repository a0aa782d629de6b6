import copy
import pickle
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.exercises import Params, UnknownParam

PARAMS = Params({"image_size": 64, "class_names": ("Cat", "Dog")})


def test_values_are_read_by_key_and_by_attribute():
    """`params.image_size` is `params["image_size"]`, and lists are tuples."""
    assert PARAMS.image_size == PARAMS["image_size"] == 64
    assert PARAMS.class_names == ("Cat", "Dog")


def test_unknown_name_lists_the_known_ones():
    """A typing error is answered with the nearest name and all the others."""
    with pytest.raises(UnknownParam) as caught:
        _ = PARAMS.image_siz
    message = "No parameter is called 'image_siz'; did you mean 'image_size'? known are class_names, image_size."
    assert str(caught.value) == message


def test_unknown_name_behaves_like_any_mapping():
    """`get`, `in` and `getattr` with a default work as they do elsewhere."""
    assert PARAMS.get("epochs", 3) == 3
    assert "epochs" not in PARAMS
    assert getattr(PARAMS, "epochs", 3) == 3


def test_params_do_not_change():
    """Nobody can retune an exercise while it is being graded."""
    with pytest.raises(AttributeError, match="Params do not change"):
        PARAMS.image_size = 32
    with pytest.raises(TypeError):
        PARAMS["image_size"] = 32


def test_params_travel_between_processes():
    """Params survive pickling and copying."""
    assert pickle.loads(pickle.dumps(PARAMS)) == copy.deepcopy(PARAMS) == PARAMS
    error = UnknownParam("a", ("b",))
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("image_size = '64'", "[params] image_size (='64') must be a whole number, like 64."),
        ("image_size = 64.0", "[params] image_size (=64.0) must be a whole number, like 64."),
        ("image_size = true", "[params] image_size (=True) must be a whole number, like 64."),
        ("image_size = 4", "[params] image_size (=4) must be at least 8 and at most 512."),
        ("validation_split = 1", "[params] validation_split (=1) must be above 0 and below 1."),
        ("validation_split = nan", "[params] validation_split (=nan) must be a number, like 0.2."),
        (
            "class_names = ['Cat', 3]",
            "[params] class_names (=['Cat', 3]) must be a list of texts, like ('Cat', 'Dog').",
        ),
        (
            "class_names = ['Cat', 'Cat']",
            "[params] class_names (=['Cat', 'Cat']) must be of at least 2 entries and without repeats.",
        ),
    ],
)
def test_wrong_value_is_one_line_that_names_the_rule(overlay, tmp_path: Path, line: str, message: str):
    """An instructor reads file, key, value and rule, and no traceback."""
    with pytest.raises(UsageError) as caught:
        overlay(f"[params]\n{line}\n")
    assert str(caught.value) == f"{tmp_path / 'mine.toml'}: {message}"


def test_whole_number_does_for_a_fraction(overlay):
    """Where a float is declared, TOML may say 1."""
    value = overlay("[params]\nstop_accuracy = 1\n").params.stop_accuracy
    assert value == 1.0
    assert type(value) is float


def test_asking_whether_a_parameter_is_there_looks_for_no_similar_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked once for every picture of a data set."""
    monkeypatch.setattr("grader.exercises.params.known_names", lambda *_: pytest.fail("an error was written"))
    params = Params({"image_size": 64})
    assert "image_size" in params
    assert "image_siz" not in params
