"""Evidence on real pictures: the student's pipeline over the public images, and the hidden images as it would give them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath

import numpy as np

from grader.checks import pipeline
from grader.checks.batches import Pass, Pipeline, label_numbers
from grader.checks.finding import CheckFailed
from grader.checks.recognised import changed_images
from grader.data.thumbnails import decoded, file_thumbnails, match
from grader.examiner import preprocessing, second_look
from grader.examiner.evidence import VALUE_RANGE, Evidence
from grader.examiner.layout import TRAIN, VALIDATION, class_of
from grader.examiner.once import once
from grader.examiner.second_look import Photos
from grader.examiner.source import Array, Unusable, waiting
from grader.examiner.twins import pictures_twin

AUGMENTED_PASSES = 4
CLEAR = 0.9
"""Share of a class's recognised images that must carry one label for that to be its number."""
TRAINING_BYTES = 500 << 20
"""Of one side's images in one pass: what the trainer can be sent together with the hidden images."""


@dataclass(frozen=True)
class RealPipeline:
    """The student's pipeline over the real training images: one or more passes of training, what labels mean."""

    pipeline: Pipeline
    class_numbers: Mapping[str, int]
    validation_files: tuple[tuple[int, bytes], ...]
    """(index among the validation images, the file it shows), where sure."""


@dataclass(frozen=True)
class HiddenArrays:
    """Hidden images as the student's pipeline would give them, and their labels in the student's form."""

    images: Array
    labels: Array


