"""Runs an exercise's hidden pytest tests over evidence and turns their outcomes into findings."""

from grader.examiner.check import check

__all__ = ["check"]
