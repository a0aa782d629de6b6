"""Paths of a data set's files, there and back."""

from __future__ import annotations

import pytest

from grader.examiner.layout import Layout


@pytest.mark.parametrize(
    ("folders", "paths"),
    [
        ({"": "PetImages"}, {"Cat/0.jpg": "PetImages/Cat/0.jpg"}),
        (
            {"train": "data/train", "validation": "data/train_held"},
            {"train/A/0.png": "data/train/A/0.png", "validation/B/1.png": "data/train_held/B/1.png"},
        ),
    ],
)
def test_a_path_comes_back_as_it_went(folders: dict[str, str], paths: dict[str, str]) -> None:
    """One folder, or two of which one begins like the other."""
    layout = Layout(folders)
    for path, placed in paths.items():
        assert layout.place(path) == placed
        assert layout.unplaced(placed) == path