class RealImagesEvidence(Evidence):
    """A submission's evidence, that on real pictures included."""

    @once
    def augments(self) -> bool:
        """Whether training images change from pass to pass; True where that cannot be told."""
        probed = self.probed_pipeline
        return not probed.certain or changed_images(probed, "train") > 0

    @once
    def real_pipeline(self) -> RealPipeline:
        """`train_val_datasets` over the public training images."""
        names, files = self._training_folder()
        found = self._read_real(files)
        photos = Photos.recognised(
            found, list(files.values()), self.assignment.training_thumbnails, self.assignment.number("second look")
        )
        sure = tuple((i, photos.files[index]) for i, index in enumerate(photos.validation) if index >= 0)
        self._look_again(photos)
        self._look_for_all(photos)
        return RealPipeline(found, self._class_numbers(names, photos), sure)

    def _read_real(self, files: dict[str, bytes]) -> Pipeline:
        """What the pipeline gives of the real photos, once it is known to be fit for a training.

        Raises:
            Unusable, CheckFailed: it is not. Code that also hid what it did with the probe is not believed unseen.
        """
        try:
            found = self.read_datasets(files, passes=AUGMENTED_PASSES if self.augments else 1, purpose="training data")
            self._require_alike(found)
            _assert_bounded(found)
        except (CheckFailed, Unusable) as reason:
            # Blocked: a check of the pipeline has said already what is wrong, and it is the same mistake on both folders.
            if not self.probed_pipeline.certain and getattr(reason, "status", "") != "blocked":
                self.second_looks |= second_look.nothing_recognised(reason)
            raise
        return found

    def _look_again(self, photos: Photos) -> None:
        """Hold the real pictures against what the probe folder said: code may tell the two folders apart.

        Raises:
            CheckFailed: training pictures that are not those of their files, where the probe's were left alone.
        """
        if not self.probed_pipeline.certain and not photos.any:
            told_by = VALUE_RANGE if self.flat else None
            self.second_looks |= second_look.nothing_recognised(told_by=told_by)
        splits = not self.layout.split and "validation_split" in self.params
        self.second_looks |= second_look.split_of(photos, self.params.validation_split if splits else None)
        if not self.augments:
            second_look.assert_those_of_the_folder(photos)

    def _look_for_all(self, photos: Photos) -> None:
        """Hold the number of the real pictures against what lies in the folders."""
        params = self.params
        if self.layout.split:
            parts = [path.partition("/")[0] for path in self.assignment.training_files]
            due = {params.train_folder: parts.count(TRAIN), params.validation_folder: parts.count(VALIDATION)}
        elif "validation_split" in params:
            due = {params.data_folder: len(photos.files)}
        else:
            return
        lacking = second_look.left_out(photos, due)
        self.second_looks |= lacking
        self.left_out = next(iter(lacking), None)

    @property
    def training_order(self) -> Array | None:
        """Labels (n, …) of the public training images in the order of the first pass; None where they cannot be had."""
        try:
            return self.real_pipeline.pipeline.train.passes[0].labels
        except Unusable:
            return None

    def _require_alike(self, found: Pipeline) -> None:
        """What no network could be trained on waits for the check of the pipeline that told why, where one did.

        Raises:
            Unusable: blocked by that check.
            CheckFailed: the real pictures alone show it.
        """
        try:
            pipeline.assert_alike(found)
        except CheckFailed:
            probed, params = self.probed_pipeline, self.params
            told_by: dict[str, Callable[[], None]] = {
                "image_shape": lambda: pipeline.assert_image_shape(probed.pipeline, params.image_size, params.channels),
                "value_range": lambda: pipeline.assert_value_range(probed),
                "labels": lambda: pipeline.assert_labels(probed, params.class_names),
            }
            for name, told in told_by.items():
                try:
                    told()
                except CheckFailed:
                    raise waiting(f"train_val_datasets/{name}") from None
            raise

    def _training_folder(self) -> tuple[list[str], dict[str, bytes]]:
        listing = self.assignment.training_files
        return [class_of(path) for path in listing], self.layout.placed(listing)

    def _class_numbers(self, names: list[str], photos: Photos) -> dict[str, int]:
        """One number for each class, no two the same.

        What nearly all recognised images of a class carry; a class that validation lacks is looked up on the training
        side. Where the labels do not say it, the alphabetical numbering that Keras uses: labels that do not belong
        to their images then score as the guessing that they are.
        """
        found = photos.found
        votes = _votes(names, found.validation.passes[0], photos.validation)
        if len(votes) < len(self.params.class_names):
            votes = {**_votes(names, found.train.passes[0], photos.train), **votes}
        learnt = {}
        for name, counts in votes.items():
            label = max(counts, key=lambda number: counts[number])
            if counts[label] >= CLEAR * sum(counts.values()):
                learnt[name] = label
        trained = set(label_numbers(found.train.passes[0].labels).tolist())
        clear = len(set(learnt.values())) == len(learnt) and len(learnt) == len(votes)
        alphabetical = {name: number for number, name in enumerate(sorted(self.params.class_names))}
        if not clear or not set(learnt.values()) <= trained or not _whole(found):
            return alphabetical
        rest = [number for number in alphabetical.values() if number not in learnt.values()]
        for name in alphabetical:
            if name not in learnt:
                learnt[name] = rest.pop(0)
        return learnt

    @once
    def hidden(self) -> HiddenArrays:
        """All hidden images in the student's size, range and channel order, with labels in the student's form."""
        real = self.real_pipeline
        side = real.pipeline.validation.passes[0]
        indices = [i for i, _ in real.validation_files]
        shown = [decoded(data) for _, data in real.validation_files[: preprocessing.TRIED]]
        known = preprocessing.learn(side.images[indices], shown)
        labels = np.array([real.class_numbers[name] for name in self.assignment.hidden_labels])
        if known is not None:
            images = np.stack([known(pixels) for pixels in self.assignment.hidden_images])
            if np.issubdtype(side.images.dtype, np.integer):
                bounds = np.iinfo(side.images.dtype)
                images = np.rint(images).clip(max(0, bounds.min), min(255, bounds.max)).astype(side.images.dtype)
            return HiddenArrays(images, labels_like(labels, side.labels))
        images, order = self._through_student()
        return HiddenArrays(images, labels_like(labels[order], side.labels))

    def _through_student(self) -> tuple[Array, Array]:
        """Hidden images sent through the student's pipeline under random class folders, and found again by content."""
        rng = np.random.default_rng(self.assignment.number("detour"))
        data = list(self.assignment.hidden_files)
        known = file_thumbnails(data)
        found: dict[int, Array] = {}
        one_round = self.layout.split or not self.augments
        rounds = 1 if one_round else int(np.ceil(2 / self.params.validation_split))
        for number in range(rounds):
            files = self._detour_files(rng, data)
            twin = partial(pictures_twin, list(files), list(self.assignment.training_files.values()))
            read = self.read_datasets(files, passes=1, purpose=f"detour {number}", twin=twin)
            sides = (read.validation,) if self.augments or self.layout.split else read.sides
            for side in sides:
                images = side.passes[0].images
                if images.shape[1:] != self.real_pipeline.pipeline.train.passes[0].images.shape[1:]:
                    continue
                for image, index in zip(images, match(images, known), strict=True):
                    if index >= 0:
                        found.setdefault(int(index), image)
        if len(found) < len(data) // 4:
            raise self._beyond_recognition()
        order = np.array(sorted(found))
        return np.stack([found[i] for i in order]), order

    def _beyond_recognition(self) -> Unusable:
        """Why hidden images cannot be found again: the check that told already, where one did."""
        if self.flat:
            return waiting(VALUE_RANGE)
        try:
            pipeline.assert_validation_unchanged(self.probed_pipeline)
        except CheckFailed:
            return waiting("train_val_datasets/validation_unchanged")
        self.needs_review = True
        return Unusable(
            "failed", "What the pipeline does to a picture changes it beyond recognition.",
            expected="Pictures resized and rescaled, otherwise as they are.",
            why="Accuracy is measured on new pictures that go the same way as yours.",
            hint="Use one plain way of resizing on both sides, such as `image_size=` of `image_dataset_from_directory`.",
        )  # fmt: skip

    def _detour_files(self, rng: np.random.Generator, data: Sequence[bytes]) -> dict[str, bytes]:
        """Hidden images in class folders dealt at random; beside them the public training folder where there are two."""
        classes, suffix = self.params.class_names, PurePosixPath(next(iter(self.assignment.training_files))).suffix
        order, owners = rng.permutation(len(data)), rng.permutation(len(data)) % len(classes)
        part = f"{VALIDATION}/" if self.layout.split else ""
        hidden = {
            self.layout.place(f"{part}{classes[owner]}/{place}{suffix}"): data[index]
            for place, (owner, index) in enumerate(zip(owners, order, strict=True))
        }
        public = self.assignment.training_files.items() if self.layout.split else ()
        return {**{self.layout.place(path): file for path, file in public if path.startswith(f"{TRAIN}/")}, **hidden}


