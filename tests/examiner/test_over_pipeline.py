"""Checks that judge pipeline and model together wait where there is no pipeline, and pass where the model alone does."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from grader.checks.finding import CheckFailed
from grader.examiner.evidence import Evidence
from grader.examiner.source import Unusable


def evidence(pipeline: Any, failure: Exception | None) -> Evidence:
    """Evidence whose pipeline was gathered already, or could not be."""
    made = Evidence.__new__(Evidence)
    made.__dict__["_once_probed_pipeline"] = (pipeline, failure)
    return made


def fails() -> None:
    raise CheckFailed("Values up to 255 reach the first layer.", expected="", why="", hint="")


def test_a_failure_waits_for_a_pipeline_that_is_not_there() -> None:
    """What the pipeline might have done about it, nobody knows."""
    cause = Unusable("student_error", "It raised an error.")
    with pytest.raises(Unusable) as caught:
        evidence(None, cause).over_pipeline(fails)
    assert caught.value is cause


def test_with_a_pipeline_a_failure_is_one() -> None:
    """Both were looked at."""
    with pytest.raises(CheckFailed, match="Values up to 255"):
        evidence(object(), None).over_pipeline(fails)


def test_what_passes_needs_no_pipeline() -> None:
    """A model that rescales by itself is right, whatever the pipeline does."""
    evidence(None, Unusable("student_error", "It raised an error.")).over_pipeline(lambda: None)


@pytest.mark.parametrize(("high", "flat"), [(1.0, True), (255.0, False)], ids=["hardly a value", "pictures"])
def test_pixel_values_wait_for_pictures_that_hold_some(high: float, flat: bool) -> None:
    """Pictures of zeros and ones say nothing about rescaling; the check of their range says why they are."""
    images = np.random.default_rng(0).uniform(0, high, (4, 16, 16, 3))
    images = np.floor(images) if flat else images
    side = SimpleNamespace(passes=[SimpleNamespace(images=images)])
    given = evidence(SimpleNamespace(pipeline=SimpleNamespace(sides=(side, side))), None)
    assert given.flat is flat
    given.over_pictures(lambda: None)
    with pytest.raises(Unusable if flat else CheckFailed) as caught:
        given.over_pictures(fails)
    if flat:
        assert caught.value.status == "blocked"
        assert caught.value.seen == "Waiting for `train_val_datasets/value_range`."
