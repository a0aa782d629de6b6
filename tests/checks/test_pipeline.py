"""What probe folders tell about a pipeline, without training anything."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from grader.checks import pipeline as p
from grader.checks import sides
from grader.checks.batches import Pass, Pipeline, Side
from grader.checks.finding import CheckFailed
from grader.checks.recognised import ProbedPipeline, changed_images
from grader.data.probes import ProbeFolder, decode, fit_scale, probe_folder

SIZE, BATCH, SPLIT = 48, 32, 0.2
CLASSES = ("Cat", "Dog")
Change = Callable[[np.ndarray], np.ndarray]  # type: ignore[type-arg]


@pytest.fixture(scope="module")
def probe() -> ProbeFolder:
    return probe_folder(11, CLASSES, "PetImages", flats=32, textured=32)


def pixels(probe: ProbeFolder) -> np.ndarray:  # type: ignore[type-arg]
    rows = [
        np.asarray(Image.open(io.BytesIO(probe.files[i.path])).resize((SIZE, SIZE), Image.Resampling.BILINEAR))
        for i in probe.images
    ]
    return np.stack(rows).astype(np.float32)


def labels_of(probe: ProbeFolder, ids: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    return np.array([[float(probe.classes[i] == "Dog")] for i in ids], dtype=np.float32)


def probed(
    probe: ProbeFolder,
    train: list[np.ndarray],
    validation: list[np.ndarray],
    change: Change = lambda x: x,  # type: ignore[type-arg]
) -> ProbedPipeline:
    images = change(pixels(probe))
    sides = []
    for name, passes in (("train", train), ("validation", validation)):
        read = []
        for ids in passes:
            sizes = [len(ids[i : i + BATCH]) for i in range(0, len(ids), BATCH)]
            read.append(Pass(images[ids], labels_of(probe, ids), None, tuple(sizes)))
        sides.append(Side(name, tuple(read), False))  # type: ignore[arg-type]
    return ProbedPipeline(Pipeline(*sides), probe)


def good_split(seed: int = 0) -> tuple[list[np.ndarray], list[np.ndarray]]:  # type: ignore[type-arg]
    rng = np.random.default_rng(seed)
    order = rng.permutation(64)
    train, validation = order[12:], order[:12]
    return [rng.permutation(train) for _ in range(3)], [validation] * 3


def assert_all_pass(found: ProbedPipeline) -> None:
    p.assert_image_shape(found.pipeline, SIZE)
    p.assert_value_range(found)
    p.assert_labels(found, CLASSES)
    sides.assert_split_size(found.pipeline, SPLIT, 64)
    sides.assert_split_disjoint(found)
    p.assert_batch_size(found.pipeline, BATCH)
    p.assert_shuffled(found)
    p.assert_validation_unchanged(found)


@pytest.mark.parametrize(
    "change",
    [
        lambda x: x,
        lambda x: x / 255,
        lambda x: x / 127.5 - 1,
        lambda x: (x - 118) / 64,
        lambda x: x.astype(np.uint8),
        lambda x: x[..., ::-1],
    ],
    ids=["0-255", "0-1", "-1-1", "standardised", "uint8", "bgr"],
)
def test_every_usual_range_is_read_and_accepted(probe: ProbeFolder, change: Change) -> None:
    """A correct pipeline passes whatever its range, type or channel order, and nearly all images are recognised."""
    found = probed(probe, *good_split(), change)
    assert found.certain
    assert_all_pass(found)


@pytest.mark.parametrize("seed", range(5))
def test_identities_survive_flips_and_gray(seed: int) -> None:
    """Flips, rotations by 90° and turning gray leave nearly every identity readable."""
    folder = probe_folder(seed, CLASSES, "x", flats=32, textured=32)
    images = pixels(folder)
    for view in (images[:, ::-1], images[:, :, ::-1], images.mean(axis=-1, keepdims=True)):
        scale = fit_scale(view, folder)
        assert (
            np.mean(
                np.maximum(decode(view, folder, scale).flats, decode(view, folder, scale).textures) == np.arange(64)
            )
            > 0.95
        )


def test_a_leak_within_a_pass_is_named(probe: ProbeFolder) -> None:
    """Validation taken from the front of the training list is a failed split, with the count."""
    order = np.random.default_rng(1).permutation(64)
    found = probed(probe, [order] * 3, [order[:12]] * 3)
    with pytest.raises(CheckFailed) as failed:
        sides.assert_split_disjoint(found)
    assert failed.value.seen == "12 of 64 images turn up on both sides."


def test_a_leak_over_passes_is_told_from_one_within(probe: ProbeFolder) -> None:
    """`shuffle` before `take` and `skip` is disjoint in each pass and still a leak, and the hint says which."""
    rng = np.random.default_rng(2)
    orders = [rng.permutation(64) for _ in range(3)]
    found = probed(probe, [o[12:] for o in orders], [o[:12] for o in orders])
    with pytest.raises(CheckFailed) as failed:
        sides.assert_split_disjoint(found)
    assert "the split is dealt anew on every pass" in failed.value.seen
    assert "split first, shuffle afterwards" in failed.value.hint


def test_a_leak_within_a_pass_that_is_dealt_anew_is_told_so(probe: ProbeFolder) -> None:
    """Two data sets that each shuffle by themselves overlap in one pass, too; the cause is the same."""
    rng = np.random.default_rng(3)
    train = [rng.permutation(64)[12:] for _ in range(3)]
    validation = [rng.permutation(64)[:12] for _ in range(3)]
    with pytest.raises(CheckFailed) as failed:
        sides.assert_split_disjoint(probed(probe, train, validation))
    assert failed.value.seen.endswith("images turn up on both sides: the split is dealt anew on every pass.")
    assert "split first, shuffle afterwards" in failed.value.hint


def test_lost_images_are_counted(probe: ProbeFolder) -> None:
    """A dropped remainder leaves images on neither side."""
    train, validation = good_split()
    found = probed(probe, [ids[:32] for ids in [train[0]] * 3], validation)
    with pytest.raises(CheckFailed, match="20 of 64 images are on neither side"):
        sides.assert_split_disjoint(found)


def test_labels_shuffled_apart_from_images_fail(probe: ProbeFolder) -> None:
    """Labels that do not belong to their images are wrong even though every number is allowed."""
    found = probed(probe, *good_split())
    side = found.pipeline.train
    rolled = tuple(Pass(one.images, np.roll(one.labels, 7, axis=0), None, one.batches) for one in side.passes)
    broken = ProbedPipeline(Pipeline(Side("train", rolled, False), found.pipeline.validation), probe)
    with pytest.raises(CheckFailed, match="carry the label of another folder"):
        p.assert_labels(broken, CLASSES)


def test_numbering_the_classes_the_other_way_round_is_fine(probe: ProbeFolder) -> None:
    """Which class is 1 is the student's choice."""
    found = probed(probe, *good_split())
    sides = [
        Side(s.name, tuple(Pass(o.images, 1 - o.labels, None, o.batches) for o in s.passes), False)
        for s in found.pipeline.sides
    ]
    p.assert_labels(ProbedPipeline(Pipeline(*sides), probe), CLASSES)


