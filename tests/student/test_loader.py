"""A function that reads a table gives way to the tables themselves."""

from __future__ import annotations

import numpy as np
import pytest

from grader.student.loader import loader
from grader.student.module import SlicedSource, StudentModule

ARRAYS = {
    f"loaded/{side}_{what}": np.full((2,), number, np.float64)
    for number, (side, what) in enumerate(
        [("training", "images"), ("training", "labels"), ("validation", "images"), ("validation", "labels")]
    )
}


@pytest.mark.parametrize(
    ("paths", "images"),
    [
        (["../tmp2/sign_mnist_train.csv", "../tmp2/sign_mnist_test.csv"], [0, 2]),
        (["sign_mnist_test.csv", "sign_mnist_train.csv"], [2, 0]),
        (["training/a.csv", "training/val.csv"], [0, 2]),
        (["a.csv", "b.csv", "c.csv"], [0, 2, 2]),
        (["test_folder/a.csv", "test_folder/b.csv"], [0, 2]),
        (["latest_train.csv", "contest.csv"], [0, 2]),
        (["contest.csv", "greatest.csv"], [0, 2]),
        (["train_test.csv", "mnist-testing.csv", "validation2.csv"], [0, 2, 2]),
    ],
)
def test_the_side_is_that_of_the_file(paths: list[str], images: list[int]) -> None:
    """By the file's name, not its folder's; by order where the name does not say."""
    load = loader(ARRAYS)
    assert [int(load(path)[0][0]) for path in paths] == images


def test_every_call_gets_arrays_of_its_own() -> None:
    """A script that changes them in place does not change what another call gets."""
    load = loader(ARRAYS)
    load("train.csv")[0][:] = 9
    assert load(filename="train.csv")[0].tolist() == [0, 0]


def test_the_students_function_is_not_run() -> None:
    """Its definition is left out, wherever it stands; the lines of everything else stay."""
    code = "if True:\n    def get_data(path):\n        raise OSError(path)\ndef get_data(path):\n    raise OSError(path)\nimages, labels = get_data('train.csv')\nwhere = get_data\n"
    code += "def other():\n    def get_data(path):\n        return path\n    return get_data(1)\n"
    module = StudentModule([SlicedSource(1, code)], notebook=True)
    module.replace("get_data", loader(ARRAYS))
    assert module.get("images").tolist() == [0, 0]
    assert module.get("where") is module.get("get_data")
    assert module.get("other")() == 1
