"""Evidence on real pictures: the student's pipeline over the public images."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from grader.checks import pipeline
from grader.checks.batches import Pass, Pipeline, label_numbers
from grader.checks.finding import CheckFailed
from grader.checks.recognised import changed_images
from grader.examiner import second_look
from grader.examiner.evidence import VALUE_RANGE, Evidence
from grader.examiner.layout import TRAIN, VALIDATION, class_of
from grader.examiner.once import once
from grader.examiner.second_look import Photos
from grader.examiner.source import Array, Unusable, waiting

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
    held: bool
    """Whether its training images could be held against their files, pixel by pixel, and are those."""


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
        held = not self.augments and photos.comparable
        return RealPipeline(found, self._class_numbers(names, photos), sure, held)

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


__all__ = ["RealImagesEvidence", "RealPipeline"]
