"""Hidden checks of `create_train_val_dirs`: the folders that are there afterwards."""

from grader.checks import dealing as dealt
from grader.examiner import check

TASK = "create_train_val_dirs"


@check(task=TASK, points=10, concept="two-folders")
def test_folders(dealing):
    """Makes a folder for each side, and in it one for each class."""
    dealt.assert_folders(dealing.tree, dealing.folders_due)
