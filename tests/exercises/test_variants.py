"""An exercise in another calling convention: how it is read, and which one a submission follows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.exercises import Exercise, load_exercise, loading
from grader.grading.variant import chosen_variant, resolved_calls
from grader.submissions import Submission, picture_sizes, read_submission

NAME = "week1_larger_dataset"
VARIANT = """
reuse = ["test_3_create_model.py"]

[params]
image_size = 150
train_folder = "./data/training"

[[tasks]]
name = "train_val_generators"
title = "Feed the images"
entry_points = ["train_val_generators"]

[[tasks]]
name = "create_model"
title = "Build the network"
entry_points = ["create_model"]

[calls.pipeline]
entries = ["train_val_generators", "train_test_generators"]
arguments = ["{train_folder}/"]
"""


@pytest.fixture
def exercise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Exercise:
    """Week 1 with a variant and a hidden test of its own, in a copy."""
    home = tmp_path / "exercises"
    shutil.copytree(load_exercise(NAME).folder.parent, home)
    for shipped in (home / NAME / "variants", home / NAME / "hidden_tests" / "variants"):
        shutil.rmtree(shipped, ignore_errors=True)
    (home / NAME / "variants").mkdir()
    (home / NAME / "variants" / "directories.toml").write_text(VARIANT)
    own = home / NAME / "hidden_tests" / "variants" / "directories"
    own.mkdir(parents=True)
    (own / "test_1_generators.py").write_text("# checks of this variant alone\n")
    monkeypatch.setattr(loading, "exercises_dir", lambda: home)
    monkeypatch.setattr(loading, "hidden_tests_dir", lambda name: home / name / "hidden_tests")
    return load_exercise(NAME)


def submission(folder: Path, *names: str) -> Submission:
    """A file that defines these functions."""
    path = folder / "mine.py"
    path.write_text("import os\n\n\n" + "".join(f"def {name}():\n    return 1\n\n\n" for name in names))
    return read_submission(path)


def test_a_variant_has_its_own_tasks_params_and_tests(exercise: Exercise) -> None:
    """What it does not name is the exercise's; its own hidden tests are not the exercise's."""
    (variant,) = exercise.variants
    assert (variant.name, variant.variant) == (NAME, "directories")
    assert variant.entry_points == ("train_val_generators", "create_model")
    assert (variant.params.image_size, variant.params.channels) == (150, exercise.params.channels)
    assert set(variant.test_files) == {"test_3_create_model.py", "test_1_generators.py"}
    assert "test_1_generators.py" not in exercise.test_files
    assert variant.digest != exercise.digest


def test_what_a_variant_fixes_no_overlay_changes(exercise: Exercise, tmp_path: Path) -> None:
    """Notebooks of that generation have their sizes written into them."""
    overlay = tmp_path / "overlay.toml"
    overlay.write_text("[params]\nimage_size = 32\nmin_convolutions = 1\n")
    changed = load_exercise(NAME, overlay)
    assert (changed.params.image_size, changed.variants[0].params.image_size) == (32, 150)
    assert changed.variants[0].params.min_convolutions == 1


def test_a_submission_is_graded_in_the_convention_whose_names_it_defines(exercise: Exercise, tmp_path: Path) -> None:
    """By any of an entry point's names; nothing at all is graded as the exercise says."""
    chosen = {
        ("train_val_datasets", "create_model", "plot_history"): "default",
        ("train_val_generators", "create_model"): "directories",
        ("train_test_generators", "create_model"): "directories",
        (): "default",
    }
    for names, variant in chosen.items():
        assert chosen_variant(exercise, submission(tmp_path, *names)).variant == variant


def test_calls_name_what_the_submission_defines(exercise: Exercise, tmp_path: Path) -> None:
    """Arguments follow the params."""
    (variant,) = exercise.variants
    assert resolved_calls(variant, submission(tmp_path, "train_test_generators")) == {
        "pipeline": {
            "entry": "train_test_generators",
            "arguments": ["./data/training/"],
            "takes": "texts",
            "names": ["train_test_generators"],
        },
        "model": {"entry": "create_model", "arguments": [], "takes": "texts", "names": ["create_model"]},
    }


