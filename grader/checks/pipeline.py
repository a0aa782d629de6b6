"""What a pipeline does, read off the batches that it gives over a probe folder.

Nothing is trained. The evidence is three passes over each side; every probe image is recognised by its pixels, so
it does not matter how the data set was made, named or typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from grader.checks.finding import CheckFailed
from grader.data.probes import ProbeFolder, Scale, decode, fit_scale

Array = np.ndarray[Any, Any]
LabelKind = Literal["binary", "integer", "one-hot"]
SIDE_NAMES = {"train": "training", "validation": "validation"}


@dataclass(frozen=True)
class Pass:
    """One pass over one side: images (n, H, W, C), labels (n,) or (n, k), weights or None, sizes of the batches."""

    images: Array
    labels: Array
    weights: Array | None
    batches: tuple[int, ...]


@dataclass(frozen=True)
class Side:
    """The passes read from one side. `endless`: the reading was cut because it gave more images than there are."""

    name: Literal["train", "validation"]
    passes: tuple[Pass, ...]
    endless: bool

    @property
    def title(self) -> str:
        """Name for people."""
        return SIDE_NAMES[self.name]


@dataclass(frozen=True)
class Pipeline:
    """Both sides as read from one data folder."""

    train: Side
    validation: Side

    @property
    def sides(self) -> tuple[Side, Side]:
        """Training, then validation."""
        return self.train, self.validation

    @cached_property
    def label_kind(self) -> LabelKind:
        """`one-hot` where a label is a vector of more than one number, `binary` for 0 and 1, else `integer`."""
        labels = np.concatenate(
            [np.asarray(p.labels, dtype=np.float64) for side in self.sides for p in side.passes[:1]]
        )
        if labels.ndim > 1 and int(np.prod(labels.shape[1:])) > 1:
            return "one-hot"
        return "binary" if set(np.unique(labels)) <= {0.0, 1.0} else "integer"


@dataclass(frozen=True)
class ProbedPipeline:
    """A pipeline read over a probe folder, its images recognised."""

    pipeline: Pipeline
    probe: ProbeFolder

    @cached_property
    def scales(self) -> dict[str, Scale | None]:
        """Scale of the values by side. A side too small to tell takes the other's."""
        found: dict[str, Scale | None] = {
            side.name: fit_scale(side.passes[0].images, self.probe) for side in self.pipeline.sides
        }
        if found["validation"] is None and found["train"] is not None:
            # Few images: accepted if they are recognised under the training side's scale.
            images = self.pipeline.validation.passes[0].images
            if np.mean(decode(images, self.probe, found["train"]) >= 0) > 0.9:
                found["validation"] = found["train"]
        return found

    @cached_property
    def identities(self) -> dict[str, tuple[Array, ...]]:
        """Identity of each image by side and pass, -1 where uncertain."""
        return {
            side.name: tuple(decode(p.images, self.probe, self.scales[side.name]) for p in side.passes)
            for side in self.pipeline.sides
        }

    @cached_property
    def certain(self) -> bool:
        """Whether nearly all images of all passes were recognised."""
        everything = np.concatenate([ids for passes in self.identities.values() for ids in passes])
        return bool(len(everything)) and float(np.mean(everything >= 0)) > 0.95

    @cached_property
    def label_to_class(self) -> dict[int, str]:
        """Class name by label number, by majority over the recognised images."""
        votes: dict[int, dict[str, int]] = {}
        for side in self.pipeline.sides:
            for identity, label in zip(
                self.identities[side.name][0], label_numbers(side.passes[0].labels), strict=True
            ):
                if identity >= 0:
                    owner = self.probe.classes[identity]
                    counts = votes.setdefault(int(label), {})
                    counts[owner] = counts.get(owner, 0) + 1
        return {label: max(counts, key=lambda name: counts[name]) for label, counts in sorted(votes.items())}


