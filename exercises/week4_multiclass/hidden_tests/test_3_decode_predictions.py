"""Hidden checks of `decode_predictions`: made-up probabilities, class names that nobody could know."""

from grader.checks import decoding
from grader.examiner import check

TASK = "decode_predictions"


@check(task=TASK, points=2, concept="decoding")
def test_one_list_each(multiclass):
    """Returns a list of (name, probability) for each picture."""
    decoding.assert_one_list_each(multiclass.decoded)


@check(task=TASK, points=4, concept="decoding")
def test_best_first(multiclass):
    """Names the most probable classes, the best one first."""
    decoding.assert_best_first(multiclass.decoded)


@check(task=TASK, points=4, concept="the-missing-letter")
def test_names(multiclass):
    """Takes names from the class names, where a letter may be missing."""
    decoding.assert_names(multiclass.decoded, multiclass.decoded_words)


@check(task=TASK, points=1, concept="decoding")
def test_probabilities(multiclass):
    """Gives each name its probability, as it stands in the array."""
    decoding.assert_probabilities(multiclass.decoded)


@check(task=TASK, points=2, concept="decoding")
def test_ties(multiclass):
    """Names classes of equal probability in their order."""
    decoding.assert_ties(multiclass.decoded_ties)


@check(task=TASK, points=3, concept="decoding")
def test_top(multiclass):
    """Gives as many entries as asked for, and all where there are fewer."""
    decoding.assert_top((multiclass.decoded, *multiclass.decoded_tops))
