"""What a pipeline gives: shape, range and labels of its pictures, their batches and their order.

Nothing is trained. The evidence is three passes over each side, over a probe folder whose pictures are recognised. How the
pictures are divided between the sides is judged in `grader.checks.sides`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from grader.checks.batches import Pipeline, label_numbers
from grader.checks.finding import CheckFailed
from grader.checks.recognised import ProbedPipeline, changed_images
from grader.checks.sides import is_meant, repeated

Array = np.ndarray[Any, Any]


def assert_alike(pipeline: Pipeline) -> None:
    """Both sides give finite images of one shape, and labels that can be learnt from: what a training needs.

    Raises:
        CheckFailed: two shapes, or labels or pixels that are NaN, or one label for everything.
    """
    shapes = [side.passes[0].images.shape[1:] for side in pipeline.sides]
    if shapes[0] != shapes[1]:
        raise CheckFailed(
            f"Training images have shape {shapes[0]}, validation images {shapes[1]}.",
            expected="Images of one shape on both sides.",
            why="A network has one fixed input shape; what it learnt on one it must be asked about in the same.",
            hint="Use the same `image_size` and `color_mode` on both sides.",
        )
    for side in pipeline.sides:
        for one in side.passes:
            for kind, values in (("images", one.images), ("labels", one.labels)):
                if not np.all(np.isfinite(values)):
                    raise CheckFailed(
                        f"The {side.title} {kind} hold NaN or infinite values.",
                        expected="Finite numbers.",
                        why="One NaN spreads through the whole network and nothing is learnt.",
                        hint="Look for a division by zero, and check how labels are made from folder names.",
                    )
    labels = np.concatenate([one.labels for side in pipeline.sides for one in side.passes])
    if (labels == labels[:1]).all():
        raise CheckFailed(
            "Every picture carries the same label.",
            expected="A number of its own for each class.",
            why="A network that is always told the same answer learns to give it without looking.",
            hint="Check how labels are made from folder names.",
        )


def assert_image_shape(pipeline: Pipeline, size: int, channels: int = 3) -> None:
    """Every image is (size, size, channels), on both sides. Source: the exercise's `image_size`.

    Raises:
        CheckFailed: another size, or another number of channels.
    """
    for side in pipeline.sides:
        shape = side.passes[0].images.shape[1:]
        if shape != (size, size, channels):
            colour = shape[:2] == (size, size)
            raise CheckFailed(
                f"The {side.title} images have shape {shape}.",
                expected=f"Every image has shape ({size}, {size}, {channels}).",
                why="A network has one fixed input shape; photographs come in all shapes, so the pipeline makes them equal.",
                hint="Look at `color_mode` (or `channels=` when you decode by hand)."
                if colour
                else f"Look at `image_size` (`target_size` of a generator): it takes (height, width), here ({size}, {size}).",
            )


def assert_value_range(probed: ProbedPipeline) -> None:
    """Values are finite, both sides share one scale, and the pictures survive it.

    Which scale it is does not matter here: rescaling is judged over pipeline and model together.

    Raises:
        CheckFailed: NaN or infinity, two scales, or values that no longer tell dark from bright.
    """
    for side in probed.pipeline.sides:
        images = np.asarray(side.passes[0].images, dtype=np.float64)
        if not np.all(np.isfinite(images)):
            raise CheckFailed(
                f"The {side.title} images hold NaN or infinite values.",
                expected="Finite pixel values, such as 0 to 255 or 0 to 1.",
                why="One NaN spreads through the whole network and nothing is learnt.",
                hint="Look for a division by zero or a logarithm in your pipeline.",
            )
        if is_flat(images):
            raise CheckFailed(
                f"The {side.title} images hold almost no different values: {_range(images)}.",
                expected="Pixel values that tell dark from bright, such as 0 to 255 or 0 to 1.",
                why="What the pipeline throws away no network can learn.",
                hint="Dividing by 255 gives fractions: do it on floats, and do not cast back to integers afterwards.",
            )
    train, validation = probed.scales["train"], probed.scales["validation"]
    both_known = train is not None and validation is not None
    high = [float(np.max(side.passes[0].images)) for side in probed.pipeline.sides]
    differ = (
        abs(train.slope / validation.slope - 1) > 0.05
        or abs(train.offset - validation.offset) > 0.1 * 255 * train.slope
        if both_known and train is not None and validation is not None
        else min(high) > 0 and max(high) / min(high) > 20
    )
    if differ:
        seen = [_range(side.passes[0].images) for side in probed.pipeline.sides]
        raise CheckFailed(
            f"Training images run {seen[0]}, validation images {seen[1]}.",
            expected="The same range of values on both sides.",
            why="A model that learnt on one range sees nothing it knows in the other, and its validation accuracy means nothing.",
            hint="Rescale both data sets in the same way, or leave it to a `Rescaling` layer inside the model.",
        )


def is_flat(images: Array) -> bool:
    """Whether hardly a value is left of the pictures."""
    return bool(np.ptp(images) == 0 or len(np.unique(images[:, ::4, ::4])) <= 3)


def assert_labels(probed: ProbedPipeline, class_names: Sequence[str]) -> None:
    """Each image carries the label of the folder it lies in; with two classes the numbers are 0 and 1.

    Raises:
        CheckFailed: labels mixed up, of one value only, or other numbers.
    """
    why = (
        "The label is what the network is told to answer. If it is wrong, the network learns the wrong thing perfectly."
    )
    for side in probed.pipeline.sides:
        values = np.asarray(side.passes[0].labels, dtype=np.float64)
        if not np.all(np.isfinite(values)):
            raise CheckFailed(
                f"Labels on the {side.title} side hold NaN.", expected="A class number for every image.", why=why,
                hint="Check how labels are made from folder names.",
            )  # fmt: skip
        width = int(np.prod(values.shape[1:])) if values.ndim > 1 else 1
        numbers = set(label_numbers(side.passes[0].labels).tolist())
        allowed = set(range(len(class_names)))
        exact = width > 1 or np.allclose(values, np.rint(values))
        if (width not in (1, len(class_names))) or not numbers <= allowed or not exact:
            shown = sorted(np.unique(values).tolist())[:4]
            raise CheckFailed(
                f"Labels on the {side.title} side have shape {values.shape[1:]} and values such as {shown}.",
                expected=f"One number a picture, {_numbers(len(class_names))}"
                f" (or a one-hot vector of {len(class_names)}).",
                why=why,
                hint='With two classes `label_mode="binary"` gives 0.0 and 1.0.'
                if len(class_names) == 2
                else '`label_mode="int"` gives numbers from 0 on, `label_mode="categorical"` one-hot vectors.',
            )
    mapping = probed.label_to_class
    wrong = total = 0
    met: set[str] = set()
    mislabelled: list[set[int]] = []
    for side in probed.pipeline.sides:
        for ids, one in zip(probed.identities[side.name], side.passes, strict=True):
            mislabelled.append(set())
            for identity, label in zip(ids, label_numbers(one.labels), strict=True):
                if identity >= 0:
                    total += 1
                    met.add(probed.probe.classes[identity])
                    if mapping.get(int(label)) != probed.probe.classes[identity]:
                        wrong += 1
                        mislabelled[-1].add(int(identity))
    if not is_meant(set.union(*mislabelled), repeated(mislabelled), len(probed.probe.images)):
        wrong = 0
    lacking = len(met) - len(set(mapping.values()))
    given = {int(n) for side in probed.pipeline.sides for one in side.passes for n in label_numbers(one.labels)}
    if wrong or lacking or (len(given) == 1 and len(class_names) > 1):
        if len(given) == 1:
            seen = f"All images carry the same kind of label: {sorted(given)}."
        elif wrong:
            seen = f"{wrong} of {total} images carry the label of another folder."
        else:
            seen = f"{len(met)} folders share {len(set(mapping.values()))} labels."
        raise CheckFailed(
            seen,
            expected=f"One number for every image of {class_names[0]}, another for every image of {class_names[1]}."
            if len(class_names) == 2
            else f"A number of its own for each of the {len(class_names)} folders.",
            why=why,
            hint="Images and labels must be shuffled together, and every folder needs a number of its own.",
        )


def _numbers(count: int) -> str:
    return "0 or 1" if count == 2 else f"0 to {count - 1}"


def assert_batch_size(pipeline: Pipeline, batch_size: int) -> None:
    """Every batch of each side has `batch_size` images, but for one rest, which a shuffle may put anywhere.

    A side that repeats for ever has a rest in every round; that it repeats is another check's matter.

    Raises:
        CheckFailed: another size.
    """
    for side in pipeline.sides:
        other = [size for size in side.passes[0].batches if size != batch_size]
        rests = len(side.passes[0].batches) // 2 if side.endless and len(set(other)) == 1 else 1
        if len(other) > rests or any(size > batch_size for size in other):
            seen = max(other)
            raise CheckFailed(
                f"A batch on the {side.title} side has {seen} images.",
                expected=f"Batches of {batch_size} images.",
                why="The batch size decides how many images one step of the optimiser averages over.",
                hint=f"Pass `batch_size={batch_size}`, or call `.batch({batch_size})` once.",
            )


def assert_shuffled(probed: ProbedPipeline) -> None:
    """Classes come mixed on the training side, and the validation side holds every class.

    Raises:
        CheckFailed: one class after the other, or a class that validation never sees.
    """
    train = label_numbers(probed.pipeline.train.passes[0].labels)
    validation = label_numbers(probed.pipeline.validation.passes[0].labels)
    classes = set(train.tolist()) | set(validation.tolist())
    changes = int(np.count_nonzero(np.diff(train)))
    # Mixed labels change at every second place; sorted ones change (classes - 1) times.
    sorted_by_class = len(classes) > 1 and changes <= max(len(classes), len(train) // 20)
    lacking = classes - set(validation.tolist())
    if sorted_by_class or (lacking and _luck(train, validation, lacking) < 1e-4):
        seen = (
            "The training images come one class after the other."
            if sorted_by_class
            else f"The validation side holds {len(classes) - len(lacking)} of {len(classes)} classes."
        )
        raise CheckFailed(
            seen,
            expected=f"{'Both' if len(classes) == 2 else 'All'} classes in mixed order on both sides.",
            why="A batch of one class pulls the whole network towards that class, and a split of sorted files tests one class alone.",
            hint="Keep `shuffle=True`; by hand, shuffle the list of files and keep the shuffled list.",
        )


def _luck(train: Array, validation: Array, lacking: set[int]) -> float:
    """How likely a fair split leaves as many classes out of validation: with many classes and few images it often does."""
    total, held = len(train) + len(validation), len(validation)
    left_out = int(np.isin(train, list(lacking)).sum())
    ways = math.comb(len(set(train.tolist()) | set(validation.tolist())), len(lacking))
    return ways * math.comb(total - left_out, held) / math.comb(total, held)


def assert_validation_unchanged(probed: ProbedPipeline) -> None:
    """A validation image looks the same in every pass.

    Raises:
        CheckFailed: an image changed from one pass to the next.
    """
    if changed_images(probed, "validation"):
        raise CheckFailed(
            "Validation images change from one pass to the next.",
            expected="Validation images stay as they are.",
            why="Validation measures the model on real images; changed ones measure something else each time.",
            hint="Random flips, rotations and zooms belong to the training side alone.",
        )


def _range(images: Array) -> str:
    values = np.asarray(images, dtype=np.float64)
    return f"from {values.min():.3g} to {values.max():.3g}"