def label_numbers(labels: Array) -> Array:
    """Labels as class numbers, shape (n,): argmax of vectors, the rounded value of scalars."""
    values = np.asarray(labels, dtype=np.float64).reshape(len(labels), -1)
    return values.argmax(axis=1) if values.shape[1] > 1 else np.rint(values[:, 0]).astype(int)


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
                else f"Look at `image_size`: it takes (height, width), here ({size}, {size}).",
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
        if np.ptp(images) == 0 or len(np.unique(images[:, ::4, ::4])) <= 3:
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
                expected=f"One number a picture, {' or '.join(map(str, sorted(allowed)))}"
                f" (or a one-hot vector of {len(class_names)}).",
                why=why,
                hint='With two classes `label_mode="binary"` gives 0.0 and 1.0.',
            )
    if not probed.certain:
        return
    mapping = probed.label_to_class
    wrong = total = 0
    for side in probed.pipeline.sides:
        for ids, one in zip(probed.identities[side.name], side.passes, strict=True):
            for identity, label in zip(ids, label_numbers(one.labels), strict=True):
                if identity >= 0:
                    total += 1
                    wrong += mapping.get(int(label)) != probed.probe.classes[identity]
    if wrong or len(set(mapping.values())) < len(class_names):
        seen = (
            f"{wrong} of {total} images carry the label of another folder."
            if len(set(mapping.values())) == len(class_names)
            else f"All images carry the same kind of label: {sorted(mapping)}."
        )
        raise CheckFailed(
            seen,
            expected=f"One number for every image of {class_names[0]}, another for every image of {class_names[1]}.",
            why=why,
            hint="Images and labels must be shuffled together, and every folder needs a number of its own.",
        )


def assert_split_size(pipeline: Pipeline, fraction: float, total: int) -> None:
    """The validation side holds `fraction` of the `total` images, the training side the rest; one more or less is rounding.

    Raises:
        CheckFailed: other counts.
    """
    counts = {side.name: sum(side.passes[0].batches) for side in pipeline.sides}
    due = fraction * total
    if abs(counts["validation"] - due) <= 1 and abs(counts["train"] - (total - due)) <= 1:
        return
    if sum(counts.values()) == total and _split_by_class(pipeline, fraction):
        return
    if abs(counts["train"] - due) <= 1 and abs(counts["validation"] - (total - due)) <= 1:
        hint = "The two sides look swapped: training first, then validation."
    elif any(side.endless for side in pipeline.sides):
        hint = "A data set repeats for ever: leave `repeat()` out, `fit` starts each epoch anew by itself."
    else:
        hint = f'Use `validation_split={fraction:g}` on both sides, with `subset` "training" and "validation".'
    raise CheckFailed(
        f"Of {total} images {counts['train']} came out for training and {counts['validation']} for validation.",
        expected=f"{total - due:.0f} for training and {due:.0f} for validation ({fraction:.0%}).",
        why="Too little validation makes its accuracy a matter of luck; too much leaves little to learn from.",
        hint=hint,
    )


def _split_by_class(pipeline: Pipeline, fraction: float) -> bool:
    """Whether each class by itself is split by `fraction`, one image more or less: rounding then adds up over classes."""
    train, validation = (label_numbers(side.passes[0].labels) for side in pipeline.sides)
    for number in set(train.tolist()) | set(validation.tolist()):
        held, kept = int(np.sum(validation == number)), int(np.sum(train == number))
        if abs(held - fraction * (held + kept)) > 1:
            return False
    return True