def test_a_faulty_variant_is_one_line(exercise: Exercise) -> None:
    (exercise.folder / "variants" / "broken.toml").write_text(
        'tasks = []\n[params]\nimage_size = "large"\nsizes = {}\n'
    )
    with pytest.raises(UsageError, match=r"^week1_larger_dataset/variants/broken\.toml: \[params\] sizes"):
        load_exercise(NAME)


def test_a_task_that_an_overlay_leaves_out_is_left_out_of_variants_too(exercise: Exercise, tmp_path: Path) -> None:
    """Else no check of it reports, and the submission is left ungraded."""
    overlay = tmp_path / "less.toml"
    overlay.write_text('leave_out = ["create_model", "train/unseen_accuracy"]\n')
    (variant,) = load_exercise(NAME, overlay).variants
    assert [task.name for task in variant.tasks] == ["train_val_generators"]
    assert set(variant.omitted) >= {"create_model", "train/unseen_accuracy"}


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("net = MobileNetV2(weights=None)\nmodel = Model(net.input, x)\n", "net"),
        ("net = applications.InceptionV3()\nother = VGG16()\nmodel = x\n", "other"),
        ("net = MobileNetV2()\npre_trained_model = net\nmodel = x\n", "pre_trained_model"),
        ("def make():\n    net = MobileNetV2()\nmodel = x\n", "pre_trained_model"),
    ],
)
def test_the_backbone_of_a_script_goes_by_the_name_under_which_it_is_built(
    tmp_path: Path, code: str, name: str
) -> None:
    """Where it has not the usual one."""
    path = tmp_path / "mine.py"
    path.write_text(code)
    found = read_submission(path)
    chosen = chosen_variant(load_exercise("week3_transfer_learning"), found)
    assert (chosen.variant, chosen.task("create_pre_trained_model").entry_points) == ("scripts", (name,))
    assert resolved_calls(chosen, found)["backbone"]["entry"] == name


def test_an_overlay_says_which_variants_count(exercise: Exercise, tmp_path: Path) -> None:
    """None of them, or those named; a submission in another is then graded as the exercise says."""
    overlay = tmp_path / "overlay.toml"
    overlay.write_text("variants = []\n")
    newest = load_exercise(NAME, overlay)
    handed_in = submission(tmp_path, "train_val_generators", "create_model")
    assert chosen_variant(exercise, handed_in).variant == "directories"
    assert chosen_variant(newest, handed_in).variant == "default"
    overlay.write_text('variants = ["directories"]\n')
    named = load_exercise(NAME, overlay)
    assert chosen_variant(named, handed_in).variants_named
    assert not chosen_variant(exercise, handed_in).variants_named
    assert len({exercise.digest, newest.digest, named.digest}) == 3
    overlay.write_text('variants = ["directory"]\n')
    with pytest.raises(UsageError, match=r"'directory', which is no variant.*directories"):
        load_exercise(NAME, overlay)


LAB = {
    "week1_larger_dataset": ("train_val_datasets", "create_model", "EarlyStoppingCallback"),
    "week2_augmentation": ("train_val_datasets", "create_augmentation_model", "create_model", "EarlyStoppingCallback"),
}


def in_words(folder: Path, code: str, *names: str) -> Submission:
    """A file that defines these functions behind some code."""
    path = folder / "mine.py"
    path.write_text(f"{code}\n\n\n" + "".join(f"def {name}():\n    return 1\n\n\n" for name in names))
    return read_submission(path)


@pytest.mark.parametrize("name", LAB)
@pytest.mark.parametrize(
    "code",
    [
        "SIZE = {size}\nBATCH_SIZE = 64\nload(image_size=(SIZE, SIZE))",
        "shape = ({size}, {size}, 3)\nlayers.Conv2D(64, 3)\nFILTERS = [64, 64, 128]",
        "load(image_size=[{size}, {size}], filters=64)",
    ],
)
def test_a_notebook_of_the_labs_is_told_by_its_sizes(name: str, code: str, tmp_path: Path) -> None:
    """It has the exercise's own names; the tasks that only the exercise has are not asked for."""
    exercise = load_exercise(name)
    (labs,) = (one for one in exercise.variants if one.variant == "labs")
    chosen = chosen_variant(exercise, in_words(tmp_path, code.format(size=labs.params.image_size), *LAB[name]))
    assert chosen.variant == "labs"
    assert chosen.entry_points == LAB[name]
    assert chosen.not_asked == tuple(task.name for task in exercise.tasks if task.name not in {*LAB[name], "train"})


