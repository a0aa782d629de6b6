"""Hidden checks of `train_val_generators`: two probe folders whose images carry their identity in their pixels."""

from grader.checks import class_labels, pipeline, two_folders
from grader.examiner import check

TASK = "train_val_datasets"


@check(task=TASK, points=2, concept="batches")
def test_returns_two_datasets(probed):
    """Returns two generators of images and labels."""
    assert len(probed.pipeline.sides) == 2


@check(task=TASK, points=4, concept="one-size")
def test_image_shape(probed, params):
    """Brings pictures of all shapes to one size."""
    pipeline.assert_image_shape(probed.pipeline, params.image_size, params.channels)


@check(task=TASK, points=4, concept="value-range")
def test_value_range(probed):
    """Gives pixel values of one range on both sides."""
    pipeline.assert_value_range(probed)


@check(task=TASK, points=6, concept="labels")
def test_labels(probed, params):
    """Gives every picture the label of its folder."""
    pipeline.assert_labels(probed, params.class_names)


@check(task=TASK, points=6, concept="two-folders")
def test_folders(probed, params):
    """Trains on one folder and validates on the other, with every picture of each."""
    two_folders.assert_folders_honoured(probed, params.train_folder, params.validation_folder)


@check(task=TASK, points=3, concept="shuffling")
def test_shuffled(probed, submission):
    """Mixes the classes in training."""
    class_labels.assert_classes_mixed(probed)
    class_labels.assert_mixed_at_scale(submission.training_order)


@check(task=TASK, points=3, concept="two-folders")
def test_validation_unchanged(probed):
    """Leaves validation pictures as they are."""
    pipeline.assert_validation_unchanged(probed)
