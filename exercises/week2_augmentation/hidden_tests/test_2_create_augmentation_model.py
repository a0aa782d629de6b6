"""Hidden checks of `create_augmentation_model`: what it does to probe pictures, in training and at inference."""

from grader.checks import augmentation
from grader.examiner import check

TASK = "create_augmentation_model"


@check(task=TASK, points=2, concept="augmentation")
def test_shape(augmented, params):
    """Gives pictures back in the shape in which they came."""
    augmentation.assert_shape_kept(augmented, params.image_size, params.channels)


@check(task=TASK, points=4, concept="augmentation")
def test_changes_in_training(variants):
    """Changes pictures while the network trains."""
    augmentation.assert_changes_in_training(variants)


@check(task=TASK, points=4, concept="training-and-inference")
def test_unchanged_at_inference(variants):
    """Leaves pictures alone outside of training."""
    augmentation.assert_unchanged_at_inference(variants)


@check(task=TASK, points=4, concept="rescaling")
def test_range(variants):
    """Keeps the range of values."""
    augmentation.assert_range_kept(variants)


@check(task=TASK, points=4, concept="augmentation")
def test_several_kinds(variants, params):
    """Makes several kinds of change."""
    augmentation.assert_several_kinds(variants, params.min_kinds)


@check(task=TASK, points=3, concept="augmentation-strength")
def test_content_kept(variants):
    """Keeps the pet in sight."""
    augmentation.assert_content_kept(variants)


@check(task=TASK, points=3, concept="augmentation-strength")
def test_sane_strength(variants):
    """Makes variants that could be photographs."""
    augmentation.assert_sane_strength(variants)
