"""Tests of contact sheets."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from grader.data.contact import contact_sheet


def picture(colour, size=(40, 20)):
    return Image.new("RGB", size, colour)


def test_sheet_is_as_large_as_its_cells():
    """Seven pictures in three columns make three rows."""
    sheet = contact_sheet([picture("red")] * 7, columns=3, cell=50, gap=2)

    assert sheet.size == (3 * 52 + 2, 3 * 52 + 2)


def test_pictures_stand_in_reading_order(tmp_path):
    """Images, bytes and paths may be mixed; each lies in the middle of its cell, transparent and grey ones too."""
    stream = BytesIO()
    picture("lime").save(stream, "PNG")
    picture("blue").convert("L").save(tmp_path / "grey.png")
    sheet = contact_sheet([picture("red"), stream.getvalue(), tmp_path / "grey.png"], columns=2, cell=40, gap=0)

    assert [sheet.getpixel(place) for place in ((20, 20), (60, 20), (20, 60), (60, 60))] == [
        (255, 0, 0),
        (0, 255, 0),
        (29, 29, 29),
        (255, 255, 255),
    ]


def test_large_pictures_shrink_and_the_callers_stay_as_they_were():
    """A picture keeps its proportions within its cell, and the image handed in is not changed."""
    large = picture("red", (400, 100))
    sheet = contact_sheet([large], cell=40, gap=0)

    assert large.size == (400, 100)
    assert (sheet.getpixel((20, 20)), sheet.getpixel((20, 10))) == ((255, 0, 0), (255, 255, 255))


def test_nothing_to_show_is_refused():
    """No pictures or no columns make no sheet."""
    with pytest.raises(ValueError, match="at least one picture"):
        contact_sheet([])
    with pytest.raises(ValueError, match=r"`columns` \(=0\)"):
        contact_sheet([picture("red")], columns=0)
