"""Hidden checks of `parse_data_from_input`: a CSV file of random pictures."""

from grader.checks import tables
from grader.examiner import check

TASK = "parse_data_from_input"


@check(task=TASK, points=4, concept="many-labels")
def test_rows(multiclass):
    """Gives one picture and one label for each row."""
    tables.assert_rows(multiclass.table)


@check(task=TASK, points=6, concept="channels")
def test_images(multiclass):
    """Gives the pixels as they stand in the file, as square pictures."""
    tables.assert_images(multiclass.table)


@check(task=TASK, points=5, concept="many-labels")
def test_labels(multiclass):
    """Gives each picture the label of its row."""
    tables.assert_labels(multiclass.table)
