"""The assignment's seed stays secret and stays the same; the key changes with what decides a grade and nothing else."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.exercises import Exercise, load_exercise
from grader.grading import AssignmentSeed, report_key
from grader.submissions import read_submission
from tests.grading.kit import EXERCISE, FOLDER


def test_a_folder_keeps_one_seed_that_only_its_owner_can_read(tmp_path: Path) -> None:
    """Made once, read ever after, mode 0600, and never in a repr."""
    first, second = AssignmentSeed.for_folder(tmp_path), AssignmentSeed.for_folder(tmp_path)
    assert first == second
    assert first != AssignmentSeed.for_folder(tmp_path / "other")
    path = tmp_path / ".assignment" / "seed"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert first.value.hex() not in repr(first)
    assert first.value.hex()[:8] not in first.digest


def test_a_damaged_seed_is_a_clear_line_and_is_not_replaced(tmp_path: Path) -> None:
    """A new seed in an old folder would change every grade in silence."""
    AssignmentSeed.for_folder(tmp_path)
    path = tmp_path / ".assignment" / "seed"
    path.write_bytes(b"short")
    with pytest.raises(UsageError, match="has 5 bytes, a seed has 16"):
        AssignmentSeed.for_folder(tmp_path)
    assert path.read_bytes() == b"short"


def key_of(path: Path, exercise: Exercise, number: int = 1) -> str:
    return report_key(exercise, AssignmentSeed.fixed(number), read_submission(path))


def test_text_plots_and_stray_cells_do_not_change_the_key(tmp_path: Path, exercise: Exercise) -> None:
    """A resubmission in which nothing that is graded changed is the same submission."""
    notebook = json.loads((FOLDER / "reference.ipynb").read_text(encoding="utf-8"))
    before = key_of(FOLDER / "reference.ipynb", exercise)
    notebook["cells"].append({"cell_type": "code", "source": "plt.plot([1, 2])", "metadata": {}, "outputs": []})
    notebook["cells"].insert(0, {"cell_type": "markdown", "source": "my notes", "metadata": {}})
    path = tmp_path / "same.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    assert key_of(path, exercise) == before


SCRIPT = """import tensorflow as tf
FOLDERS = iter(["/tmp/cats-v-dogs/training", "/tmp/cats-v-dogs/testing"])
def split_data(source, training, testing, share):
    pass
{first} = tf.keras.utils.image_dataset_from_directory(next(FOLDERS))
{second} = tf.keras.utils.image_dataset_from_directory(next(FOLDERS))
model = tf.keras.Sequential()
"""


def test_the_order_of_what_is_asked_for_together_changes_the_key(tmp_path: Path, exercise: Exercise) -> None:
    """Each of the two data sets has the same code; swapped, training and validation are."""
    path, sides, keys = tmp_path / "script.py", ["train_generator", "validation_generator"], set()
    for first, second in (sides, sides[::-1]):
        path.write_text(SCRIPT.format(first=first, second=second), encoding="utf-8")
        keys.add(key_of(path, exercise))
    assert len(keys) == 2


RECIPE = """import tensorflow as tf
def recipe():
    '{text}'
def create_model():
    {body}
"""


@pytest.mark.parametrize(
    "body",
    [
        "exec(recipe.__doc__)",
        "exec(getattr(recipe, '__do' 'c__'))",
        "return tf.autograph.to_code(recipe)",
        "return recipe()",
    ],
)
def test_docstrings_change_the_key(tmp_path: Path, exercise: Exercise, body: str) -> None:
    """Code can run them, and the ways to come by one are endless."""
    path, keys = tmp_path / "mine.py", set()
    for text in ("one", "two"):
        path.write_text(RECIPE.format(text=text, body=body), encoding="utf-8")
        keys.add(key_of(path, exercise))
    assert len(keys) == 2


@pytest.mark.parametrize(
    ("body", "keys"),
    [
        ("return tf.keras.Sequential()", 1),
        ("exec(__import__('line' 'cache').cache)", 3),
        ("return getattr(recipe, '__co' 'de__').co_firstlineno", 3),
    ],
)
def test_comments_and_places_count_where_code_may_read_them(
    tmp_path: Path, exercise: Exercise, body: str, keys: int
) -> None:
    """Elsewhere a comment more or a blank line is the same submission."""
    path, found = tmp_path / "mine.py", set()
    for comment in ("", "\n# one\n", "# two\n"):
        path.write_text(comment + RECIPE.format(text="", body=f"{body}  # {comment.strip()}"), encoding="utf-8")
        found.add(key_of(path, exercise))
    assert len(found) == keys


def test_a_name_that_a_finding_may_suggest_changes_the_key(tmp_path: Path, exercise: Exercise) -> None:
    """`SIZE` is bound nowhere; a report that suggests `size` is none for a file that has no such name."""
    path, keys = tmp_path / "mine.py", set()
    for other in ("size = 64", "n = 64"):
        path.write_text(f"{other}\ndef create_model():\n    return SIZE\n", encoding="utf-8")
        keys.add(key_of(path, exercise))
    assert len(keys) == 2


def test_what_stands_in_place_of_a_name_changes_the_key(tmp_path: Path, exercise: Exercise) -> None:
    """It is told with its place; an equal file without it, or with it elsewhere, is told something else."""
    keys = set()
    for number, text in enumerate(
        ["", "class EarlyStoppingCallBack: x = 1\n", "\nclass EarlyStoppingCallBack: x = 1\n"]
    ):
        path = tmp_path / f"{number}.py"
        path.write_text("def create_model():\n    return 1\n" + text)
        keys.add(report_key(exercise, AssignmentSeed.fixed(1), read_submission(path)))
    assert len(keys) == 3


def test_code_seed_and_params_change_the_key(tmp_path: Path, exercise: Exercise) -> None:
    """Each of them decides the grade."""
    source = (FOLDER / "reference.py").read_text(encoding="utf-8")
    path = tmp_path / "reference.py"
    path.write_text(source, encoding="utf-8")
    keys = {key_of(path, exercise), key_of(path, exercise, 2)}
    overlay = tmp_path / "mine.toml"
    overlay.write_text("[params]\nunseen_accuracy = 0.7\n", encoding="utf-8")
    keys.add(key_of(path, load_exercise(EXERCISE, overlay)))
    path.write_text(source.replace('Dense(64, activation="relu")', 'Dense(65, activation="relu")'), encoding="utf-8")
    keys.add(key_of(path, exercise))
    assert len(keys) == 4


def test_negative_seeds_are_refused() -> None:
    """`--seed` takes a number from 0 on."""
    with pytest.raises(UsageError, match=r"seed \(=-1\) must not be negative"):
        AssignmentSeed.fixed(-1)
