"""A notebook as students write them on Colab: mounts, downloads, a hundred epochs, `rmtree` of the home folder."""

from pathlib import Path

import pytest

from grader.results import Where
from grader.submissions import Submission, read_submission, slice_submission, source_location

NOTEBOOK = Path(__file__).parent / "notebooks" / "colab_week1.ipynb"


@pytest.fixture(scope="module")
def lab() -> Submission:
    """The notebook, read."""
    return read_submission(NOTEBOOK, root=NOTEBOOK.parent)


def test_data_sets(lab, kept):
    """Constants, their changes and the seeds come along; the download, the unpacking and the deletion do not."""
    assert kept(lab, "train_val_datasets") == (
        "import tensorflow as tf\n"
        "SEED = 42\n"
        "tf.random.set_seed(SEED)\n"
        "source_path = './PetImages'\n"
        "IMG_SIZE = 150\n"
        "BATCH = 128\n"
        "CONFIG = {'split': 0.2}\n"
        "CONFIG['split'] = 0.1\n"
        "def train_val_datasets():\n"
        '    """Datasets."""\n'
        "    # START CODE HERE\n"
        "    return tf.keras.utils.image_dataset_from_directory(\n"
        "        source_path,\n"
        "        image_size=(IMG_SIZE, IMG_SIZE),\n"
        "        batch_size=BATCH,\n"
        "        label_mode='binary',\n"
        "        validation_split=CONFIG['split'],\n"
        "        subset='both',\n"
        "        seed=SEED,\n"
        "    )"
    )


def test_model(lab, kept):
    """Helpers above and constants below come along; the call that makes a global model does not."""
    text = kept(lab, "create_model")
    assert text.startswith(
        "import tensorflow as tf\nfrom tensorflow.keras import layers\nSEED = 42\ntf.random.set_seed"
    )
    assert "def conv_block(filters):" in text
    assert text.endswith("    return model\nLOSS = 'binary_crossentropy'")
    assert "IMG_SIZE = 100" not in text


def test_callback(lab, kept):
    """A class with a constant that is defined after it."""
    assert kept(lab, "EarlyStoppingCallback").endswith("THRESHOLDS = .95, .80")


def test_nothing_dangerous_is_kept(lab, kept):
    """No slice mounts, downloads, deletes, trains, kills or prints."""
    everything = kept(lab, "train_val_datasets", "create_model", "EarlyStoppingCallback", "plot_history", "plot_mine")
    for word in ("drive", "wget", "rmtree", "fit(", "extractall", "os.kill", "print(", "rm -rf", "show(", "summary"):
        assert word not in everything


def test_global_history(lab):
    """A function that plots the global history is told what is missing."""
    part = slice_submission(lab, ["plot_mine"])
    assert part.unresolved == ("history",)
    assert slice_submission(lab, ["plot_history"]).unresolved == ()


def test_syntax_error_costs_one_task(lab):
    """The cell with the missing colon is that task's problem alone."""
    part = slice_submission(lab, ["feature_maps"])
    assert (part.broken.cell, part.broken.line, part.broken.message, part.missing) == (15, 1, "expected ':'", ())
    assert slice_submission(lab, ["create_model"]).broken is None


def test_global_model(lab, kept):
    """Where the global itself is asked for, it is built, and not trained."""
    text = kept(lab, "model")
    assert "model = create_model()" in text
    assert "fit(" not in text


def test_locations(lab):
    """Cells are counted as Colab shows them."""
    assert source_location(lab, "create_model") == Where(cell=11, line=5)
    assert source_location(lab, "IMG_SIZE") == Where(cell=6, line=2)


def test_dropped_lines(lab):
    """Every magic is on record."""
    assert [(line.cell, line.line) for line in lab.dropped] == [
        (2, 1), (2, 2), (2, 3), (2, 4), (2, 5), (2, 6), (9, 1), (9, 2), (9, 3), (13, 1), (16, 1), (16, 2),
    ]  # fmt: skip
