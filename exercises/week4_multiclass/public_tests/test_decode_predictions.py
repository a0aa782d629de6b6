"""Public checks of `decode_predictions`."""

from grader.checks import decoding
from grader.examiner import check

TASK = "decode_predictions"


@check(task=TASK, points=0, concept="decoding")
def test_one_list_each(multiclass):
    """Returns a list of (name, probability) for each picture."""
    decoding.assert_one_list_each(multiclass.decoded)


@check(task=TASK, points=0, concept="decoding")
def test_best_first(multiclass):
    """Names the most probable classes, the best one first."""
    decoding.assert_best_first(multiclass.decoded)
