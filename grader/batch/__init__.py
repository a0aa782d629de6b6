"""Many submissions: which files they are, an executor that grades them, resuming, and what came of it.

`grade_folder` grades a folder, `grade_file` one file. Both return values and write reports; neither prints.
"""

from grader.batch.collect import Choices, Ignored, collect
from grader.batch.engine import Engine, GradingEngine, Plan
from grader.batch.events import BatchEvents, Silent
from grader.batch.outcome import BatchOutcome, BatchRow
from grader.batch.place import Place
from grader.batch.run import grade_folder
from grader.batch.selection import Selection
from grader.batch.single import Single, grade_file

__all__ = [
    "BatchEvents",
    "BatchOutcome",
    "BatchRow",
    "Choices",
    "Engine",
    "GradingEngine",
    "Ignored",
    "Place",
    "Plan",
    "Selection",
    "Silent",
    "Single",
    "collect",
    "grade_file",
    "grade_folder",
]
