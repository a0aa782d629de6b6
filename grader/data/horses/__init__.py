"""Photo-like drawings of horses and of humans."""

from __future__ import annotations

from grader.data.horses.photo import KINDS, draw_jpeg, draw_picture

__all__ = ["KINDS", "draw_jpeg", "draw_picture"]
