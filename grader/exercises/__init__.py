"""Exercises: `exercise.toml` with its params and tasks, and the notebooks made from a reference.

No TensorFlow here. `load_exercise` reads an exercise; `python -m grader.exercises.generate` writes the starters.
"""

from grader.exercises.exercise import GLOBALS, Exercise, ExerciseLimits, Task
from grader.exercises.loading import exercise_names, left_out_by, load_exercise
from grader.exercises.notebooks import notebook_json, reference_notebook, starter_notebook
from grader.exercises.params import Params, ParamValue, UnknownParam
from grader.exercises.source import reference_source, render_source, starter_source

__all__ = [
    "GLOBALS",
    "Exercise",
    "ExerciseLimits",
    "ParamValue",
    "Params",
    "Task",
    "UnknownParam",
    "exercise_names",
    "left_out_by",
    "load_exercise",
    "notebook_json",
    "reference_notebook",
    "reference_source",
    "render_source",
    "starter_notebook",
    "starter_source",
]
