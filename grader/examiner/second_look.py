"""A second look: what a pipeline gives of the real photos, held against what it did with the probe folder.

Code can tell the two folders apart, by the number of files or by their names, and be honest on the probe alone. What the real
photos show must therefore agree with what the checks of the pipeline concluded from the probe's pictures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from grader.checks import sides
from grader.checks.batches import Pipeline, label_numbers
from grader.checks.finding import CheckFailed
from grader.data.thumbnails import decoded, match
from grader.examiner import preprocessing
from grader.examiner.source import Array, Unusable, waiting

TASK = "train_val_datasets"
RECOGNISED = (
    "image_shape",
    "value_range",
    "labels",
    "split_size",
    "split_disjoint",
    "batch_size",
    "shuffled",
    "validation_unchanged",
)
"""Checks of a pipeline that say nothing where none of its pictures is recognised."""
MOST_ON_BOTH_SIDES = 0.2
"""Share of the recognised validation pictures that may seem to be training pictures, too: look-alikes are taken for each other."""
RECOGNISED_OF_A_LABEL = 0.5
"""Share of the training pictures of every label that must be recognised where nearly all validation pictures are. Of honest
pipelines it was at least 0.90 there; with noise for one class it is 0. Measured in `docs/second_look.md`, as are the next ones."""
COMPARED = 64
"""Training pictures that are compared with their files, pixel by pixel. Which ones is up to the assignment's secret: a pipeline knows
at which place it hands out a picture, and could be honest where it is looked at."""
FEWEST = COMPARED // 2
"""Pictures below which nothing is concluded from a correlation: of few, chance makes anything."""
UNEXPLAINED = 0.5
"""Share of the pictures' own deviation that may differ from their files: honest ones differ by at most 0.15."""
FAINT = 0.013
"""Deviation, in units of the pictures' own, up to which what goes with the label is no mark: about one step in 255. Where the files of
one class are of another format, decoders differ for that class alone, by 0.010 at most; the faintest mark tried has 0.014."""
TELLS = 0.65
"""Correlation with the label from which on what differs tells it. Of 64 pictures with nothing but chance in them one in 10⁸ gets
there, of 32 one in 10⁴; a label in three pictures out of five gets to 0.7."""
CLEAR = 0.9
"""Share of the validation pictures that must be recognised before anything is concluded from the training pictures."""


@dataclass(frozen=True)
class Photos:
    """What a pipeline gave of the real photos in its first pass.

    Attributes:
        found: the pipeline.
        files: the photos, as their bytes.
        validation: for each validation image the position of the file that it shows, -1 where unsure.
        train: the same for the training images.
        seed: a secret number, by which some of the training images are drawn to be compared with their files.
    """

    found: Pipeline
    files: Sequence[bytes]
    validation: Array
    train: Array
    seed: int

    @classmethod
    def recognised(cls, found: Pipeline, files: Sequence[bytes], thumbnails: Array, seed: int) -> Photos:
        """Find each image among the files.

        Args:
            found: the pipeline over those files.
            files: their bytes.
            thumbnails: of the files, from `data.thumbnails.file_thumbnails`.
            seed: as the attribute.
        """
        validation, train = (match(side.passes[0].images, thumbnails) for side in (found.validation, found.train))
        return cls(found, files, validation, train, seed)

    @property
    def any(self) -> bool:
        """Whether at least one image was recognised."""
        return bool((self.validation >= 0).any() or (self.train >= 0).any())

    @property
    def comparable(self) -> bool:
        """Whether its training images can be held against their files, pixel by pixel, where the pipeline leaves them alone."""
        return bool(np.mean(self.validation >= 0) >= CLEAR) and self.remainder() is not None

    def least_recognised(self) -> float:
        """Share of the training images with one label that are recognised, for the label where it is smallest."""
        labels = label_numbers(self.found.train.passes[0].labels)
        return min((float(np.mean(self.train[labels == one] >= 0)) for one in np.unique(labels)), default=0.0)

    def on_both_sides(self) -> tuple[int, int]:
        """How many recognised validation photos seem to be training photos, too, and how many were recognised."""
        aside = {*self.validation[self.validation >= 0].tolist()}
        return len(aside & {*self.train[self.train >= 0].tolist()}), len(aside)

    def remainder(self) -> Remainder | None:
        """What of the training images their files do not explain; None where nothing can be said.

        Each file is prepared as the validation side prepares it, and fitted to the training image with one scale for all.
        """
        aside, side = self.found.validation.passes[0], self.found.train.passes[0]
        sure = np.flatnonzero(self.validation >= 0)
        taught = [decoded(self.files[self.validation[i]]) for i in sure[: preprocessing.TRIED]]
        known = preprocessing.learn(aside.images[sure], taught)
        chosen = self._drawn()
        if known is None or not len(chosen) or aside.images.shape[1:] != side.images.shape[1:]:
            return None
        given = side.images[chosen].astype(np.float64).reshape(len(chosen), -1)
        due = np.stack([known(decoded(self.files[self.train[i]])) for i in chosen]).astype(np.float64)
        due = due.reshape(len(chosen), -1)
        slope, offset = preprocessing.line(due, given)
        rest = given - (slope * due + offset)
        spread = max(float(given.std()), 1e-12)
        mark = mark_of(rest, label_numbers(side.labels)[chosen])
        return Remainder(float(rest.std()) / spread, mark.size / spread, mark.follows)

    def _drawn(self) -> Array:
        """Positions of the training images to compare, all recognised."""
        sure = np.flatnonzero(self.train >= 0)
        drawn: Array = np.random.default_rng(self.seed).permutation(sure)[:COMPARED]
        return drawn


