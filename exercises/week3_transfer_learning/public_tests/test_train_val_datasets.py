"""Public checks of `train_val_datasets`."""

from grader.checks import pipeline, two_folders
from grader.examiner import check

TASK = "train_val_datasets"


@check(task=TASK, points=0, concept="batches")
def test_returns_two_datasets(probed):
    """Returns a training and a validation data set of images and labels."""
    assert len(probed.pipeline.sides) == 2


@check(task=TASK, points=0, concept="one-size")
def test_image_shape(probed, params):
    """Gives every picture the same size and three channels."""
    pipeline.assert_image_shape(probed.pipeline, params.image_size, params.channels)


@check(task=TASK, points=0, concept="labels")
def test_labels(probed, params):
    """Labels every picture by the folder that it lies in."""
    pipeline.assert_labels(probed, params.class_names)


@check(task=TASK, points=0, concept="two-folders")
def test_folders(probed, params):
    """Trains on one folder and validates on the other, with every picture of each."""
    two_folders.assert_folders_honoured(probed, params.train_folder, params.validation_folder)
