"""Renderers of a `Report`: pages and Markdown for students, overviews and a grade list for instructors.

Everything that a student may have written passes `safe_text` or `safe_block` and the escaping of its format.
"""

from grader.reports.grades import write_grades_csv
from grader.reports.index import IndexRow, write_index
from grader.reports.text import safe_block, safe_text, terminal_text
from grader.reports.write import write_report

__all__ = [
    "IndexRow",
    "safe_block",
    "safe_text",
    "terminal_text",
    "write_grades_csv",
    "write_index",
    "write_report",
]