@dataclass(frozen=True)
class Remainder:
    """What training images differ from their files by.

    Attributes:
        pixels: standard deviation of the difference over all pixels, in units of the images' own.
        mark: the same of that part of it which goes with the label.
        follows: how well that part tells the label; see `Mark`.
    """

    pixels: float
    mark: float
    follows: float

    @property
    def honest(self) -> bool:
        """Whether the images are those of their files, and nothing in them tells the label."""
        return self.pixels <= UNEXPLAINED and (self.mark <= FAINT or self.follows < TELLS)


@dataclass(frozen=True)
class Mark:
    """What in pictures goes with their label.

    Attributes:
        size: standard deviation of it over all pixels.
        follows: correlation of how much of it is in a picture with the picture's label.
    """

    size: float = 0.0
    follows: float = 0.0


def mark_of(rest: Array, labels: Array) -> Mark:
    """Look for a mark in what is left of pictures; none is found where all labels are the same or the pictures few.

    One half of the pictures says which pattern goes with the label, and how much of that pattern is in a picture of the other half
    is held against its label. A mark is so found wherever it is and whatever it looks like, bright or dark, coarse or fine; and as
    no picture is judged by a pattern that it was part of, chance alone makes no correlation, however many pixels there are.

    Args:
        rest: (n, pixels), in no particular order.
        labels: (n,).
    """
    if len(rest) < FEWEST:
        return Mark()
    half = np.arange(len(rest)) % 2 == 0
    found, wanted = np.zeros(len(rest)), np.zeros(len(rest))
    for judged in (half, ~half):
        pattern = _centred(labels[~judged]) @ _centred(rest[~judged])
        found[judged] = _centred(rest[judged]) @ pattern / max(float(np.linalg.norm(pattern)), 1e-12)
        wanted[judged] = _centred(labels[judged])
    if not found.std() or not wanted.std():
        return Mark()
    return Mark(float(found.std()) / rest.shape[1] ** 0.5, float(np.corrcoef(found, wanted)[0, 1]))


def _centred(values: Array) -> Array:
    centred: Array = values - values.mean(axis=0)
    return centred