def test_sorted_classes_are_not_shuffled(probe: ProbeFolder) -> None:
    """One class after the other fails, and so does a validation side of one class."""
    order = np.array(sorted(range(64), key=lambda i: probe.classes[i]))
    found = probed(probe, [order[:52]] * 3, [order[52:]] * 3)
    with pytest.raises(CheckFailed, match="one class after the other"):
        p.assert_shuffled(found)


def test_two_ranges_fail(probe: ProbeFolder) -> None:
    """Rescaling one side alone is told with both ranges."""
    found = probed(probe, *good_split())
    small = tuple(Pass(o.images / 255, o.labels, None, o.batches) for o in found.pipeline.train.passes)
    mixed = ProbedPipeline(Pipeline(Side("train", small, False), found.pipeline.validation), probe)
    with pytest.raises(CheckFailed, match=r"Training images run from .* to 0.973, validation images"):
        p.assert_value_range(mixed)


def test_casting_fractions_to_integers_fails(probe: ProbeFolder) -> None:
    """Dividing by 255 and casting back leaves black pictures."""
    found = probed(probe, *good_split(), lambda x: (x / 255).astype(np.uint8))
    with pytest.raises(CheckFailed, match="almost no different values"):
        p.assert_value_range(found)


def test_an_uncertain_reading_never_fails_a_student(probe: ProbeFolder) -> None:
    """Where images are changed beyond recognition, identity checks stay silent."""
    noise = np.random.default_rng(0).uniform(0, 255, (64, SIZE, SIZE, 3)).astype(np.float32)
    found = probed(probe, *good_split(), lambda x: noise)
    assert not found.certain
    sides.assert_split_disjoint(found)
    p.assert_labels(found, CLASSES)


