"""Evidence of week 2: what the augmentation does, how it sits in the network, and how far two accuracies lie apart."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec
import numpy as np

from grader.checks import gap, regularisation
from grader.checks.applying import outputs_of
from grader.checks.augmentation import assert_range_kept
from grader.checks.batches import Pass, Pipeline, label_numbers
from grader.checks.changes import Changes, changes_of, random_layers
from grader.checks.finding import CheckFailed
from grader.checks.recognised import changed_images
from grader.data.probes import texture
from grader.examiner.answers import reading_an_answer
from grader.examiner.cases import Case
from grader.examiner.once import once
from grader.examiner.prepared import labels_like
from grader.examiner.source import Array, Unusable, waiting
from grader.examiner.training import TrainedEvidence
from grader.model_data import RANDOM_AT_INFERENCE, ModelData, accuracy, output_kind
from grader.trainer import TrainingPass, TrainingSpec
from grader.wire import Message

AUGMENTATION = "create_augmentation_model"
TEXTURES = 16
NEAR, NEAR_GAP = 0.10, 3.0
"""A result less than this beyond a bound, as a share and in percentage points, is a near miss and is tried again.

The reference had 0.73 on its training images and 0.71 on unseen ones under one seed of 15, where 0.70 and 0.75 are asked for, and
0.74 to 0.90 and 0.76 to 0.97 under the others; 0.10 lower, networks without convolutions end (0.63 at most, `docs/data_pets.md`).
"""
DARKEST = 60
"""Below this some pixel of a variant has to lie, of 255, as above it in `assert_range_kept`."""
SMALL = 0.1
"""Below this many units for each step of 255 a pipeline gives rescaled values: 0 to 1, or -1 to 1."""
THUMBNAIL = 16
"""Pixels a side by which pictures are known again from pass to pass."""
TWIN = 0.005
"""Mean difference, of the whole range, up to which two images are the same: 1 of 255."""
AUGMENTED_SHARE = 0.05
"""Share of training images without a twin from which a pipeline augments: 19 % of a probe folder are textured."""


UPSIDE_DOWN = (
    "Some of your variants stand on their heads. That costs nothing, but pets on photos hardly ever do: "
    '`RandomFlip("horizontal")` mirrors left and right only.'
)
Gaps = tuple[tuple[gap.Scenario, ...], tuple[float, ...]]
"""Made-up histories and what the student's function returned for each."""


