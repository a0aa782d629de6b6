"""Hidden checks of `split_data`: the files that lie in both folders after two calls with different shares."""

from grader.checks import dealing as dealt
from grader.examiner import check

TASK = "split_data"


@check(task=TASK, points=6, concept="split")
def test_files_arrive(dealing):
    """Puts files of the source folder into both folders."""
    assert len(dealing.splits) == 2


@check(task=TASK, points=5, concept="unreadable-files")
def test_drops_empty_files(dealing):
    """Leaves out files of zero bytes."""
    for split in dealing.splits:
        dealt.assert_empty_files_left_out(split)


@check(task=TASK, points=6, concept="split")
def test_split_size(dealing):
    """Gives training the share that is asked for."""
    for split in dealing.splits:
        dealt.assert_split_exact(split)


@check(task=TASK, points=7, concept="split")
def test_split_disjoint(dealing):
    """Never puts a file into both folders, and every one into either."""
    for split in dealing.splits:
        dealt.assert_split_disjoint(split)


@check(task=TASK, points=6, concept="shuffling")
def test_split_random(dealing):
    """Deals the files out at random."""
    dealt.assert_split_random(dealing.splits)
