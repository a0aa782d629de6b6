"""Hidden checks of `feature_maps` and `plot_feature_maps`: on the grader's own model and image."""

from grader.checks import map_pictures
from grader.checks import maps as feature_maps
from grader.examiner import check

TASK = "feature_maps"


@check(task=TASK, points=1, concept="feature-maps")
def test_returns_pairs(maps):
    """Returns a list of layer names with arrays."""
    assert maps.given is not None


@check(task=TASK, points=3, concept="feature-maps")
def test_layers_in_order(maps):
    """Has one entry for each convolution and pooling layer, in order."""
    feature_maps.assert_layers(maps.given, maps.truth)


@check(task=TASK, points=4, concept="feature-maps")
def test_values(maps):
    """Gives the true activations of each layer."""
    feature_maps.assert_values(maps.given, maps.truth)


@check(task=TASK, points=2, concept="feature-maps")
def test_picture(drawn_maps):
    """Draws the maps of every layer."""
    map_pictures.assert_pictures(drawn_maps.drawing, drawn_maps.truth)
