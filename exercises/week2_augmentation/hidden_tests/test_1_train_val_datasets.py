"""Hidden checks of `train_val_datasets`: a probe folder whose images carry their identity in their pixels."""

from grader.checks import class_labels, pipeline, sides
from grader.examiner import check

TASK = "train_val_datasets"


@check(task=TASK, points=1, concept="batches")
def test_returns_two_datasets(probed):
    """Returns a training and a validation data set of images and labels."""
    assert len(probed.pipeline.sides) == 2


@check(task=TASK, points=2, concept="one-size")
def test_image_shape(probed, params):
    """Brings pictures of all shapes to one size."""
    pipeline.assert_image_shape(probed.pipeline, params.image_size, params.channels)


@check(task=TASK, points=1, concept="value-range")
def test_value_range(probed):
    """Gives pixel values of one range on both sides."""
    pipeline.assert_value_range(probed)


@check(task=TASK, points=3, concept="labels")
def test_labels(probed, params):
    """Gives every picture the label of its folder."""
    pipeline.assert_labels(probed, params.class_names)


@check(task=TASK, points=2, concept="split")
def test_split_disjoint(probed):
    """Never shows a picture on both sides, and uses every one."""
    sides.assert_split_disjoint(probed)


@check(task=TASK, points=2, concept="split")
def test_split_size(probed, params):
    """Keeps the right share of the pictures for validation."""
    sides.assert_split_size(probed.pipeline, params.validation_split, len(probed.probe.images))


@check(task=TASK, points=1, concept="batches")
def test_batch_size(probed, params):
    """Gives batches of the size asked for."""
    pipeline.assert_batch_size(probed.pipeline, params.batch_size)


@check(task=TASK, points=1, concept="shuffling")
def test_shuffled(probed, submission):
    """Mixes the classes on both sides."""
    pipeline.assert_shuffled(probed)
    class_labels.assert_mixed_at_scale(submission.training_order)


@check(task=TASK, points=3, concept="split")
def test_validation_unchanged(probed):
    """Leaves validation pictures as they are."""
    pipeline.assert_validation_unchanged(probed)
