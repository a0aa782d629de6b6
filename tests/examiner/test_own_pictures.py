"""Where training pictures come changed, the network is asked about those that lie in the folder."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from grader.checks.finding import CheckFailed
from grader.checks.unchanged import Unchanged
from grader.data.thumbnails import file_thumbnails, match
from grader.examiner import prepared
from grader.examiner.source import Unusable
from grader.examiner.training import TrainedEvidence
from tests.examiner.kit import evidence_of, valid_answers


def augmenting() -> TrainedEvidence:
    """The reference's evidence, its pipeline taken for one that changes its training pictures."""
    evidence = evidence_of(valid_answers())
    evidence.__dict__["_once_real_pipeline"] = (replace(evidence.real_pipeline, held=False), None)
    return evidence


def test_pictures_that_were_held_against_their_files_need_no_second_question() -> None:
    evidence = evidence_of(valid_answers())
    assert evidence.real_pipeline.held
    assert evidence.own_pictures is None
    assert evidence.on_own_pictures(None) is None


def test_they_are_the_ones_that_do_not_come_on_the_validation_side() -> None:
    """As that side prepares them, with the labels of their folders, and no more than there are hidden ones."""
    evidence = augmenting()
    own, files = evidence.own_pictures, evidence.assignment.training_files
    shown = match(own.images, file_thumbnails(list(files.values())))
    aside = {data for _, data in evidence.real_pipeline.validation_files}
    assert aside
    assert len(shown) == len(evidence.assignment.hidden_files) == len(set(shown.tolist()) - {-1})
    assert not aside & {list(files.values())[i] for i in shown}
    names = [list(files)[i].split("/")[0] for i in shown]
    assert own.labels.reshape(-1).tolist() == [evidence.real_pipeline.class_numbers[name] for name in names]
    side = evidence.real_pipeline.pipeline.validation.passes[0].images
    assert own.images.shape[1:] == side.shape[1:]
    assert np.ptp(own.images) > 100


@pytest.mark.parametrize("painted", [False, True])
def test_each_pass_is_held_against_them(painted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """One painted pass is enough, wherever it comes."""
    evidence = augmenting()
    real = evidence.real_pipeline
    one = real.pipeline.train.passes[0]
    images = one.images * 0.01
    images[:, 0, 0] = one.labels.reshape(-1, 1) * 255
    train = replace(real.pipeline.train, passes=(one, replace(one, images=images) if painted else one, one))
    evidence.__dict__["_once_real_pipeline"] = (replace(real, pipeline=replace(real.pipeline, train=train)), None)
    monkeypatch.setattr("grader.checks.unchanged.output_kind", lambda _: "logit")
    monkeypatch.setattr("grader.checks.unchanged.outputs_of", lambda _, given: given[:, 0, 0, :1] / 255 - 0.5)
    if painted:
        with pytest.raises(CheckFailed, match="tell the network"):
            evidence.on_own_pictures(SimpleNamespace())
    else:
        assert 0 <= evidence.on_own_pictures(SimpleNamespace()) <= 1


def test_wrong_labels_that_were_learnt_by_heart_are_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    """They make a network surer of its training pictures, too, and their check says why."""
    evidence = augmenting()
    probed = evidence.probed_pipeline
    sides = {
        side.name: replace(side, passes=tuple(replace(one, labels=one.labels[::-1]) for one in side.passes))
        for side in probed.pipeline.sides
    }
    evidence.__dict__["_once_probed_pipeline"] = (replace(probed, pipeline=replace(probed.pipeline, **sides)), None)
    monkeypatch.setattr(prepared, "compared", lambda *_: Unchanged(0.5, 2.0))
    with pytest.raises(Unusable, match="Waiting for `train_val_datasets/labels`"):
        evidence.on_own_pictures(SimpleNamespace())


def test_a_folder_that_all_comes_on_the_validation_side_is_asked_about_as_a_whole() -> None:
    evidence = augmenting()
    files = evidence.assignment.training_files
    real = replace(evidence.real_pipeline, validation_files=tuple(enumerate(files.values())))
    evidence.__dict__["_once_real_pipeline"] = (real, None)
    assert evidence._for_training() == list(files)


@pytest.mark.parametrize("hidden", [True, False])
def test_what_the_grader_cannot_prepare_goes_the_students_way(hidden: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    evidence = augmenting()
    evidence.__dict__["_once__preparation"] = (None, None)
    asked: list[tuple[int, str]] = []

    def through(data, purpose):
        asked.append((len(data), purpose))
        return np.zeros((2, 4, 4, 3)), np.array([0, 1])

    monkeypatch.setattr(evidence, "_through_student", through)
    found = evidence.hidden if hidden else evidence.own_pictures
    assert len(found.labels) == 2
    assert asked == [(20, "detour" if hidden else "detour of own pictures")]
    assert prepared.MOST_OF_THE_FOLDER > 20
