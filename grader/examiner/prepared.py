"""Pictures as the student's validation side would give them, though it never did: hidden ones, and the folder's own for training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from grader.checks import pipeline
from grader.checks.finding import CheckFailed
from grader.checks.unchanged import LEAD, assert_same_pictures, compared
from grader.data.thumbnails import decoded, file_thumbnails, match
from grader.examiner import preprocessing
from grader.examiner.evidence import VALUE_RANGE
from grader.examiner.layout import TRAIN, VALIDATION, class_of
from grader.examiner.once import once
from grader.examiner.real_images import RealImagesEvidence
from grader.examiner.source import Array, Unusable, waiting
from grader.examiner.twins import pictures_twin

MOST_OF_THE_FOLDER = 400
"""Of the folder's own pictures so many are prepared: all for training in weeks 1 and 2. Never more than there are hidden ones, whose
memory is bounded."""


@dataclass(frozen=True)
class PreparedPictures:
    """Pictures (n, H, W, C) as the student's validation side would give them, and their labels in the student's form."""

    images: Array
    labels: Array


class PreparedEvidence(RealImagesEvidence):
    """A submission's evidence, with pictures that the grader prepares as the student's code would."""

    @once
    def hidden(self) -> PreparedPictures:
        """All hidden images."""
        assignment = self.assignment
        return self._prepared(assignment.hidden_files, assignment.hidden_images, assignment.hidden_labels, "detour")

    @once
    def own_pictures(self) -> PreparedPictures | None:
        """Pictures of the folder that the network trains on, unchanged; None where it trains on these very ones.

        Whatever a pipeline adds to a picture that it gives for training, where it changes pictures anyway, is not in them.
        """
        if self.real_pipeline.held:
            return None
        paths = self._for_training()
        rng = np.random.default_rng(self.assignment.number("own pictures"))
        drawn = rng.permutation(len(paths))[: min(MOST_OF_THE_FOLDER, len(self.assignment.hidden_files))]
        files = {paths[i]: self.assignment.training_files[paths[i]] for i in drawn}
        pictures = [decoded(data) for data in files.values()]
        return self._prepared(
            list(files.values()), pictures, [class_of(path) for path in files], "detour of own pictures"
        )

    def on_own_pictures(self, trained: Any) -> float | None:
        """Accuracy of a trained model on those pictures, 0 to 1; None where it trained on them as they are.

        Raises:
            Unusable: the pictures cannot be had, or the labels that it learnt are known to be wrong ones.
            CheckFailed: those that the pipeline gave it tell it more.
        """
        own = self.own_pictures
        if own is None:
            return None
        rng = np.random.default_rng(self.assignment.number("pictures of a pass"))
        passes = self.real_pipeline.pipeline.train.passes
        drawn = [rng.permutation(len(one.images))[: len(own.images)] for one in passes]
        given = [(one.images[rows], one.labels[rows]) for one, rows in zip(passes, drawn, strict=True)]
        found = compared(trained, (own.images, own.labels), given)
        if found.lead > LEAD:
            self._require_labels()
        assert_same_pictures(found)
        return found.accuracy

    def _require_labels(self) -> None:
        """A network that learnt wrong labels by heart is surer of the pictures that it learnt them from, too.

        Raises:
            Unusable: blocked by the check of labels.
        """
        try:
            pipeline.assert_labels(self.probed_pipeline, self.params.class_names)
        except CheckFailed:
            raise waiting("train_val_datasets/labels") from None

    def _for_training(self) -> list[str]:
        """Paths of the folder's pictures that do not come on the validation side."""
        files: Mapping[str, bytes] = self.assignment.training_files
        if self.layout.split:
            return [path for path in files if path.startswith(f"{TRAIN}/")]
        aside = {data for _, data in self.real_pipeline.validation_files}
        return [path for path, data in files.items() if data not in aside] or list(files)

    def _prepared(
        self, files: Sequence[bytes], pictures: Sequence[Array], classes: Sequence[str], purpose: str
    ) -> PreparedPictures:
        """Pictures, of which each lies in its file, in the student's size, range and channel order.

        All of them where the grader knows how; else those that are found again behind the student's own pipeline.
        """
        real = self.real_pipeline
        side = real.pipeline.validation.passes[0]
        labels = np.array([real.class_numbers[name] for name in classes])
        known = self._preparation
        if known is None:
            images, order = self._through_student(files, purpose)
            return PreparedPictures(images, labels_like(labels[order], side.labels))
        images = np.stack([known(pixels) for pixels in pictures])
        if np.issubdtype(side.images.dtype, np.integer):
            bounds = np.iinfo(side.images.dtype)
            images = np.rint(images).clip(max(0, bounds.min), min(255, bounds.max)).astype(side.images.dtype)
        return PreparedPictures(images, labels_like(labels, side.labels))

    @once
    def _preparation(self) -> preprocessing.Preprocessing | None:
        """What the validation side does to a picture; None where it is none of the known ways."""
        real = self.real_pipeline
        indices = [i for i, _ in real.validation_files]
        shown = [decoded(data) for _, data in real.validation_files[: preprocessing.TRIED]]
        return preprocessing.learn(real.pipeline.validation.passes[0].images[indices], shown)

    def _through_student(self, data: Sequence[bytes], purpose: str) -> tuple[Array, Array]:
        """Pictures sent through the student's pipeline under random class folders, and found again by content.

        Returns:
            Images (n, H, W, C), and for each its position in `data`.
        """
        rng = np.random.default_rng(self.assignment.number(purpose))
        known = file_thumbnails(data)
        found: dict[int, Array] = {}
        one_round = self.layout.split or not self.augments
        rounds = 1 if one_round else int(np.ceil(2 / self.params.validation_split))
        for number in range(rounds):
            files = self._detour_files(rng, data)
            twin = partial(pictures_twin, list(files), list(self.assignment.training_files.values()))
            read = self.read_datasets(files, passes=1, purpose=f"{purpose} {number}", twin=twin)
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
        """Why pictures cannot be found again: the check that told already, where one did."""
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
        """Pictures in class folders dealt at random; beside them the public training folder where there are two."""
        classes, suffix = self.params.class_names, PurePosixPath(next(iter(self.assignment.training_files))).suffix
        order, owners = rng.permutation(len(data)), rng.permutation(len(data)) % len(classes)
        part = f"{VALIDATION}/" if self.layout.split else ""
        dealt = {
            self.layout.place(f"{part}{classes[owner]}/{place}{suffix}"): data[index]
            for place, (owner, index) in enumerate(zip(owners, order, strict=True))
        }
        public = self.assignment.training_files.items() if self.layout.split else ()
        return {**{self.layout.place(path): file for path, file in public if path.startswith(f"{TRAIN}/")}, **dealt}


def labels_like(numbers: Array, given: Array) -> Array:
    """Class numbers (n,) in the form and type of the student's labels `given` (m,), (m, 1) or (m, k)."""
    width = int(np.prod(given.shape[1:])) if given.ndim > 1 else 1
    if width > 1:
        one_hot: Array = np.eye(width)[numbers.clip(0, width - 1)].astype(given.dtype)
        return one_hot.reshape((-1, *given.shape[1:]))
    shaped: Array = numbers.astype(given.dtype)
    return shaped.reshape((-1, *([1] * (given.ndim - 1))))


__all__ = ["PreparedEvidence", "PreparedPictures", "labels_like"]
