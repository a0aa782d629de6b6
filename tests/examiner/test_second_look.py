"""What the real photos say against a pipeline that was honest on the probe folder."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from PIL import Image

from grader.checks.batches import Pass, Pipeline, Side
from grader.checks.finding import CheckFailed
from grader.data.thumbnails import decoded, file_thumbnails
from grader.examiner.check import CheckSpec
from grader.examiner.local_source import LocalSource
from grader.examiner.plugin import CheckPlugin
from grader.examiner.prepared import PreparedEvidence
from grader.examiner.real_images import RealImagesEvidence
from grader.examiner.second_look import (
    COMPARED,
    FEWEST,
    TELLS,
    Photos,
    assert_those_of_the_folder,
    left_out,
    mark_of,
    nothing_recognised,
    split_of,
)
from grader.examiner.source import Unusable, waiting
from grader.examiner.training import TrainedEvidence
from tests.examiner.kit import assignment

COUNT, ASIDE, SIDE = 240, 48, 24
SPLIT, ACCURACY, PLOT = "train_val_datasets/split_size", "train/unseen_accuracy", "plot_history/curves"


@cache
def files() -> tuple[bytes, ...]:
    rng = np.random.default_rng(3)
    made = []
    for _ in range(COUNT):
        buffer = io.BytesIO()
        coarse = rng.integers(0, 255, (5, 6, 3)).astype(np.uint8)
        Image.fromarray(coarse).resize((48, 48), Image.Resampling.BICUBIC).save(buffer, "PNG")
        made.append(buffer.getvalue())
    return tuple(made)


def prepared() -> np.ndarray:
    small = [Image.fromarray(decoded(data)).resize((SIDE, SIDE), Image.Resampling.NEAREST) for data in files()]
    return np.stack([np.asarray(one, np.float32) for one in small]) / 255


def photos(train: np.ndarray | None = None, validation: np.ndarray | None = None, seed: int = 0) -> Photos:
    """A pipeline that puts the first photos aside; one side may be given otherwise."""
    images, labels = prepared(), np.arange(COUNT, dtype=np.float32) % 2
    train = images[ASIDE:] if train is None else train
    validation = images[:ASIDE] if validation is None else validation

    def side(name, shown, numbers):
        return Side(name, (Pass(shown.astype(np.float32), numbers[: len(shown)], None, (len(shown),)),), endless=False)

    found = Pipeline(side("train", train, labels), side("validation", validation, labels))
    return Photos.recognised(found, files(), file_thumbnails(list(files())), seed)


def test_an_honest_pipeline_has_nothing_told_of_it() -> None:
    given = photos()
    assert given.any
    assert np.mean(given.validation >= 0) == 1.0
    assert given.on_both_sides() == (0, ASIDE)
    assert split_of(given, ASIDE / COUNT) == {}
    assert given.remainder().pixels < 0.05
    assert_those_of_the_folder(given)


@pytest.mark.parametrize("scale", [1.0, 2.0, 255.0])
def test_one_scale_for_all_pictures_is_the_pipelines_own_affair(scale: float) -> None:
    assert_those_of_the_folder(photos(train=prepared()[ASIDE:] * scale + 0.5))


def test_a_label_that_is_painted_into_the_pictures_is_told() -> None:
    images = prepared()[ASIDE:]
    images[::2, :3, :3] += 0.3
    given = photos(train=images)
    assert given.remainder().follows > 0.9
    with pytest.raises(CheckFailed, match="not those of the folder"):
        assert_those_of_the_folder(given)


def test_a_label_that_leaves_the_mean_of_a_picture_alone_is_told() -> None:
    images = prepared()[ASIDE:]
    for first, sign in ((0, 1), (1, -1)):
        images[first::2, :2, :4] += 0.1 * sign
        images[first::2, 2:4, :4] -= 0.1 * sign
    given = photos(train=images)
    assert given.remainder().follows > 0.9
    with pytest.raises(CheckFailed, match="not those of the folder"):
        assert_those_of_the_folder(given)


def test_a_label_in_most_of_the_pictures_is_told() -> None:
    """The network need not see it in all."""
    images = prepared()[ASIDE:]
    marked = np.arange(len(images)) % 5 < 3
    images[marked, :3, :3] += 0.3 * (np.arange(len(images)) % 2 * 2 - 1)[marked, None, None, None]
    with pytest.raises(CheckFailed, match="not those of the folder"):
        assert_those_of_the_folder(photos(train=images))


@pytest.mark.parametrize("seed", range(4))
def test_pictures_that_come_first_are_no_excuse_for_the_others(seed: int) -> None:
    """Code knows at which place it hands out a picture, and must not know which ones are looked at."""
    images = prepared()[ASIDE:]
    images[COMPARED::2, :3, :3] -= 0.3
    images[COMPARED + 1 :: 2, :3, :3] += 0.3
    with pytest.raises(CheckFailed, match="not those of the folder"):
        assert_those_of_the_folder(photos(train=images, seed=seed))


@pytest.mark.parametrize("step", [1e-6, 1 / 255])
def test_what_decoders_do_to_one_class_is_no_mark(step: float) -> None:
    """Files of one class may be of another format: its pictures then differ by less than a step in 255."""
    images = prepared()[ASIDE:]
    images[::2] += step
    given = photos(train=images)
    assert given.remainder().follows > 0.9
    assert_those_of_the_folder(given)


@pytest.mark.parametrize("seed", range(5))
def test_chance_tells_no_label_however_many_pixels_there_are(seed: int) -> None:
    rest = np.random.default_rng(seed).normal(size=(COMPARED, 20_000))
    assert abs(mark_of(rest, np.arange(COMPARED) // 2 % 2).follows) < TELLS / 2


@pytest.mark.parametrize(
    ("count", "labels", "least"), [(FEWEST - 1, 2, 0.0), (FEWEST, 1, 0.0), (FEWEST, 2, 0.99), (FEWEST, 5, 0.9)]
)
def test_few_pictures_and_single_labels_say_nothing(count: int, labels: int, least: float) -> None:
    numbers = np.arange(count) // 2 % labels
    pattern = np.random.default_rng(0).normal(size=50)
    assert (mark_of(np.outer(numbers, pattern), numbers).follows > least) is (least > 0)


def test_a_mark_that_does_not_follow_the_label_is_not() -> None:
    images = prepared()[ASIDE:]
    images[::3, :3, :3] += 0.3
    assert_those_of_the_folder(photos(train=images))


def test_other_pictures_are_told() -> None:
    images = prepared()[ASIDE:]
    images += np.random.default_rng(1).normal(0, images.std(), images.shape).astype(np.float32)
    with pytest.raises(CheckFailed, match="not those of the folder"):
        assert_those_of_the_folder(photos(train=images))


def test_one_class_of_other_pictures_is_told() -> None:
    """The rest being honest does not help: it is where the label is read from."""
    images = prepared()[ASIDE:]
    images[1::2] = np.random.default_rng(1).uniform(size=images[1::2].shape)
    with pytest.raises(CheckFailed, match="not those of the folder"):
        assert_those_of_the_folder(photos(train=images))


def test_pictures_that_are_none_of_the_folders_are_told() -> None:
    noise = np.random.default_rng(1).uniform(size=(COUNT - ASIDE, SIDE, SIDE, 3))
    given = photos(train=noise)
    assert given.remainder() is None
    with pytest.raises(CheckFailed, match="not those of the folder"):
        assert_those_of_the_folder(given)


def test_nothing_is_concluded_where_validation_is_not_recognised() -> None:
    noise = np.random.default_rng(1).uniform(size=(COUNT, SIDE, SIDE, 3))
    given = photos(train=noise[ASIDE:], validation=noise[:ASIDE])
    assert not given.any
    assert_those_of_the_folder(given)
    told = nothing_recognised()
    assert "recognised" in told.pop("train_val_datasets/returns_two_datasets").seen
    assert {outcome.status for outcome in told.values()} == {"blocked"}


def test_pictures_without_values_wait_for_the_check_that_says_so() -> None:
    told = nothing_recognised(told_by="train_val_datasets/value_range")
    assert {"train_val_datasets/returns_two_datasets", "train_val_datasets/labels"} <= set(told)
    assert {outcome.seen for outcome in told.values()} == {"Waiting for `train_val_datasets/value_range`."}


@pytest.mark.parametrize("flat", [True, False])
def test_of_flat_pictures_their_range_is_the_cause(flat, monkeypatch) -> None:
    evidence = PreparedEvidence.__new__(PreparedEvidence)
    evidence.second_looks, evidence.params = {}, assignment().params
    noise = np.random.default_rng(1).uniform(size=(COUNT, SIDE, SIDE, 3))
    given = photos(train=noise[ASIDE:], validation=noise[:ASIDE])
    pictures = np.zeros_like(noise) if flat else noise
    sides = (type("Side", (), {"passes": [type("Pass", (), {"images": pictures})]}),) * 2
    probed = type("Probed", (), {"certain": False, "pipeline": type("Pipeline", (), {"sides": sides})})
    monkeypatch.setattr(RealImagesEvidence, "layout", type("Layout", (), {"split": True})())
    monkeypatch.setattr(RealImagesEvidence, "probed_pipeline", probed, raising=False)
    monkeypatch.setattr(RealImagesEvidence, "augments", True)
    evidence._look_again(given)
    first = evidence.second_looks["train_val_datasets/returns_two_datasets"]
    assert ("value_range" in first.seen) is flat
    if flat:
        assert evidence._beyond_recognition().seen == "Waiting for `train_val_datasets/value_range`."


def test_the_split_of_the_real_photos_is_looked_at() -> None:
    leaking = photos(train=prepared())
    assert set(split_of(leaking, ASIDE / COUNT)) == {
        "train_val_datasets/split_size",
        "train_val_datasets/split_disjoint",
    }
    assert set(split_of(leaking, None)) == {"train_val_datasets/split_disjoint"}
    assert set(split_of(photos(), 0.5)) == {"train_val_datasets/split_size"}


@pytest.mark.parametrize(("given", "told"), [({}, True), ({"validation_split": None}, False)])
def test_a_data_set_without_a_share_for_validation_is_not_asked_for_one(given, told, monkeypatch) -> None:
    """An exercise whose images come split, or as one table, has no param of that name."""
    made = assignment()
    params = {**made.params, **given}
    params = type(made.params)({name: value for name, value in params.items() if value is not None})
    evidence = RealImagesEvidence.__new__(RealImagesEvidence)
    monkeypatch.setattr(RealImagesEvidence, "layout", type("Layout", (), {"split": False})())
    monkeypatch.setattr(RealImagesEvidence, "probed_pipeline", type("Probed", (), {"certain": True})(), raising=False)
    monkeypatch.setattr(RealImagesEvidence, "augments", True)
    evidence.second_looks, evidence.params = {}, params
    half = photos(train=prepared()[: COUNT // 2], validation=prepared()[COUNT // 2 :])
    evidence._look_again(half)
    assert ("train_val_datasets/split_size" in evidence.second_looks) is told


@pytest.mark.parametrize(
    ("certain", "reason", "told"),
    [
        (False, Unusable("timeout", "Still running."), True),
        (False, CheckFailed("Batches differ.", expected="", why="", hint=""), True),
        (False, waiting("train_val_datasets/image_shape"), False),
        (True, Unusable("timeout", "Still running."), False),
    ],
    ids=["no answer", "unlike batches", "told before", "honest on the probe"],
)
def test_code_that_shows_neither_folder_is_not_believed(certain, reason, told, monkeypatch) -> None:
    """Noise on the probe and no answer on the real photos: nobody could look again."""

    def read(*_, **__):
        raise reason

    evidence = RealImagesEvidence.__new__(RealImagesEvidence)
    monkeypatch.setattr(
        RealImagesEvidence, "probed_pipeline", type("Probed", (), {"certain": certain})(), raising=False
    )
    monkeypatch.setattr(RealImagesEvidence, "augments", True)
    monkeypatch.setattr(RealImagesEvidence, "read_datasets", read)
    evidence.second_looks = {}
    with pytest.raises(type(reason)):
        evidence._read_real({})
    assert evidence.second_looks.get("train_val_datasets/returns_two_datasets") is (reason if told else None)
    assert ("train_val_datasets/labels" in evidence.second_looks) is told


def of_counts(train: tuple[int, ...], validation: tuple[int, ...], *, endless: bool = False) -> Photos:
    """What is counted alone: no picture of it is looked at."""

    def side(name, sizes):
        number = sum(sizes)
        return Side(name, (Pass(np.zeros((number, 1, 1, 1)), np.zeros(number), None, sizes),), endless)

    return Photos(Pipeline(side("train", train), side("validation", validation)), (), np.zeros(0), np.zeros(0), 0)


@pytest.mark.parametrize(
    ("train", "validation", "folder"),
    [
        ((32,) * 18 + (24,), (32,) * 6 + (8,), None),
        ((32,) * 18, (32,) * 6, None),
        ((32,) * 10, (32,) * 6 + (8,), "600 pictures lie in `data/train`, 320 of them came."),
        ((32,) * 18 + (24,), (32,) * 2, "200 pictures lie in `data/validation`, 64 of them came."),
        ((32,) * 60, (32,) * 6 + (8,), None),
    ],
    ids=["all", "without the rests", "ten batches", "two batches", "twice"],
)
def test_pictures_that_never_come_are_told(train, validation, folder) -> None:
    due = {"data/train": 600, "data/validation": 200}
    told = left_out(of_counts(train, validation), due)
    assert [failure.seen for failure in told.values()] == ([folder] if folder else [])
    assert set(told) <= {"train_val_datasets/folders"}
    assert all("take(n)" in failure.hint for failure in told.values())


def test_of_one_folder_both_sides_together_are_counted() -> None:
    assert left_out(of_counts((32,) * 15, (32,) * 10), {"data": 800}) == {}
    told = left_out(of_counts((32,) * 10, (32,) * 2), {"data": 800})
    assert told["train_val_datasets/split_size"].seen == "800 pictures lie in `data`, 384 of them came."


def test_an_endless_pipeline_says_nothing_about_missing_pictures() -> None:
    assert left_out(of_counts((32,) * 10, (32,) * 2, endless=True), {"data": 800}) == {}


@pytest.mark.parametrize(("batches", "told"), [(2, True), (None, False)])
def test_a_training_on_few_pictures_waits_for_the_pipeline(batches, told) -> None:
    """And the figures are those of the files that there are."""
    evidence = TrainedEvidence(LocalSource(lambda *_: None), assignment())
    count = len(evidence.assignment.training_files)
    sizes = (4,) * (batches or (count - 8) // 4)
    given = of_counts(sizes, (4, 4))
    given = replace(given, files=[b""] * count)
    evidence._look_for_all(given)
    plugin = CheckPlugin(evidence, {}, {})
    plugin.specs = {name: CheckSpec(*name.split("/"), "", 1, "", ()) for name in (SPLIT, ACCURACY, PLOT)}
    for name in (ACCURACY, PLOT):
        plugin._record(plugin.specs[name], CheckFailed("Too few.", expected="", why="", hint=""))
    assert plugin.results[PLOT].status == "failed"
    assert plugin.results[ACCURACY].status == ("blocked" if told else "failed")
    assert (SPLIT in evidence.second_looks) is told
    if told:
        assert plugin.results[ACCURACY].seen == f"Waiting for `{SPLIT}`."
        assert f"{count} pictures lie in `{evidence.params.data_folder}`, 16" in evidence.second_looks[SPLIT].seen
