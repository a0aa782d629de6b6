"""Public checks of `feature_maps`."""

from grader.checks import maps as feature_maps
from grader.examiner import check

TASK = "feature_maps"


@check(task=TASK, points=0, concept="feature-maps")
def test_returns_pairs(maps):
    """Returns a list of layer names with arrays."""
    assert maps.given is not None


@check(task=TASK, points=0, concept="feature-maps")
def test_layers_in_order(maps):
    """Has one entry for each convolution and pooling layer, in order."""
    feature_maps.assert_layers(maps.given, maps.truth)