def test_augmented_validation_fails(probe: ProbeFolder) -> None:
    """Validation images that flip from pass to pass are named."""
    found = probed(probe, *good_split())
    passes = found.pipeline.validation.passes
    flipped = (passes[0], Pass(passes[1].images[:, :, ::-1], passes[1].labels, None, passes[1].batches), passes[2])
    changed = ProbedPipeline(Pipeline(found.pipeline.train, Side("validation", flipped, False)), probe)
    with pytest.raises(CheckFailed, match="change from one pass to the next"):
        p.assert_validation_unchanged(changed)


def test_variants_that_are_the_same_in_every_pass_are_told_by_making_them_again(probe: ProbeFolder) -> None:
    """A random operation in a `map` begins each pass with the same number; another cell has another one."""
    found, flip = probed(probe, *good_split()), lambda one: replace(one, images=one.images[:, :, ::-1])
    sides = found.pipeline.train, found.pipeline.validation
    names: tuple[Literal["train", "validation"], ...] = ("train", "validation")
    for place, name in enumerate(names):
        turned = [replace(side, passes=(flip(side.passes[0]),)) if i == place else side for i, side in enumerate(sides)]
        again = replace(found, again=Pipeline(*turned))
        assert changed_images(found, name) == 0
        assert changed_images(again, name) > 0
        assert changed_images(again, names[1 - place]) == 0
    with pytest.raises(CheckFailed, match="change from one pass to the next"):
        p.assert_validation_unchanged(again)


def bright(x: Any, rng: Any) -> Any:
    return (x + rng.uniform(-50, 50, (len(x), 1, 1, 1))).clip(0, 255)


def standardised(x: Any, rng: Any = None) -> Any:
    return (x - x.mean(axis=(1, 2, 3), keepdims=True)) / x.std(axis=(1, 2, 3), keepdims=True)


def turned(x: Any, rng: Any) -> Any:
    angles = rng.uniform(-72, 72, len(x))
    return np.stack(
        [ndimage.rotate(i, a, reshape=False, order=1, mode="reflect") for i, a in zip(x, angles, strict=True)]
    )


def augmented(
    probe: ProbeFolder, train: Any, validation: Any, change: Any, plain: Any = lambda x: x, *, roll: int = 0
) -> ProbedPipeline:
    """Passes over the training side changed at random, validation changed by `plain`."""
    rng, images = np.random.default_rng(0), pixels(probe)
    passes = []
    for ids in train:
        labels = np.roll(labels_of(probe, ids), roll, axis=0)
        passes.append(Pass(change(images[ids], rng), labels, None, (len(ids),)))
    held = tuple(Pass(plain(images[ids]), labels_of(probe, ids), None, (len(ids),)) for ids in validation)
    return ProbedPipeline(Pipeline(Side("train", tuple(passes), False), Side("validation", held, False)), probe)


