import ast
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.exercises import exercise_names, load_exercise, loading


def test_week_one_is_there_with_its_tasks_in_order(exercise):
    """Tasks come in the order in which the report shows them."""
    assert exercise.name in exercise_names()
    assert [task.name for task in exercise.tasks] == [
        "readable_images",
        "train_val_datasets",
        "create_model",
        "EarlyStoppingCallback",
        "train",
        "plot_history",
        "feature_maps",
    ]
    assert exercise.task("feature_maps").entry_points == ("feature_maps", "plot_feature_maps")
    assert exercise.task("train").entry_points == ("train_val_datasets", "create_model")


def test_unknown_exercise_lists_the_known_ones():
    """A typing error is answered with the nearest name."""
    with pytest.raises(UsageError, match=r"No exercise is called 'week1'; .*week1_larger_dataset"):
        load_exercise("week1")


def test_a_path_is_no_exercise():
    """Names come from the list, so none of them leads out of the folder."""
    with pytest.raises(UsageError, match="No exercise is called"):
        load_exercise("../week1_larger_dataset")


def test_unknown_task_lists_the_known_ones(exercise):
    """The message names the exercise, the task asked for and all there are."""
    with pytest.raises(UsageError, match="has no task 'model'; known are readable_images, "):
        exercise.task("model")


def test_overlay_may_name_another_data_set(exercise, overlay):
    """An instructor's own images, once imported, take the place of the generated ones, under another digest."""
    mine = overlay('data = "imported/cats-vs-dogs"\n')

    assert (exercise.data, mine.data) == ("pets", "imported/cats-vs-dogs")
    assert mine.params == exercise.params
    assert mine.digest != exercise.digest


def test_overlay_changes_params_points_and_limits(exercise, overlay):
    """One small file retunes an exercise; what it leaves out stays."""
    mine = overlay(
        '[params]\nimage_size = 32\n[points]\n"create_model/compiled" = 5\n[limits]\ncell_wall_s = 3\n',
    )
    assert mine.params.image_size == 32
    assert mine.params.batch_size == exercise.params.batch_size
    assert mine.points == {"create_model/compiled": 5.0}
    assert mine.limits.cell_wall_s == 3
    assert mine.limits.train_wall_s == exercise.limits.train_wall_s


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[parms]\n", "Object contains unknown field `parms`"),
        ("[params\n", "is not TOML: Expected ']' at the end of a table declaration (at line 1, column 8)"),
        ("[limits]\ncell_wall_s = 0\n", "[limits] cell_wall_s (=0) must be above 0."),
        (
            '[points]\n"create_modle/compiled" = 1\n',
            (
                "[points] \"create_modle/compiled\" names no task; did you mean 'create_model'? known are "
                "EarlyStoppingCallback, create_model, feature_maps, plot_history, readable_images, train, train_val_datasets."
            ),
        ),
        (
            '[points]\n"create_model/compiled" = -1\n',
            '[points] "create_model/compiled" (=-1) must be a number from 0 to 1000.',
        ),
        ("[points]\ncompiled = 1\n", '[points] compiled (=1) must be a check id such as "readable_images/…".'),
    ],
)
def test_faulty_overlay_is_one_line(overlay, tmp_path: Path, text: str, message: str):
    """Whatever is wrong with an overlay, its author reads one line."""
    with pytest.raises(UsageError) as caught:
        overlay(text)
    assert str(caught.value) == f"{tmp_path / 'mine.toml'}: {message}"


def test_missing_overlay_is_one_line(tmp_path: Path):
    """A file that is not there is named, with the reason."""
    with pytest.raises(UsageError, match=r"gone\.toml: cannot be read: No such file or directory\.$"):
        load_exercise("week1_larger_dataset", tmp_path / "gone.toml")


def test_digest_follows_content_and_not_place(exercise, overlay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Params, hidden tests and concepts change the digest; moving the folder does not."""
    copied = tmp_path / "exercises"
    shutil.copytree(exercise.folder.parent, copied)
    monkeypatch.setattr(loading, "exercises_dir", lambda: copied)
    monkeypatch.setattr(loading, "hidden_tests_dir", lambda name: copied / name / "hidden_tests")
    assert load_exercise(exercise.name).digest == exercise.digest
    assert overlay("[params]\nimage_size = 32\n").digest != exercise.digest
    assert overlay('[points]\n"create_model/compiled" = 5\n').digest != exercise.digest
    assert overlay("[params]\nimage_size = 64\n").digest == exercise.digest
    for changed in (copied / exercise.name / "hidden_tests" / "new.py", copied / exercise.name / "concepts" / "new.md"):
        changed.parent.mkdir(exist_ok=True)
        changed.write_text("#")
        assert load_exercise(exercise.name).digest != exercise.digest
        changed.unlink()
    cache = copied / exercise.name / "hidden_tests" / "__pycache__" / "x.pyc"
    cache.parent.mkdir(exist_ok=True)
    cache.write_bytes(b"x")
    assert load_exercise(exercise.name).digest == exercise.digest


def test_students_load_an_exercise_without_hidden_tests(exercise, monkeypatch: pytest.MonkeyPatch):
    """Where there are no hidden tests, everything else still loads."""

    def none_here(name: str) -> Path:
        raise UsageError("no hidden tests here")

    monkeypatch.setattr(loading, "hidden_tests_dir", none_here)
    assert load_exercise(exercise.name).params == exercise.params


def test_exercise_travels_between_processes(exercise):
    """An exercise survives pickling, so that workers need not read it again."""
    assert pickle.loads(pickle.dumps(exercise)) == exercise


@pytest.mark.parametrize("name", exercise_names())
def test_every_concept_of_a_check_has_a_text(name):
    """A failed check always has an explanation to show: a title and some paragraphs."""
    exercise = load_exercise(name)
    named = set()
    for path in exercise.hidden_tests.glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "concept" and isinstance(node.value, ast.Constant):
                named.add(node.value.value)
    texts = [path for folder in exercise.concepts for path in folder.glob("*.md")]
    assert named <= {path.stem for path in texts}
    for path in texts:
        title, blank, *body = path.read_text(encoding="utf-8").splitlines()
        assert title.startswith("# "), path.name
        assert blank == "", path.name
        assert body, path.name
        assert f"]({path.stem}.svg)" in path.read_text(encoding="utf-8"), f"{path.name} shows no figure"


def test_figures_of_concepts_are_what_their_script_draws():
    """Nobody edits an SVG by hand."""
    command = [sys.executable, "-m", "scripts.draw_concepts", "--check"]
    checked = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_reading_exercises_needs_no_tensorflow():
    """A report's key is made in milliseconds, before anything heavy is imported."""
    code = "import sys, grader.exercises; print({'tensorflow', 'keras', 'jupytext'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


@pytest.mark.parametrize("name", [name for name in exercise_names() if not name.startswith("week3")])
def test_an_overlay_that_comes_with_the_exercise_is_named_without_its_path(name):
    """`--params public_lab` finds it; a name that is none lists those there are. Week 3's wants a file to be brought."""
    plain, lab = load_exercise(name), load_exercise(name, Path("public_lab"))

    assert lab.digest != plain.digest
    with pytest.raises(
        UsageError, match=r"--params public is no file; with the exercise come: other_numbers, public_lab\."
    ):
        load_exercise(name, Path("public"))
