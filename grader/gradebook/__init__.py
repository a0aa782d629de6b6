"""The gradebook: students, what they handed in, every report of it, adjustments, and the grades that follow.

`Gradebook.open` opens one, in an SQLite file or in PostgreSQL. It is the only place that knows names of people. It needs
the optional packages of `cnn-grader[gradebook]`.
"""

from grader.gradebook.book import Gradebook
from grader.gradebook.policy import Adjustment, Attempt, Grade, LatePolicy, Rule
from grader.gradebook.reading import Assignment, AttemptHistory, History, KeptSubmission, ReportLine
from grader.gradebook.recording import HandedIn, Recorded

__all__ = [
    "Adjustment",
    "Assignment",
    "Attempt",
    "AttemptHistory",
    "Grade",
    "Gradebook",
    "HandedIn",
    "History",
    "KeptSubmission",
    "LatePolicy",
    "Recorded",
    "ReportLine",
    "Rule",
]
