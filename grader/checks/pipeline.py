"""What a pipeline does, read off the batches that it gives over a probe folder.

Nothing is trained. The evidence is three passes over each side; every probe image is recognised by its pixels, so
it does not matter how the data set was made, named or typed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from grader.checks.finding import CheckFailed
from grader.data.probes import Decoded, ProbeFolder, Scale, decode, fit_scale, unit_of

Array = np.ndarray[Any, Any]
LabelKind = Literal["binary", "integer", "one-hot"]
Channel = Literal["flats", "textures"]
CHANNELS: tuple[Channel, Channel] = ("flats", "textures")
LOOKS: dict[Channel, str] = {"flats": "looks_flat", "textures": "looks_textured"}
FEW_FLATS = 8
"""Fewer flat images prove no scale: each hits some level with a chance of 0.4, eight of them together in 1 of 1,500."""
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
    """A pipeline read over a probe folder, its images recognised.

    Flat and textured images are two channels of evidence. What destroys one often leaves the other readable: turning
    and zooming spare flat images, changes of brightness and standardising spare textures. Each counts, on each side,
    only where nearly all that it might have recognised was recognised.
    """

    pipeline: Pipeline
    probe: ProbeFolder

    @cached_property
    def scales(self) -> dict[str, Scale | None]:
        """Scale of the values by side. A side too small to tell takes the other's."""
        found: dict[str, Scale | None] = {
            side.name: fit_scale(side.passes[0].images, self.probe) for side in self.pipeline.sides
        }
        for mine, other in (("validation", "train"), ("train", "validation")):
            if found[mine] is None and found[other] is not None:
                images = getattr(self.pipeline, mine).passes[0].images
                read = decode(images, self.probe, found[other])
                if _share(read.flats >= 0, read.looks_flat) > 0.9:
                    found[mine] = found[other]
        return found

    @cached_property
    def decoded(self) -> dict[str, tuple[Decoded, ...]]:
        """What was recognised, by side and pass."""
        return {
            side.name: tuple(decode(p.images, self.probe, self.scales[side.name]) for p in side.passes)
            for side in self.pipeline.sides
        }

    @cached_property
    def trusted(self) -> dict[str, tuple[Channel, ...]]:
        """The channels that are certain, by side.

        Flats shifted at random hit a level in about 4 of 10 cases, so 19 of 20 hits mean that they are not shifted; a
        texture turned or cut beyond recognition is matched by none.
        """
        found: dict[str, list[Channel]] = {name: [] for name in self.decoded}
        for channel in CHANNELS:
            for name, passes in self.decoded.items():
                hit = np.concatenate([getattr(one, channel) for one in passes]) >= 0
                due = np.concatenate([getattr(one, LOOKS[channel]) for one in passes])
                # Few flat images hit levels by luck, unless the training side shows the same scale to be right.
                proved = name == "validation" and "flats" in found["train"] and self._one_scale
                enough = channel == "textures" or proved or due.sum() >= FEW_FLATS * len(passes)
                if enough and _share(hit, due) >= 0.95:
                    found[name].append(channel)
        return {name: tuple(channels) for name, channels in found.items()}

    @property
    def _one_scale(self) -> bool:
        return self.scales["train"] == self.scales["validation"]

    @cached_property
    def shared(self) -> tuple[Channel, ...]:
        """Channels certain on both sides: what comes out where is read from these."""
        return tuple(channel for channel in CHANNELS if all(channel in names for names in self.trusted.values()))

    def count(self, channel: Channel) -> int:
        """Images of the probe folder that a channel tells apart."""
        return int(np.sum(self.probe.flat == (channel == "flats")))

    @property
    def certain(self) -> bool:
        """Whether split and labels can be read. If not, an instructor has to look: nothing was proved either way."""
        return bool(self.shared)

    @cached_property
    def identities(self) -> dict[str, tuple[Array, ...]]:
        """Identity of each image by side and pass, from the channels that are certain there; -1 where there is none."""
        found = {}
        for name, passes in self.decoded.items():
            channels = self.trusted[name]
            found[name] = tuple(
                np.maximum(
                    one.flats if "flats" in channels else -1,
                    one.textures if "textures" in channels else np.full(len(one.flats), -1),
                )
                for one in passes
            )
        return found

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


def _share(hits: Array, among: Array) -> float:
    """Share of `hits` in `among`; 0 where fewer than three could be told."""
    return float(hits[among].mean()) if among.sum() >= 3 else 0.0


def label_numbers(labels: Array) -> Array:
    """Labels as class numbers, shape (n,): argmax of vectors, the rounded value of scalars, -1 where not finite."""
    values = np.asarray(labels, dtype=np.float64)
    values = values.reshape(len(values), int(np.prod(values.shape[1:])))
    known: Array = np.all(np.isfinite(values), axis=1)
    values = np.where(known[:, None], values, 0.0).clip(-1e9, 1e9)
    numbers: Array = values.argmax(axis=1) if values.shape[1] > 1 else np.rint(values[:, 0]).astype(int)
    return np.where(known, numbers, -1)


