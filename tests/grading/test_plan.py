"""What is known of a submission before any of its code runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from grader.exercises import Exercise
from grader.grading import AssignmentSeed, GradingSession, WarmZygotes
from grader.grading.plan import Plan
from grader.results import Isolation
from grader.submissions import read_submission

PIPELINE = "import tensorflow as tf\nimport os\ndef train_val_datasets():\n    return [os.listdir(side) for side in ('train', 'validation')]\n"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("train, val = train_val_datasets()\nshape = train.shape\ndef create_model():\n    return shape\n", True),
        ("def create_model():\n    return train_val_datasets()[0]\n", False),
        ("CLASSES = sorted(os.listdir('PetImages'))\ndef create_model():\n    return CLASSES\n", False),
        ("train, val = train_val_datasets()\nprint(train)\ndef create_model():\n    return 3\n", False),
        (
            "def EarlyStoppingCallback(): return 3\nstop = EarlyStoppingCallback()\nC = os.listdir('.')\ndef create_model(): return C, stop\n",
            False,
        ),
    ],
    ids=["a batch that a cell read", "read inside", "names of folders", "not needed", "made by one that reads nothing"],
)
def test_a_model_built_on_what_another_cell_read_is_known(
    exercise: Exercise, tmp_path: Path, code: str, expected: bool
) -> None:
    """Only such top-level calls as the function needs count, and only of what the exercise asks for."""
    path = tmp_path / "mine.py"
    path.write_text(PIPELINE + code)
    assert ("create_model" in Plan(exercise, read_submission(path)).built_on_globals()) is expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("from tensorflow.keras.applications.inception_v3 import InceptionV3 as net\nnet()\nx = InceptionV3()", ()),
        ("def create_model():\n    return tf.keras.applications.InceptionV3(weights=None)\n", ("InceptionV3",)),
        (
            "def create_model():\n    return VGG16(), applications.MobileNetV2(), ResNet50V2()\n",
            ("VGG16", "MobileNetV2", "ResNet50V2"),
        ),
        ("def create_model():\n    return Inception(), ResNetBlock(), Rescaling()\n", ()),
    ],
    ids=["not needed", "attribute", "several", "names alike"],
)
def test_networks_that_the_code_builds_are_known_by_name(
    exercise: Exercise, tmp_path: Path, code: str, expected: tuple[str, ...]
) -> None:
    """Where weights do not load, the hint can say that they are another network's."""
    path = tmp_path / "mine.py"
    path.write_text(PIPELINE + code)
    assert Plan(exercise, read_submission(path)).networks() == expected


@pytest.mark.parametrize("isolation", ["cold", "unsafe"])
def test_a_shared_zygote_cannot_stand_for_another_isolation(exercise: Exercise, isolation: Isolation) -> None:
    """A report says how student code was kept apart, and a cold session shares nothing."""
    with pytest.raises(ValueError, match="cannot be had from a shared zygote of 'namespaces'"):
        GradingSession(exercise, seed=AssignmentSeed.fixed(1), isolation=isolation, zygotes=WarmZygotes())


def test_code_too_entangled_to_slice_is_unusable_and_raises_nothing(
    exercise: Exercise, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found when the key is made, before any cell: the report says so, as for a file that cannot be read."""
    monkeypatch.setattr("grader.submissions.slicing._MOST_STEPS", 1)
    path = tmp_path / "mine.py"
    path.write_text(PIPELINE + "def create_model():\n    return train_val_datasets()\n")
    with GradingSession(exercise, seed=AssignmentSeed.fixed(1)) as session:
        report = session.grade(path).report
    assert report.status == "unusable"
    assert "depend on each other" in report.message


def test_a_starter_that_changed_is_read_again(exercise: Exercise, tmp_path: Path) -> None:
    """An instructor writes it anew while a session is open."""
    mine = tmp_path / "mine.py"
    mine.write_text(PIPELINE)
    starter = tmp_path / "starter.py"
    plan = Plan(replace(exercise, folder=tmp_path), read_submission(mine))
    starter.write_text("def train_val_datasets():\n    pass\n")
    assert plan.starter is plan.starter
    assert plan.unavailable(["train_val_datasets"]) is None
    starter.write_text(PIPELINE)
    found = plan.unavailable(["train_val_datasets"])
    assert found is not None
    assert found["status"] == "not_attempted"