@pytest.mark.parametrize("size", [64, 150])
@pytest.mark.parametrize(
    "code",
    [
        "shape = ({size}, {size}, 3)",
        "SIZE: int = {size}\nload((SIZE, SIZE))",
        "class Settings:\n    size: int = {size}\nload([settings.size, settings.size])",
        "HEIGHT = WIDTH = {size}\nload(image_size=(HEIGHT, WIDTH))",
        "HEIGHT, WIDTH = {size}, {size}\nlayers.Input((None, HEIGHT, WIDTH, 3))",
        "layers.Resizing(height={size}, width={size})",
        "tf.image.resize_with_pad(image, {size}, {size})",
        "def load(size={size}, /, *, more=3):\n    return (size, size, more)",
        "def load(*, side={size}):\n    return side, side",
        "OPTIONS = dict(side={size})\nload((OPTIONS['side'], OPTIONS['side']))",
        "OPTIONS = {{'side': {size}}}\nload((OPTIONS['side'], OPTIONS['side']))",
        "FIRST = {size}\nSECOND = FIRST\nload((int(SECOND), int(SECOND)))",
    ],
)
def test_sizes_are_found_however_they_are_written(code: str, size: int, tmp_path: Path) -> None:
    """What else is a number in the code is none."""
    noise = "plt.savefig('curves', dpi=64 + 150)\nEPOCHS = 150\nUNITS = 64\nFILTERS = [64, 64, 128]\nmany = [150, 150, 150, 150]\nflag = (True, True)"
    assert picture_sizes(in_words(tmp_path, f"{noise}\n{code.format(size=size)}")) == {size}


@pytest.mark.parametrize("code", ["a = (b, b)\nb = a\nload((a, a))", "x = (1e400, 1e400)", "(*a, *a)", "()"])
def test_odd_code_has_no_sizes(code: str, tmp_path: Path) -> None:
    """Names in a ring, numbers without end, nothing in brackets."""
    assert picture_sizes(in_words(tmp_path, code)) == frozenset()


@pytest.mark.parametrize(
    "code",
    [
        "a = a\n" * 3000 + "load((a, a))",
        "load(size=size)\n" * 3000 + "load((size, size))",
        "".join(f"a = b{n}\nb{n} = a\n" for n in range(1500)) + "load((a, a))\n" * 1000,
        "".join(f"a = {n}\n" for n in range(3000)) + "load((a, a))\n" * 3000,
    ],
    ids=["a ring", "keywords", "many names", "many numbers"],
)
def test_a_file_made_to_be_followed_without_end_is_not(code: str, tmp_path: Path) -> None:
    """It is read before any wall is up: what one name stands for is bounded."""
    assert len(picture_sizes(in_words(tmp_path, code))) <= 20


def test_a_function_of_ones_own_makes_no_exercise_of_a_lab(tmp_path: Path) -> None:
    """A name that anybody may choose for a helper."""
    found = in_words(tmp_path, "shape = (150, 150)", *LAB[NAME], "plot_history")
    assert chosen_variant(load_exercise(NAME), found).variant == "labs"


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("shape = (64, 64, 3)", LAB["week1_larger_dataset"]),
        ("shape = (64, 64, 3)\nshown = (150, 150)", LAB["week1_larger_dataset"]),
        ("layers.Resizing(64, 64)\nfit(epochs=150)", LAB["week1_larger_dataset"]),
        ("shape = (150, 150)", (*LAB["week1_larger_dataset"], "feature_maps")),
        ("shape = (150, 150)", ("helper",)),
        ("shape = (150, 150)", ()),
    ],
    ids=["own size", "both sizes", "another number", "a task of the exercise's own", "no task", "nothing"],
)
def test_a_part_of_the_exercise_is_no_notebook_of_the_labs(code: str, names: tuple[str, ...], tmp_path: Path) -> None:
    """Who leaves tasks of the exercise out is still asked for them."""
    assert chosen_variant(load_exercise(NAME), in_words(tmp_path, code, *names)).variant == "default"