def changed_images(probed: ProbedPipeline, name: Literal["train", "validation"]) -> int:
    """How many images of a side look different in a later pass than in the first.

    A recognised image is compared with itself. One that was not recognised counts where nothing in the first pass
    equals it: turned at random, a texture is not recognised, and that must not hide that it was turned.
    """
    side, ids = getattr(probed.pipeline, name), probed.identities[name]
    first = _sampled(side.passes[0].images)
    scale = probed.scales[name]
    step = scale.slope if scale is not None else unit_of(side.passes[0].images)
    place = {int(identity): i for i, identity in enumerate(ids[0]) if identity >= 0}
    changed = 0
    for known, one in zip(ids[1:], side.passes[1:], strict=True):
        same_files = set(known.tolist()) == set(ids[0].tolist())
        for image, identity in zip(_sampled(one.images), known, strict=True):
            if identity >= 0 and int(identity) in place:
                candidates = first[place[int(identity)]][None]
            elif identity < 0 and (same_files or not place):
                candidates = first
            else:
                continue
            changed += not bool((np.abs(candidates - image[None]).max(axis=(1, 2, 3)) <= 2.0 * step).any())
    return changed


def _sampled(images: Array) -> Array:
    """About 24 rows and columns of each image: any turn, flip, shift or change of brightness shows in them."""
    rows, columns = (max(1, side // 24) for side in images.shape[1:3])
    return np.asarray(images[:, ::rows, ::columns], dtype=np.float64)


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
    if not _meant(set.union(*mislabelled), _repeated(mislabelled), len(probed.probe.images)):
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
    if not probed.shared:
        return
    ids = {
        name: [np.max([getattr(one, channel) for channel in probed.shared], axis=0) for one in passes]
        for name, passes in probed.decoded.items()
    }
    total = sum(probed.count(channel) for channel in probed.shared)
    kind = "" if total == len(probed.probe.images) else " recognisable"
    sets = {name: [set(one[one >= 0].tolist()) for one in passes] for name, passes in ids.items()}
    in_one_pass = max(len(a & b) for a, b in zip(sets["train"], sets["validation"], strict=True))
    shared = set.union(*sets["train"]) & set.union(*sets["validation"])
    often = {name: _repeated(passes) for name, passes in sets.items()}
    if _meant(shared, shared & often["train"] & often["validation"], total):
        reshuffled = not in_one_pass
        raise CheckFailed(
            f"{len(shared)} of {total}{kind} images turn up on both sides"
            + (", though never in the same pass: the split is dealt anew on every pass." if reshuffled else "."),
            expected="No image is in both training and validation, in any epoch.",
            why="An image seen in training is no test: the validation accuracy then praises memory, not understanding.",
            hint="`shuffle()` before `take()` and `skip()` reshuffles each epoch: split first, shuffle afterwards."
            if reshuffled
            else "Both sides need the same `seed` and the same `validation_split`; by hand, cut one shuffled list at one place.",
        )
    for name, passes in ids.items():
        twice = [_twice(one) for one in passes]
        if any(_meant(found, found & _repeated(twice), total) for found in twice):
            raise CheckFailed(
                f"Within one pass the {SIDE_NAMES[name]} side gives {max(map(len, twice))} images more than once.",
                expected="Every image once in each epoch.",
                why="Images that come twice count twice, and others are left out for them.",
                hint="Leave out `repeat()`, and cut the list of files without overlap.",
            )
    missing = total - len(set.union(*sets["train"]) | set.union(*sets["validation"]))
    unknown = sum(
        int((getattr(passes[0], channel)[getattr(passes[0], LOOKS[channel])] < 0).sum())
        for passes in probed.decoded.values()
        for channel in probed.shared
    )
    if missing > unknown:
        raise CheckFailed(
            f"{missing} of {total}{kind} images are on neither side.",
            expected="Every image of the folder is used, for training or for validation.",
            why="Data is what a network lives on; images lost on the way cannot teach it anything.",
            hint="Check where the list of files is cut, and whether `drop_remainder` throws the last batch away.",
        )


def _meant(found: set[int], repeated: set[int], total: int) -> bool:
    """Whether sightings are more than one misreading: the same image in several passes, or several images."""
    return bool(repeated) or len(found) >= max(3, 0.05 * total)


def _repeated(sets: Sequence[set[int]]) -> set[int]:
    """What is in at least two of the sets; in the one that there is."""
    least = min(2, len(sets))
    return {item for item in set.union(*sets) if sum(item in one for one in sets) >= least}


def _twice(ids: Array) -> set[int]:
    values, counts = np.unique(ids[ids >= 0], return_counts=True)
    return set(values[counts > 1].tolist())


def assert_sides_kept(probed: ProbedPipeline) -> None:
    """Images of the training folder come out for training alone, those of the validation folder for validation alone.

    And each of them does, once in a pass. For layouts of two folders, see `grader.data.probes.probe_folders`.

    Raises:
        CheckFailed: an image on the other side, twice in a pass, or on neither side.
    """
    for name, passes in probed.identities.items():
        strays = [{int(i) for i in ids if i >= 0 and probed.probe.images[int(i)].side != name} for ids in passes]
        every = set.union(*strays)
        if _meant(every, _repeated(strays), sum(probed.count(channel) for channel in probed.trusted[name])):
            other = SIDE_NAMES["validation" if name == "train" else "train"]
            raise CheckFailed(
                f"{len(every)} images of the {other} folder come out on the {SIDE_NAMES[name]} side.",
                expected="Each side reads its own folder.",
                why="An image seen in training is no test: validation then praises memory, not understanding.",
                hint="Check which directory each data set is made from, and the order in which you return them.",
            )
    assert_split_disjoint(probed)


def assert_batch_size(pipeline: Pipeline, batch_size: int) -> None:
    """Every batch of each side has `batch_size` images, but for one rest, which a shuffle may put anywhere.

    Raises:
        CheckFailed: another size.
    """
    for side in pipeline.sides:
        other = [size for size in side.passes[0].batches if size != batch_size]
        if len(other) > 1 or any(size > batch_size for size in other):
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