CHANNELS = {
    "brightness": (bright, lambda x: x, ("textures",)),
    "standardised": (standardised, standardised, ("textures",)),
    "turned": (turned, lambda x: x, ("flats",)),
}


@pytest.mark.parametrize("name", CHANNELS)
def test_a_leak_and_wrong_labels_are_seen_through_whichever_channel_is_left(probe: ProbeFolder, name: str) -> None:
    """What destroys luminance leaves the pattern, and the other way round; a correct pipeline passes all the same."""
    change, plain, channels = CHANNELS[name]
    train, validation = good_split()
    good = augmented(probe, train, validation, change, plain)
    assert good.shared == channels
    p.assert_labels(good, CLASSES)
    sides.assert_split_disjoint(good)
    p.assert_validation_unchanged(good)
    leaking = [np.concatenate([ids, validation[0]]) for ids in train]
    with pytest.raises(CheckFailed, match="turn up on both sides"):
        sides.assert_split_disjoint(augmented(probe, leaking, validation, change, plain))
    with pytest.raises(CheckFailed, match="label of another folder"):
        p.assert_labels(augmented(probe, train, validation, change, plain, roll=7), CLASSES)


@pytest.mark.parametrize("seed", range(3))
def test_shifted_brightness_is_never_read_as_other_images(seed: int) -> None:
    """With 100 levels some level is always near: the channel is then not certain, and no leak is reported."""
    folder = probe_folder(seed, CLASSES, "x", flats=100, textured=100)
    order = np.random.default_rng(seed).permutation(200)
    found = augmented(folder, [order[40:]] * 3, [order[:40]] * 3, bright)
    assert found.trusted == {"train": ("textures",), "validation": ("flats", "textures")}
    sides.assert_split_disjoint(found)
    p.assert_labels(found, CLASSES)


def test_where_no_channel_is_left_nothing_is_certain(probe: ProbeFolder) -> None:
    """Turned and brightened at once: no check fails, and the reading says that it is not certain."""
    found = augmented(probe, *good_split(), lambda x, rng: bright(turned(x, rng), rng))
    assert not found.certain
    sides.assert_split_disjoint(found)
    p.assert_validation_unchanged(found)


@pytest.mark.parametrize("seed", range(5))
def test_a_validation_side_that_is_turned_fails(seed: int) -> None:
    """Turned textures are not recognised; that they equal nothing in the first pass shows it."""
    folder = probe_folder(seed, CLASSES, "x", flats=32, textured=32)
    rng = np.random.default_rng(seed)
    train, validation = good_split(seed)
    with pytest.raises(CheckFailed, match="change from one pass to the next"):
        p.assert_validation_unchanged(augmented(folder, train, validation, turned, lambda x: turned(x, rng)))


def test_one_image_on_both_sides_in_every_pass_is_a_leak(probe: ProbeFolder) -> None:
    """A cut that overlaps by one is wrong; one sighting in one pass could be a misreading and is not told."""
    train, validation = good_split()
    stray = validation[0][:1]
    with pytest.raises(CheckFailed, match="1 of 64 images turn up on both sides"):
        sides.assert_split_disjoint(probed(probe, [np.concatenate([ids, stray]) for ids in train], validation))
    sides.assert_split_disjoint(probed(probe, [np.concatenate([train[0], stray]), *train[1:]], validation))


def test_one_label_for_everything_fails_checks_and_stops_the_training(probe: ProbeFolder) -> None:
    """Neither the labels nor a training on them is worth a point."""
    found = probed(probe, *good_split())
    sides = [
        Side(s.name, tuple(Pass(o.images, o.labels * 0, None, o.batches) for o in s.passes), False)
        for s in found.pipeline.sides
    ]
    with pytest.raises(CheckFailed, match="All images carry the same kind of label"):
        p.assert_labels(ProbedPipeline(Pipeline(*sides), probe), CLASSES)
    with pytest.raises(CheckFailed, match="Every picture carries the same label"):
        p.assert_alike(Pipeline(*sides))


