"""Drawn pictures of many things, to pre-train the backbone on: no horse and no human among them."""

from __future__ import annotations

from grader.data.pretraining.photo import KINDS, SIDE, draw_picture

__all__ = ["KINDS", "SIDE", "draw_picture"]