def assert_split_disjoint(probed: ProbedPipeline) -> None:
    """Over all passes, no image comes out of both sides, and in each pass every image comes out once.

    Three passes are read because a `shuffle()` before `take` and `skip` deals anew on every pass.

    Raises:
        CheckFailed: an image on both sides, twice in a pass, or on neither side.
    """
    if not probed.certain:
        return
    sets = {name: [set(ids[ids >= 0].tolist()) for ids in passes] for name, passes in probed.identities.items()}
    total = len(probed.probe.images)
    in_one_pass = max(len(a & b) for a, b in zip(sets["train"], sets["validation"], strict=True))
    shared = set.union(*sets["train"]) & set.union(*sets["validation"])
    why = "An image seen in training is no test: the validation accuracy then praises memory, not understanding."
    if shared:
        reshuffled = not in_one_pass
        raise CheckFailed(
            f"{len(shared)} of {total} images turn up on both sides"
            + (", though never in the same pass: the split is dealt anew on every pass." if reshuffled else "."),
            expected="No image is in both training and validation, in any epoch.",
            why=why,
            hint="`shuffle()` before `take()` and `skip()` reshuffles each epoch: split first, shuffle afterwards."
            if reshuffled
            else "Both sides need the same `seed` and the same `validation_split`; by hand, cut one shuffled list at one place.",
        )
    for name, passes in probed.identities.items():
        for ids in passes:
            known = ids[ids >= 0]
            if len(known) != len(set(known.tolist())):
                raise CheckFailed(
                    f"Within one pass the {SIDE_NAMES[name]} side gives {len(known) - len(set(known.tolist()))} images twice.",
                    expected="Every image once in each epoch.",
                    why="Images that come twice count twice, and others are left out for them.",
                    hint="Leave out `repeat()`, and cut the list of files without overlap.",
                )
    missing = total - len(set.union(*sets["train"]) | set.union(*sets["validation"]))
    unknown = sum(int((ids < 0).sum()) for passes in probed.identities.values() for ids in passes[:1])
    if missing > unknown:
        raise CheckFailed(
            f"{missing} of {total} images are on neither side.",
            expected="Every image of the folder is used, for training or for validation.",
            why="Data is what a network lives on; images lost on the way cannot teach it anything.",
            hint="Check where the list of files is cut, and whether `drop_remainder` throws the last batch away.",
        )


def assert_batch_size(pipeline: Pipeline, batch_size: int) -> None:
    """Every batch but the last of each side has `batch_size` images.

    Raises:
        CheckFailed: another size.
    """
    for side in pipeline.sides:
        batches = side.passes[0].batches
        full = batches[:-1] if len(batches) > 1 else ()
        if any(size != batch_size for size in full) or (batches and batches[-1] > batch_size):
            seen = batches[0]
            raise CheckFailed(
                f"A batch on the {side.title} side has {seen} images.",
                expected=f"Batches of {batch_size} images.",
                why="The batch size decides how many images one step of the optimiser averages over.",
                hint=f"Pass `batch_size={batch_size}`, or call `.batch({batch_size})` once.",
            )
    if len(pipeline.train.passes[0].batches) == 1 and pipeline.train.passes[0].batches[0] < batch_size:
        # Too few images for one full batch cannot be told from the right size: never a failure.
        return


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
    if sorted_by_class or (lacking and len(validation) >= 8):
        seen = (
            "The training images come one class after the other."
            if sorted_by_class
            else f"The validation side holds {len(classes) - len(lacking)} of {len(classes)} classes."
        )
        raise CheckFailed(
            seen,
            expected="Both classes in mixed order on both sides.",
            why="A batch of one class pulls the whole network towards that class, and a split of sorted files tests one class alone.",
            hint="Keep `shuffle=True`; by hand, shuffle the list of files and keep the shuffled list.",
        )


def assert_validation_unchanged(probed: ProbedPipeline) -> None:
    """A validation image looks the same in every pass.

    Raises:
        CheckFailed: an image changed from one pass to the next.
    """
    side = probed.pipeline.validation
    scale = probed.scales["validation"]
    if scale is None:
        return
    first_ids, first = probed.identities["validation"][0], side.passes[0].images
    place = {int(identity): i for i, identity in enumerate(first_ids) if identity >= 0}
    changed = 0
    for ids, one in zip(probed.identities["validation"][1:], side.passes[1:], strict=True):
        for i, identity in enumerate(ids):
            j = place.get(int(identity))
            if j is not None:
                difference = np.abs(one.images[i].astype(np.float64) - first[j].astype(np.float64)).max()
                changed += bool(difference / scale.slope > 2.0)
    if changed:
        raise CheckFailed(
            "Validation images change from one pass to the next.",
            expected="Validation images stay as they are.",
            why="Validation measures the model on real images; changed ones measure something else each time.",
            hint="Random flips, rotations and zooms belong to the training side alone.",
        )


def _range(images: Array) -> str:
    values = np.asarray(images, dtype=np.float64)
    return f"from {values.min():.3g} to {values.max():.3g}"
