"""Tests of the pre-training classes."""

from __future__ import annotations

import re

import numpy as np
import pytest

from grader.data import dataset_names
from grader.data.horses import KINDS as WEEK3
from grader.data.pretraining import KINDS, SIDE, draw_picture


@pytest.mark.parametrize("kind", KINDS)
def test_every_class_can_be_drawn_again_and_again(kind):
    """Equal generators give equal pictures of 96 pixels, different ones different pictures, none of one colour."""
    pictures = [np.asarray(draw_picture(kind, np.random.default_rng(number))) for number in (*range(6), 0)]

    assert {picture.shape for picture in pictures} == {(SIDE, SIDE, 3)}
    assert (pictures[0] == pictures[-1]).all()
    assert len({picture.tobytes() for picture in pictures}) == 6
    assert min(picture.std() for picture in pictures) > 2


def test_there_are_enough_classes_to_learn_from():
    """Between 30 and 60, each named once."""
    assert 30 <= len(set(KINDS)) == len(KINDS) <= 60


def test_no_class_of_week_3_is_among_them():
    """What week 3 asks for has never been shown to the backbone: neither horse nor human under any name."""
    forbidden = re.compile(r"horse|pony|zebra|donkey|mule|foal|human|man$|woman|person|people|child|boy|girl|face")

    assert not set(WEEK3) & set(KINDS)
    assert not [kind for kind in KINDS if forbidden.search(kind)]


def test_students_are_not_offered_the_pretraining_pictures():
    """They are no data set of an exercise."""
    assert not [name for name in dataset_names() if "pretrain" in name]


def test_unknown_class_is_named():
    """A class that cannot be drawn is refused with those that can."""
    with pytest.raises(ValueError, match=r"`kind` \(='horses'\) must be one of bicycle, bird, "):
        draw_picture("horses", np.random.default_rng(0))