@pytest.mark.parametrize(
    ("overlay", "chosen"),
    [
        ("[params]\nimage_size = 48\n", "labs"),
        ("[params]\nimage_size = 150\n", "default"),
        ('leave_out = ["readable_images", "plot_history", "feature_maps"]\n', "default"),
        ('leave_out = ["readable_images", "plot_history", "feature_maps"]\nvariants = ["labs"]\n', "labs"),
        ('variants = ["labs"]\n', "labs"),
        ('variants = ["labs", "generators", "scripts"]\n', "labs"),
        ('variants = ["generators"]\n', "default"),
        ("variants = []\n", "default"),
    ],
)
def test_an_overlay_is_not_overruled_by_the_labs(overlay: str, chosen: str, tmp_path: Path) -> None:
    """Who sets their size, or leaves out what they lack, has said what is asked for; who names them wants them."""
    path = tmp_path / "overlay.toml"
    path.write_text(overlay)
    found = in_words(tmp_path, "shape = (150, 150)", *LAB[NAME])
    assert chosen_variant(load_exercise(NAME, path), found).variant == chosen


def test_what_an_overlay_leaves_out_a_kept_task_is_too(tmp_path: Path) -> None:
    """And no fault of the variant's."""
    overlay = tmp_path / "overlay.toml"
    overlay.write_text('leave_out = ["EarlyStoppingCallback"]\n')
    (labs,) = (one for one in load_exercise(NAME, overlay).variants if one.variant == "labs")
    assert "EarlyStoppingCallback" not in labs.entry_points
    assert "EarlyStoppingCallback" not in labs.not_asked


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('keep = ["create_modle"]', r"keep names 'create_modle', which is no task; .*create_model"),
        ('sizes = ["image_size"]\nkeep = ["create_model"]', r"sizes names 'image_size'; it has to be a whole number"),
        (
            'sizes = ["side"]\nkeep = ["create_model"]\n[params]\nside = 3\n[params_rules]\nside = { minimum = 1 }',
            r"sizes names 'side'; it has to be a whole number, set here and in the exercise",
        ),
        ('unless = ["other"]', r"labs\.toml: it has no task; `keep` names"),
    ],
)
def test_what_a_variant_names_wrongly_is_told(exercise: Exercise, text: str, message: str) -> None:
    """By its file, in one line."""
    (exercise.folder / "variants" / "labs.toml").write_text(text)
    with pytest.raises(UsageError, match=message):
        load_exercise(NAME)


def test_what_a_variant_does_not_ask_for_is_known(exercise: Exercise) -> None:
    """A report tells it, since whoever chooses the names of the functions chooses the tasks."""
    (variant,) = exercise.variants
    assert exercise.not_asked == ()
    assert set(variant.not_asked) == {task.name for task in exercise.tasks} - {"train_val_generators", "create_model"}


def test_data_sets_may_go_by_the_name_of_another_generation(tmp_path: Path) -> None:
    """Where both find the same images: in week 3, and in no other, where an earlier generation keeps them elsewhere."""
    rest = ("create_pre_trained_model", "output_of_last_layer", "create_final_model", "extract_features", "fine_tune")
    exercise, found = load_exercise("week3_transfer_learning"), submission(tmp_path, "train_val_generators", *rest)
    chosen = chosen_variant(exercise, found)
    assert chosen.variant == "default"
    assert chosen.task("train_val_datasets").entry_points == ("train_val_generators",)
    assert chosen.task("train").entry_points[0] == "train_val_generators"
    call = resolved_calls(chosen, found)["pipeline"]
    assert call["entry"] == "train_val_generators"
    assert call["arguments"] == [f"{exercise.params.train_folder}/", f"{exercise.params.validation_folder}/"]
    both = submission(tmp_path, "train_val_datasets", "train_val_generators", *rest)
    assert chosen_variant(exercise, both).task("train_val_datasets").entry_points == ("train_val_datasets",)
    other = submission(
        tmp_path, "train_val_generators", "create_model", "plot_history", "feature_maps", "readable_images"
    )
    first = chosen_variant(load_exercise("week1_larger_dataset"), other)
    assert first.task("train_val_datasets").entry_points == ("train_val_datasets",)
