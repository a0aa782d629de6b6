"""What a list of file names says of the function that made it."""

from __future__ import annotations

import pytest

from grader.checks import files
from grader.checks.finding import CheckFailed

KINDS = {"a.jpg": "photo", "b.jpg": "photo", "c.jpg": "photo", "d.jpg": "grayscale", "e.jpg": "empty", "f.txt": "stray"}


@pytest.mark.parametrize(
    ("names", "seen"),
    [
        ([], "The list is empty."),
        (["x/a.jpg", "x/b.jpg", "x/c.jpg"], "The list holds paths, not file names."),
        (["1.jpg", "2.jpg"], "2 names in the list are not in the folder that was given."),
        (["a.jpg"], "The list holds 1 of 3 ordinary photographs."),
        (["a.jpg", "a.jpg", "d.jpg"], "The list holds 1 of 3 ordinary photographs."),
    ],
    ids=["empty", "paths", "other names", "one photograph", "one photograph twice"],
)
def test_a_list_with_hardly_any_photograph_is_not_usable(names: list[str], seen: str) -> None:
    """Whatever it leaves out, it leaves out for another reason; the message names it."""
    with pytest.raises(CheckFailed) as caught:
        files.assert_enough(names, KINDS)
    assert caught.value.seen == seen


@pytest.mark.parametrize("names", [["a.jpg", "b.jpg"], list(KINDS), ["a.jpg", "b.jpg", "x.jpg"]])
def test_a_list_with_half_of_the_photographs_is_judged(names: list[str]) -> None:
    """Unusual files, wrong ones and strange names are for the checks that follow."""
    files.assert_enough(names, KINDS)


def test_a_list_of_everything_leaves_nothing_out() -> None:
    """What it keeps was not chosen."""
    assert not files.leaves_out_anything(list(KINDS), KINDS)
    assert files.leaves_out_anything(["a.jpg"], KINDS)


@pytest.mark.parametrize(
    ("after", "seen"),
    [
        ({"a.jpg": 3}, "1 of 2 files are gone"),
        ({"a.jpg": 3, "b.jpg": 0, "c.jpg": 1}, "1 are new or changed"),
        ({"a.jpg": 4}, "1 of 2 files are gone, and 1 are new or changed"),
    ],
)
def test_a_folder_that_was_changed_is_told(after: dict[str, int], seen: str) -> None:
    """Files removed, added, rewritten; the same folder passes."""
    before = {"a.jpg": 3, "b.jpg": 0}
    files.assert_left_alone(before, before)
    with pytest.raises(CheckFailed, match=seen):
        files.assert_left_alone(after, before)
