"""Photo-like drawings of cats and dogs."""

from __future__ import annotations

from grader.data.pets.photo import KINDS, draw_jpeg, draw_pet

__all__ = ["KINDS", "draw_jpeg", "draw_pet"]