def _votes(names: list[str], side: Pass, shown: Array) -> dict[str, dict[int, int]]:
    """By class, how many recognised images carry which label."""
    votes: dict[str, dict[int, int]] = {}
    for index, label in zip(shown, label_numbers(side.labels), strict=True):
        if index >= 0:
            counts = votes.setdefault(names[index], {})
            counts[int(label)] = counts.get(int(label), 0) + 1
    return votes


def _whole(found: Pipeline) -> bool:
    """Whether labels are vectors or whole numbers."""
    labels = [side.passes[0].labels for side in found.sides]
    return all(int(np.prod(one.shape[1:])) > 1 or bool(np.all(one == np.rint(one))) for one in labels)


def _assert_bounded(found: Pipeline) -> None:
    size = sum(one.images.nbytes for one in found.train.passes)
    if size > TRAINING_BYTES:
        raise Unusable(
            "failed", f"The training images take {size >> 20} MB as your pipeline gives them.",
            expected=f"At most {TRAINING_BYTES >> 20} MB.", why="They must fit into memory together with the network.",
            hint="Look at `image_size`, and whether the data set repeats.",
        )  # fmt: skip


def labels_like(numbers: Array, given: Array) -> Array:
    """Class numbers (n,) in the form and type of the student's labels `given` (m,), (m, 1) or (m, k)."""
    width = int(np.prod(given.shape[1:])) if given.ndim > 1 else 1
    if width > 1:
        one_hot: Array = np.eye(width)[numbers.clip(0, width - 1)].astype(given.dtype)
        return one_hot.reshape((-1, *given.shape[1:]))
    shaped: Array = numbers.astype(given.dtype)
    return shaped.reshape((-1, *([1] * (given.ndim - 1))))


__all__ = ["HiddenArrays", "RealImagesEvidence", "RealPipeline", "labels_like"]
