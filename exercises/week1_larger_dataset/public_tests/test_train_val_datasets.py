"""Public checks of `train_val_datasets`."""

from grader.checks import pipeline, sides
from grader.examiner import check

TASK = "train_val_datasets"


@check(task=TASK, points=0, concept="batches")
def test_returns_two_datasets(probed):
    """Returns a training and a validation data set of images and labels."""
    assert len(probed.pipeline.sides) == 2


@check(task=TASK, points=0, concept="one-size")
def test_image_shape(probed, params):
    """Brings pictures of all shapes to one size."""
    pipeline.assert_image_shape(probed.pipeline, params.image_size, params.channels)


@check(task=TASK, points=0, concept="split")
def test_split_size(probed, params):
    """Keeps the right share of the pictures for validation."""
    sides.assert_split_size(probed.pipeline, params.validation_split, len(probed.probe.images))


@check(task=TASK, points=0, concept="batches")
def test_batch_size(probed, params):
    """Gives batches of the size asked for."""
    pipeline.assert_batch_size(probed.pipeline, params.batch_size)
