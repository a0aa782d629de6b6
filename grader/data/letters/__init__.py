"""Small gray pictures of printed capitals, for exercises with many classes."""

from __future__ import annotations

from grader.data.letters.picture import LETTERS, SIDE, draw_letter, draw_png

__all__ = ["LETTERS", "SIDE", "draw_letter", "draw_png"]
