"""How a course's submissions lie in a folder or zip: one module for each layout, and what recognises them.

What a learning platform promises about its names is written down in `docs/batch.md`.
"""

from grader.batch.layouts.base import Handed, Layout, Place
from grader.batch.layouts.known import LAYOUTS, Found, LayoutName, recognised

__all__ = ["LAYOUTS", "Found", "Handed", "Layout", "LayoutName", "Place", "recognised"]