def assert_those_of_the_folder(photos: Photos) -> None:
    """For pipelines that leave training pictures alone: what a network would be trained on are the folder's photos.

    Raises:
        CheckFailed: they differ from their files, or by what tells their label.
    """
    if np.mean(photos.validation >= 0) < CLEAR:
        return
    if photos.least_recognised() >= RECOGNISED_OF_A_LABEL:
        rest = photos.remainder()
        if rest is None or rest.honest:
            return
    raise CheckFailed(
        "The training photos that the pipeline gives are not those of the folder.",
        expected="The folder's own photos, resized and perhaps rescaled.",
        why="A network learns what it is shown: from other pictures it learns something else.",
        hint="Look at one batch: `plt.imshow(images[0].numpy().astype('uint8'))`.",
    )


def nothing_recognised(
    reason: CheckFailed | Unusable | None = None, told_by: str | None = None
) -> dict[str, CheckFailed | Unusable]:
    """Neither a probe picture nor a photo came out: whatever the pipeline gives, nobody can say that it is right.

    Args:
        reason: why it gave no photos at all; None where it gave some.
        told_by: the check that says already why nothing is recognised; None where none does.
    """
    first = f"{TASK}/returns_two_datasets"
    if told_by is not None:
        return {f"{TASK}/{name}": waiting(told_by) for name in ("returns_two_datasets", *RECOGNISED)}
    failure = CheckFailed(
        "Not one of the pictures that the pipeline gives can be recognised as one of the folder.",
        expected="The pictures of the folder, resized and perhaps rescaled.",
        why="What cannot be traced to a picture cannot be told right from wrong, and teaches the network nothing.",
        hint="Look at one batch: `plt.imshow(images[0].numpy().astype('uint8'))`.",
    )
    return {first: reason or failure, **{f"{TASK}/{name}": waiting(first) for name in RECOGNISED}}


def split_of(photos: Photos, validation_split: float | None) -> dict[str, CheckFailed | Unusable]:
    """By check, what is wrong with the split of the real photos.

    Args:
        photos: as the pipeline gave them.
        validation_split: share of validation photos that the student's code has to put aside; None where the exercise asks
            for none, because its folders are split already.
    """
    found: dict[str, CheckFailed | Unusable] = {}
    if validation_split is not None:
        try:
            sides.assert_split_size(photos.found, validation_split, len(photos.files))
        except CheckFailed as failure:
            found[f"{TASK}/split_size"] = failure
    both, aside = photos.on_both_sides()
    if both > MOST_ON_BOTH_SIDES * aside:
        found[f"{TASK}/split_disjoint"] = CheckFailed(
            f"Of the photos in the folder, {both} of {aside} validation photos are also among the training photos.",
            expected="Every photo on one side alone, whichever folder is read.",
            why="A network that trained on its validation photos is praised for what it has learnt by heart.",
            hint="Split every folder in the same way, whatever its files are called.",
        )
    return found


def left_out(photos: Photos, due: Mapping[str, int]) -> dict[str, CheckFailed | Unusable]:
    """By check, what tells that pictures never come: a few batches are all of a probe folder, and little of the real one.

    Args:
        photos: as the pipeline gave them.
        due: how many there are in each folder that has a side of its own, `train` and `validation` in this order, by the folder's
            name; or in the one folder for both.
    """
    counts = [sum(side.passes[0].batches) for side in photos.found.sides]
    # What `drop_remainder` may leave out is judged on the probe folder.
    rests = [max(side.passes[0].batches) - 1 for side in photos.found.sides]
    if any(side.endless for side in photos.found.sides):
        return {}
    check = f"{TASK}/folders"
    if len(due) == 1:
        check, counts, rests = f"{TASK}/split_size", [sum(counts)], [sum(rests)]
    for (folder, total), count, rest in zip(due.items(), counts, rests, strict=True):
        if total - count > rest:
            failure = CheckFailed(
                f"{total} pictures lie in `{folder}`, {count} of them came.",
                expected="Every picture of the folder, once in each epoch.",
                why="Data is what a network lives on; pictures lost on the way cannot teach it anything.",
                hint="Leave out what was meant for a quick try: `take(n)` keeps n batches and loses the rest, as does a list of files cut "
                "by `[:n]`.",
            )
            return {check: failure}
    return {}