class OverfittingEvidence:
    """Evidence on augmentation, dropout and the gap, gathered through the submission's root evidence."""

    def __init__(self, root: TrainedEvidence) -> None:
        self._root = root
        self.params = root.params

    # augmentation ---------------------------------------------------------------------------------------------

    @once
    def augmentation_data(self) -> ModelData:
        """`create_augmentation_model()`, as config and weights."""
        side = self.params.image_size
        shape = (2, side, side, self.params.channels)
        sample = np.random.default_rng(0).uniform(0, 255, shape).astype(np.float32)
        reply = self._root.ask_function(AUGMENTATION, "model", {}, {"sample": sample}, AUGMENTATION)
        with reading_an_answer():
            return ModelData.from_wire(reply.body["model"], reply.arrays)

    @once
    def augmentation(self) -> Any:
        """`create_augmentation_model()`, rebuilt here as a real Keras model."""
        return self._root.rebuild(self.augmentation_data).model

    @once
    def changes(self) -> Changes:
        """What the augmentation model does to probe pictures, draw by draw."""
        side, channels = self.params.image_size, self.params.channels
        takes = self.augmentation.input_shape[1:]
        if len(takes) != 3 or any(m not in (None, due) for m, due in zip(takes, (side, side, channels), strict=True)):
            raise Unusable(
                "failed", f"The augmentation model takes inputs of shape {takes}.",
                expected=f"Pictures of shape ({side}, {side}, {channels}).",
                why="It stands at the beginning of the network and takes what the pipeline gives.",
                hint=f"Begin it with `keras.Input(shape=({side}, {side}, {channels}))`.",
            )  # fmt: skip
        seed = self._root.assignment.number("augmentation")
        found = changes_of(self.augmentation, side, channels, seed)
        if not _keeps_range(found) and (fitted := self._between_rescalings()) is not None:
            # Whoever rescales in the pipeline may tell `RandomBrightness` the range that it gets there.
            with contextlib.suppress(CheckFailed):
                on_small = changes_of(fitted, side, channels, seed)
                # Cut off at the file's middle grey it is no range that was kept.
                found = on_small if _keeps_range(on_small) and on_small.lowest < DARKEST else found
        if any(abs(draw.turn) > 170 for draw in found.draws):
            self._root.notes.append(("upside-down", UPSIDE_DOWN))
        return replace(found, inference_varies=found.inference_varies or _restless(self.augmentation_data))

    def _between_rescalings(self) -> Any | None:
        """The augmentation with the values that the student's own pipeline gives it; None where those are the file's own."""
        import keras

        try:
            scale = self._root.probed_pipeline.scales["train"]
        except Unusable:
            return None
        if scale is None or not 0 < scale.slope < SMALL:
            return None
        there = keras.layers.Rescaling(scale.slope, scale.offset)
        back = keras.layers.Rescaling(1 / scale.slope, -scale.offset / scale.slope)
        return keras.Sequential([keras.Input(self.augmentation.input_shape[1:]), there, self.augmentation, back])

    @once
    def changes_of_shape(self) -> Changes:
        """The changes, where pictures keep their shape; without that nothing else can be compared."""
        if not self.changes.draws:
            raise waiting(f"{AUGMENTATION}/shape")
        return self.changes

    # the network ----------------------------------------------------------------------------------------------

    @once
    def passage(self) -> regularisation.Passage:
        """A picture's way through the student's network, augmentation and dropout watched."""
        model = self._root.rebuilt.model
        shape = self._root.model_images.shape[1:]
        rng = np.random.default_rng(self._root.assignment.number("passage"))
        seen = np.stack([texture(rng, shape[0], shape[1]) for _ in range(TEXTURES)]).astype(np.float32)
        channels = np.arange(shape[2]) % seen.shape[-1]
        found = regularisation.passage_of(model, self._as_the_pipeline_gives(seen[..., channels]))
        if not _restless(self._root.model_data):
            return found
        if not found.dropouts or self._augmentation_is_restless:
            return replace(found, varies_at_inference=1.0)
        return regularisation.with_restless_dropout(found)

    @property
    def _augmentation_is_restless(self) -> bool:
        try:
            return _restless(self.augmentation_data)
        except Unusable:
            return False

    def _as_the_pipeline_gives(self, pictures: Array) -> Array:
        try:
            scale = self._root.probed_pipeline.scales["validation"]
        except Unusable:
            scale = None
        return pictures if scale is None else (pictures * scale.slope + scale.offset).astype(np.float32)

    @once
    def dropping(self) -> regularisation.Passage:
        """The passage of a network that has dropout; rate and place cannot be judged without."""
        if not self.passage.dropouts:
            raise waiting("create_model/dropout_active")
        return self.passage

    @once
    def pipeline_augments(self) -> bool:
        """Whether training images come out changed from pass to pass; False where that cannot be told."""
        try:
            probed = self._root.probed_pipeline
        except Unusable:
            return False
        # A split that is dealt anew brings other pictures, but none that has changed.
        other_pictures_alone = probed.certain and not changed_images(probed, "train")
        return share_without_twin(probed.pipeline) > AUGMENTED_SHARE and not other_pictures_alone

    @once
    def own_layers(self) -> Mapping[str, int]:
        """How often each class of random layer stands in the student's augmentation model; empty where it is unusable."""
        try:
            return Counter(type(layer).__name__ for layer in random_layers(self.augmentation))
        except Unusable:
            return {}

    # the gap --------------------------------------------------------------------------------------------------

    @once
    def gaps(self) -> Gaps:
        """`overfitting_gap` on made-up histories with the key `accuracy`."""
        return self._gaps("accuracy")

    @once
    def gaps_of_short_key(self) -> Gaps:
        """The same with the key `acc`: a case of its own, so that a KeyError costs the other checks nothing."""
        return self._gaps("acc")

    @once
    def gaps_at_best_epoch(self) -> Gaps:
        """`gaps`, for what asks more than the right epoch and cannot be judged before that one is found."""
        played, values = self.gaps
        try:
            gap.assert_gap(played, values, "plain")
        except CheckFailed:
            raise waiting("overfitting_gap/best_epoch") from None
        return played, values

    @once
    def gaps_by_curve(self) -> dict[tuple[float, ...], float]:
        """What `overfitting_gap` returns by the validation curve under `accuracy`; empty where that cannot be had."""
        try:
            played, values = self.gaps
        except Unusable:
            return {}
        return {tuple(one.history["val_accuracy"]): value for one, value in zip(played, values, strict=True)}

    @once
    def _histories(self) -> dict[str, tuple[gap.Scenario, ...]]:
        played = gap.scenarios(self._root.assignment.number("gap"))
        return {
            "accuracy": tuple(one for one in played if one.group != "short_key"),
            "acc": tuple(one for one in played if one.group == "short_key"),
        }

    @once
    def _gaps_together(self) -> dict[str, Message]:
        cases = {key: Case(_bodies(played)) for key, played in self._histories.items()}
        return self._root.ask_together("overfitting_gap", "gap", cases)

    def _gaps(self, key: str) -> Gaps:
        played = self._histories[key]
        entry = "overfitting_gap"
        reply = self._gaps_together.get(key) or self._root.ask_once(entry, entry, {}, "gap", _bodies(played))
        with reading_an_answer():
            values = msgspec.convert(reply.body["values"], list[float | None])
            if len(values) != len(played):
                raise ValueError("another number of values")
            return played, tuple(float("nan") if value is None else value for value in values)

    @once
    def passes(self) -> tuple[TrainingPass, ...]:
        """`gap_images` images of each training pass, as many of each class, and a share `wrong_labels` of them mislabelled.

        Which ones is up to the seed. One pass, unless the pipeline itself augments. Wrong labels tell learning by heart
        from understanding: on few pictures alone the gap differs more from draw to draw than from network to network.
        """
        first, *further = self._root.real_pipeline.pipeline.train.passes
        chosen = self._few(first)
        mislabelled = self._mislabelled(first.labels[chosen], numbers_of(first, chosen))
        # The same pictures in every pass, as far as they can be known again, so that a wrong label stays with its picture.
        rows = [chosen, *(_again(first, chosen, one) for one in further)]
        return tuple(
            TrainingPass(one.images[row], mislabelled, None if one.weights is None else one.weights[row])
            for one, row in zip((first, *further), rows, strict=True)
        )

    def _few(self, one: Pass) -> Array:
        """Places of `gap_images` images, as many of each class."""
        rng = np.random.default_rng(self._root.assignment.number("gap images 0"))
        order = rng.permutation(len(one.images))
        numbers = label_numbers(one.labels)[order]
        classes = sorted(set(numbers.tolist()))
        each = int(np.ceil(self.params.gap_images / len(classes)))
        return np.concatenate([order[numbers == number][:each] for number in classes])

    def _mislabelled(self, labels: Array, numbers: Array) -> Array:
        """Labels in their own form, the same count of every class turned into the next class."""
        classes = sorted(set(numbers.tolist()))
        rng = np.random.default_rng(self._root.assignment.number("wrong labels"))
        turned = numbers.copy()
        for place, number in enumerate(classes):
            own = np.flatnonzero(numbers == number)
            wrong = rng.permutation(own)[: round(self.params.wrong_labels * len(own))]
            turned[wrong] = classes[(place + 1) % len(classes)]
        return labels_like(turned, labels)

    @once
    def gap_run(self) -> gap.GapRun:
        """The student's network trained for a fixed number of epochs on few pictures; both accuracies at inference.

        As often as `TrainedEvidence.tried` says.
        """
        self._root.require_both()
        self._root.require_untrained()
        run = self._root.tried(self._train, self._good, lambda run: self._good(run, NEAR, NEAR_GAP))
        self._root.show(
            run.history, train_accuracy=run.training_accuracy, unseen_accuracy=run.unseen_accuracy, max_gap=run.gap
        )
        return run

    def _good(self, run: gap.GapRun, slack: float = 0.0, gap_slack: float = 0.0) -> bool:
        return bool(
            run.training_accuracy >= self.params.train_accuracy - slack
            and run.unseen_accuracy >= self.params.unseen_accuracy - slack
            and run.gap <= self.params.max_gap + gap_slack
        )

    def _train(self, number: int, model: ModelData, longer: int) -> gap.GapRun:
        """One training, of `longer` epochs where it is not the exercise's number of them."""
        hidden = self._root.hidden
        with reading_an_answer():
            spec = TrainingSpec(
                model=model,
                passes=self.passes,
                batch_size=self._root.training_batch,
                epochs=longer or self.params.epochs,
                seed=self._root.assignment.number(
                    f"longer gap training {number}" if longer else f"gap training {number}"
                ),
            )
        result = self._root.fit(spec)
        trained = self._root.trained_model(result.weights)
        return gap.GapRun(
            history={name: tuple(values) for name, values in result.history.items()},
            training_accuracy=_score(trained, self.passes[0].images, self.passes[0].labels),
            unseen_accuracy=_score(trained, hidden.images, hidden.labels),
            epochs=result.epochs,
            own_accuracy=self._root.on_own_pictures(trained),
        )