@pytest.mark.parametrize("seed", range(10))
def test_24_gray_classes_of_28_pixels_pass(seed: int) -> None:
    """Letters: a fair split leaves some classes without validation images, which is luck and no fault."""
    letters = tuple("ABCDEFGHIKLMNOPQRSTUVWXY")
    folder = probe_folder(seed, letters, "x", flats=72, textured=72)
    rows = [Image.open(io.BytesIO(folder.files[i.path])).convert("L").resize((28, 28)) for i in folder.images]
    images = np.stack([np.asarray(row, dtype=np.float32)[..., None] for row in rows])
    numbers = np.array([letters.index(name) for name in folder.classes])
    order = np.random.default_rng(seed).permutation(144)

    def side(name: Any, ids: Any, labels: Any) -> Side:
        return Side(name, (Pass(images[ids], labels[ids], None, (len(ids),)),) * 3, False)

    found = ProbedPipeline(
        Pipeline(side("train", order[29:], numbers), side("validation", order[:29], numbers)), folder
    )
    p.assert_image_shape(found.pipeline, 28, 1)
    p.assert_labels(found, letters)
    p.assert_shuffled(found)
    sides.assert_split_disjoint(found)
    assert found.shared == ("flats", "textures")
    shifted = np.where(numbers == 5, 6, numbers)
    wrong = ProbedPipeline(
        Pipeline(side("train", order[29:], shifted), side("validation", order[:29], shifted)), folder
    )
    with pytest.raises(CheckFailed, match="A number of its own for each of the 24 folders"):
        p.assert_labels(wrong, letters)
    in_order = np.arange(144)[np.argsort(numbers, kind="stable")]
    cut = ProbedPipeline(
        Pipeline(side("train", in_order[:115], numbers), side("validation", in_order[115:], numbers)), folder
    )
    with pytest.raises(CheckFailed, match="one class after the other"):
        p.assert_shuffled(cut)


@pytest.mark.parametrize(
    ("sizes", "right"),
    [
        ((32, 32, 12), True),
        ((12, 32, 32), True),
        ((32,), True),
        ((20,), True),
        ((16, 16, 16, 4), False),
        ((64, 12), False),
        ((48,), False),
        ((32, 12, 12), False),
        ((1,) * 9, False),
    ],
)
def test_one_rest_may_stand_anywhere_among_full_batches(sizes: tuple[int, ...], right: bool) -> None:
    """`batch` and then `shuffle` moves the small batch away from the end."""
    images = np.zeros((sum(sizes), 4, 4, 3), np.float32)
    sides = [
        Side(name, (Pass(images, np.zeros(len(images)), None, sizes),), False)  # type: ignore[arg-type]
        for name in ("train", "validation")
    ]
    if right:
        p.assert_batch_size(Pipeline(*sides), 32)
    else:
        with pytest.raises(CheckFailed, match="A batch on the training side has"):
            p.assert_batch_size(Pipeline(*sides), 32)


@pytest.mark.parametrize(
    ("sizes", "right"),
    [((32, 28, 32, 28), True), ((32, 32, 28, 32, 32, 28), True), ((28,) * 4, False), ((32, 28, 20, 32), False)],
)
def test_data_that_repeats_has_a_rest_in_every_round(sizes: tuple[int, ...], right: bool) -> None:
    """Another check tells that it repeats; the batches have the size that was asked for."""
    images = np.zeros((sum(sizes), 4, 4, 3), np.float32)
    one = Pass(images, np.zeros(len(images)), None, sizes)
    found = Pipeline(Side("train", (one,), True), Side("validation", (one,), True))
    if right:
        p.assert_batch_size(found, 32)
    else:
        with pytest.raises(CheckFailed, match="A batch on the training side has"):
            p.assert_batch_size(found, 32)
