"""Fits a rebuilt model on arrays, in a process of its own without student code."""

from grader.trainer.fit import train
from grader.trainer.spec import TrainingPass, TrainingResult, TrainingSpec, Unseen

__all__ = ["TrainingPass", "TrainingResult", "TrainingSpec", "Unseen", "train"]