def _keeps_range(found: Changes) -> bool:
    try:
        assert_range_kept(found)
    except CheckFailed:
        return False
    return True


def _bodies(played: tuple[gap.Scenario, ...]) -> dict[str, Any]:
    return {"histories": [scenario.history for scenario in played]}


def share_without_twin(found: Pipeline) -> float:
    """Share of training images in the second pass that came out on neither side in the first.

    Nobody has to recognise a picture for that, so it holds however much an augmentation changes them. Flat images,
    which no flip changes, have twins; textured ones then have none.
    """
    passes = found.train.passes
    if len(passes) < 2 or passes[0].images.shape[1:] != found.validation.passes[0].images.shape[1:]:
        return 0.0
    first = np.concatenate([passes[0].images, found.validation.passes[0].images]).astype(np.float64)[:, ::4, ::4]
    second = passes[1].images.astype(np.float64)[:, ::4, ::4]
    nearest = [float(np.abs(first - image).mean(axis=(1, 2, 3)).min()) for image in second]
    return float(np.mean(np.array(nearest) > TWIN * max(float(np.ptp(first)), 1e-9)))


def _again(first: Pass, chosen: Array, other: Pass) -> Array:
    """For each chosen image of a pass, the place in another pass of the most similar one with the same label."""
    numbers, others = label_numbers(first.labels), label_numbers(other.labels)
    small, smalls = _small(first.images[chosen]), _small(other.images)
    found = np.zeros(len(chosen), dtype=np.int64)
    for number in set(numbers[chosen].tolist()):
        mine, candidates = np.flatnonzero(numbers[chosen] == number), np.flatnonzero(others == number)
        if len(candidates):
            likeness = small[mine] @ smalls[candidates].T
            found[mine] = candidates[likeness.argmax(axis=1)]
    return found


def _small(images: Array) -> Array:
    """Gray thumbnails as unit vectors of mean 0, (n, pixels): their products are correlations."""
    steps = [max(1, side // THUMBNAIL) for side in images.shape[1:3]]
    thin = images[:, :: steps[0], :: steps[1]].astype(np.float32).mean(axis=-1).reshape(len(images), -1)
    thin -= thin.mean(axis=1, keepdims=True)
    return np.asarray(thin / np.maximum(np.linalg.norm(thin, axis=1, keepdims=True), 1e-9))


def numbers_of(one: Pass, chosen: Array) -> Array:
    """Class numbers of the chosen images of a pass."""
    return np.asarray(label_numbers(one.labels)[chosen])


def _restless(data: ModelData) -> bool:
    """Whether the cell saw a model answer differently when asked twice at inference."""
    return any(note.code == RANDOM_AT_INFERENCE for note in data.notes)


def _score(model: Any, images: Array, labels: Array) -> float:
    joined = outputs_of(model, images)
    return accuracy(joined, labels, output_kind(model)) if np.all(np.isfinite(joined)) else 0.0


__all__ = ["OverfittingEvidence"]
