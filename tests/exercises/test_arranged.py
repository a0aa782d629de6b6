"""Where a variant wants the files of a data set."""

from __future__ import annotations

from grader.exercises import Params
from grader.grading.variant import arranged

TWO_FOLDERS = Params({"train_folder": "./training", "validation_folder": "./validation", "validation_split": 0.1})


def test_a_set_in_one_piece_is_split_class_by_class() -> None:
    """A tenth of each class goes to validation, under the names that the variant has."""
    paths = [f"{name}/{number}.jpg" for name in ("Cat", "Dog") for number in range(20)]
    found = arranged(paths, TWO_FOLDERS, {"Cat": "cats", "Dog": "dogs"})
    assert list(found) == paths
    assert found["Cat/0.jpg"] == "train/cats/0.jpg"
    validation = [path for path in found.values() if path.startswith("validation/")]
    assert [path.split("/")[1] for path in validation] == ["cats", "cats", "dogs", "dogs"]


def test_a_set_that_is_split_stays_as_it_is() -> None:
    """Only classes change their names."""
    assert arranged(["train/A/0.png", "validation/B/1.png"], TWO_FOLDERS, {"A": "a"}) == {
        "train/A/0.png": "train/a/0.png",
        "validation/B/1.png": "validation/B/1.png",
    }


def test_one_folder_keeps_all() -> None:
    """Where the student's code splits, nothing is split before."""
    assert arranged(["Cat/0.jpg"], Params({"data_folder": "./PetImages"}), {}) == {"Cat/0.jpg": "Cat/0.jpg"}
