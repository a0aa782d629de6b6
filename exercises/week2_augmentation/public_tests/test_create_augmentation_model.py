"""Public checks of `create_augmentation_model`."""

from grader.checks import augmentation
from grader.examiner import check

TASK = "create_augmentation_model"


@check(task=TASK, points=0, concept="augmentation")
def test_shape(augmented, params):
    """Gives pictures back in the shape in which they came."""
    augmentation.assert_shape_kept(augmented, params.image_size, params.channels)


@check(task=TASK, points=0, concept="augmentation")
def test_changes_in_training(variants):
    """Changes pictures while the network trains."""
    augmentation.assert_changes_in_training(variants)


@check(task=TASK, points=0, concept="training-and-inference")
def test_unchanged_at_inference(variants):
    """Leaves pictures alone outside of training."""
    augmentation.assert_unchanged_at_inference(variants)
