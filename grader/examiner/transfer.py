"""Evidence of the exercise on transfer learning: backbone, cut, final model, features, fine-tuning, training."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import msgspec
import numpy as np

from grader.checks.finding import CheckFailed
from grader.checks.regularisation import Passage, passage_of
from grader.checks.training import TrainingRun
from grader.checks.transfer import assert_weights_loaded
from grader.checks.transferred import (
    FROZEN_LATE,
    Reach,
    Transferred,
    assert_leans_on_cut,
    assert_preprocessed_once,
    frozen_late,
    reach_of,
)
from grader.examiner.answers import reading_an_answer
from grader.examiner.built import BuiltEvidence
from grader.examiner.evidence import hint_at_globals
from grader.examiner.once import once
from grader.examiner.own_backbone import cut_of, own_backbone, own_pictures, sent
from grader.examiner.source import Array, Unusable, waiting
from grader.examiner.steps import after_steps
from grader.examiner.training import TrainedEvidence
from grader.examiner.transfer_parts import BUILD, CUT, LOAD, TransferParts
from grader.model_data import ModelData, weights_of
from grader.model_data.backbones import BACKBONES
from grader.wire import Message

STEP_PICTURES = 8
LEANING_PICTURES = 4
PASSAGE_PICTURES = 4
OFFLINE = (
    'There is no network while grading, and `weights="imagenet"` downloads a file. Build the network with `weights=None`, '
    "then `load_weights` from the path that the notebook gives you."
)
LOADING_HINTS = {
    "URL fetch failure": OFFLINE,
    "filepath=True": "`weights=` takes None or a path. Build with `weights=None`, then load the file that you are given.",
    "could not be loaded": "The file belongs to the network without its top, of one width and for colour pictures: compare "
    "`include_top=False`, `alpha` and `input_shape` with the task.",
    "synchronously open file": "The weights lie at the path that the notebook gives you, relative to where it starts.",
}
"""What to say to texts of Keras, which name its own insides."""


class TransferEvidence:
    """What the checks of week 3 look at, gathered through the submission's evidence."""

    def __init__(self, root: TrainedEvidence) -> None:
        self.root = root
        self.params = root.params
        self._parts = TransferParts(root.assignment.calls)
        self.pretrained = BuiltEvidence(root, self._ask_pretrained, LOAD)
        self.cut = BuiltEvidence(root, self._ask_cut, CUT)
        self.final = BuiltEvidence(root, self._ask_final, BUILD)
        self.chain = BuiltEvidence(root, self._ask_chain, BUILD)
        self._at_compile: dict[str, bool] | None = None

    # the grader's own -----------------------------------------------------------------------------------------

    @once
    def backbone(self) -> Any:
        """The exercise's backbone with the shipped weights, frozen."""
        return own_backbone(self.params, self.root.assignment.assets["weights_file"])

    @once
    def own_cut(self) -> Any:
        """From the backbone's input to `last_layer`."""
        return cut_of(self.backbone, self.params.last_layer)

    @once
    def truth(self) -> dict[str, Array]:
        """The shipped weights, by path."""
        return weights_of(self.backbone)

    @once
    def first_convolution(self) -> str:
        """Name of the first layer that has a kernel."""
        return next(path.split("/")[0] for path in self.truth if path.endswith("/kernel"))

    @once
    def pictures(self) -> Array:
        """A few pictures in the backbone's range."""
        return own_pictures(self.number("pictures"), self.params, 4).images

    @once
    def _sent_backbone(self) -> tuple[dict[str, Any], dict[str, Array]]:
        return sent(self.backbone)

    @contextlib.contextmanager
    def learning_backbone(self) -> Iterator[Any]:
        """The same, open for a while: what is frozen answers in inference mode whatever it is asked for."""
        backbone = self.backbone
        backbone.trainable = True
        try:
            yield backbone
        finally:
            backbone.trainable = False

    @once
    def sent_learning_backbone(self) -> tuple[dict[str, Any], dict[str, Array]]:
        """The same, as a request carries it."""
        with self.learning_backbone() as backbone:
            return sent(backbone)

    # the student's --------------------------------------------------------------------------------------------

    def ask(
        self, task: str, adapter: str, body: Mapping[str, Any], arrays: Mapping[str, Array] | None = None,
        purpose: str = "", names: tuple[str, ...] = (),
    ) -> Message:  # fmt: skip
        """One request to a cell that holds the weights file and the public pictures: what it raises may be shown."""
        files = {**self.root.public_files, **self.final.asset_files}
        entry = self._parts.entry(task)
        # Paths of another course's folder, or of another year's, may be written into the code.
        body = {**body, "by_name": [*self.final.asset_files]}
        names = tuple(self._parts.entry(name) for name in names)
        try:
            return self.final.ask_once(task, entry, files, adapter, body, arrays, purpose, names=names)
        except Unusable as error:
            raise self._with_hint(task, error) from error

    def _with_hint(self, task: str, error: Unusable) -> Unusable:
        """The same with a hint where Keras' own words lead nowhere."""
        if error.status != "student_error":
            self.root.hint_at_training(error, self._parts.entry(task))
            return error
        if task in self.root.assignment.built_on_globals:
            hint_at_globals(error)
        error.hint = next((hint for text, hint in LOADING_HINTS.items() if text in error.seen), error.hint)
        asked, built = str(self.params.backbone), self.root.assignment.networks
        if task in (LOAD, CUT) and built and asked not in built:
            error.hint = (
                f"You build `{built[0]}`; the weights file and the layers of this exercise are those of `{asked}`."
            )
            text = (
                f"The code builds `{built[0]}`, and this exercise was graded with `{asked}`. A course that uses `{built[0]}` "
                "grades with an overlay that says so and brings its weights."
            )
            self.root.notes.append(("other-backbone", text))
        return error

    @property
    def _sample(self) -> Array:
        """What a model is built with that does not say its input."""
        side = self.params.image_size
        return np.zeros((2, side, side, self.params.channels), np.float32)

    def _ask_pretrained(self, purpose: str) -> ModelData:
        found = self._pretrained(purpose, self._parts.on_our_own(LOAD))
        if not self._parts.script or (self._is_loaded(found) and not any(found.trainable.values())):
            return found
        # What is done to it behind the cut is a matter of the final model; and whoever is late still is in time.
        with contextlib.suppress(Unusable):
            earlier = self._pretrained(f"{purpose} before the cut", self._parts.before_the_cut)
            closed = {path for path, on in earlier.trainable.items() if not on}
            trainable = {path: on and path not in closed for path, on in found.trainable.items()}
            return replace(earlier if self._is_loaded(earlier) else found, trainable=trainable)
        return found

    def _is_loaded(self, found: ModelData) -> bool:
        try:
            assert_weights_loaded(found, self.truth)
        except CheckFailed:
            return False
        return True

    def _pretrained(self, purpose: str, stage: Mapping[str, Any]) -> ModelData:
        body = {"weights_path": str(self.params.weights_file), **stage}
        reply = self.ask(LOAD, "backbone", body, {"sample": self._sample}, purpose)
        data = _model_of(reply)
        with reading_an_answer():
            still_open = frozenset(msgspec.convert(reply.body["open"], list[str]))
        return replace(data, trainable={path: on or path in still_open for path, on in data.trainable.items()})

    def _ask_cut(self, purpose: str) -> ModelData:
        body, arrays = self._sent_backbone
        return _model_of(self.ask(CUT, "backbone_cut", {**body, **self._parts.on_our_own(CUT)}, arrays, purpose))

    def _ask_final(self, purpose: str) -> ModelData:
        try:
            return self._final(purpose)
        except Unusable as error:
            if self._parts.script and error.status != "not_attempted":
                # A script may have its backbone under two names; the other one was not replaced.
                try:
                    return self._as_it_is(f"{purpose} as it is", (BUILD,))
                except Unusable as own:
                    # Else the error is one of earlier lines, and theirs to report. A bound that is met says nothing of the code.
                    if own.status in ("timeout", "memory", "output"):
                        raise own from error
            raise

    def _final(self, purpose: str) -> ModelData:
        body, arrays = self._sent_backbone
        reply = self.ask(
            BUILD,
            "final_model",
            {"last_layer": self.params.last_layer, **body, **self._parts.on_our_own(BUILD)},
            {**arrays, "sample": self._sample},
            purpose,
        )
        with reading_an_answer():
            at_compile = msgspec.convert(reply.body["trainable_at_compile"], dict[str, bool] | None)
        self._at_compile = at_compile
        return _model_of(reply)

    def _as_it_is(self, purpose: str, names: tuple[str, ...]) -> ModelData:
        """The final model on the submission's own parts, in a cell that holds no network but these: some count their layers on."""
        entries = [self._parts.entry(one) for one in (LOAD, CUT, BUILD)]
        body = {"entries": entries, "weights_path": str(self.params.weights_file), **self._parts.as_they_are}
        return _model_of(self.ask(BUILD, "backbone_chain", body, {"sample": self._sample}, purpose, names=names))

    def _ask_chain(self, purpose: str) -> ModelData:
        """The three functions one after another. Waits for whichever gives no usable object by itself."""
        for one in (self.pretrained, self.cut, self.final):
            _ = one.rebuilt
        try:
            return self._as_it_is(f"chain {purpose}", (LOAD, CUT, BUILD))
        except Unusable as error:
            if error.status == "student_error":
                error.hint = (
                    "Each of your three parts works on the grader's own backbone. Together they do not: look at what one hands to "
                    "the next, such as the input's shape or a layer's name."
                )
            raise

    # the final model ------------------------------------------------------------------------------------------

    @once
    def built(self) -> Transferred:
        """The final model as it came back, and its weights after real training steps."""
        data = self.final.model_data
        found = self._transferred(data, {})
        if data.compile_config is not None and frozen_late(found):
            self.root.notes.append(FROZEN_LATE)
        return found

    @once
    def held(self) -> Transferred:
        """The same, where the backbone is in it. What is not there is neither unchanged nor frozen.

        Raises:
            Unusable: blocked, where nothing of it is.
        """
        if not self.built.places or self.leaning is not None:
            raise waiting(f"{BUILD}/built_on_cut")
        return self.built

    @once
    def leaning(self) -> CheckFailed | None:
        """What is wrong where the network's answers do not depend on the cut."""
        try:
            assert_leans_on_cut(
                self.final.rebuilt.model, self.params.last_layer, self.final.model_images[:LEANING_PICTURES]
            )
        except CheckFailed as error:
            return error
        except Unusable:
            # What cannot be rebuilt or applied is another check's matter.
            return None
        return None

    def require_leaning(self) -> None:
        """The network's answers depend on what the cut puts out.

        Raises:
            CheckFailed: they do not.
        """
        if self.leaning is not None:
            raise self.leaning

    @once
    def stepped(self) -> Transferred:
        """The same, after real training steps on pictures as the student's pipeline gives them."""
        _ = self.held
        self.final.require_compiled()
        data = self.final.model_data
        images = self.final.model_images[:STEP_PICTURES]
        return self._transferred(data, after_steps(data, images, self.number("steps"), f"{BUILD}/output_fits_loss"))

    def _transferred(self, data: ModelData, after: Mapping[str, Array]) -> Transferred:
        cut = weights_of(self.own_cut)
        return Transferred(
            weights=data.weights, truth=cut, beyond=tuple(path for path in self.truth if path not in cut), after=after,
            trainable=data.trainable, trainable_at_compile=self._at_compile,
        )  # fmt: skip

    @once
    def reach(self) -> Reach | None:
        """What black and white pixels of a file have become at the backbone's first convolution.

        Where that is not what it should be on the grader's backbone, on the student's own chain of functions: who
        preprocesses inside of `create_pre_trained_model` does so once, too.
        """
        _ = self.held
        found = self._reach_in(self.final)
        if self._fits(found):
            return found
        with contextlib.suppress(Unusable, CheckFailed):
            own = self._reach_in(self.chain)
            return own if self._fits(own) else found
        return found

    def _fits(self, reach: Reach | None) -> bool:
        try:
            assert_preprocessed_once(reach, *self.range)
        except CheckFailed:
            return False
        return True

    def _reach_in(self, built: BuiltEvidence) -> Reach | None:
        probed = self.root.probed_pipeline
        scale = probed.scales["train"] or probed.scales["validation"]
        shape = (2, *self.final.model_images.shape[1:])
        if scale is None:
            given = np.asarray(probed.pipeline.train.passes[0].images)
            low, high = float(given.min()), float(given.max())
        else:
            low, high = scale.offset, 255 * scale.slope + scale.offset
        black, white = (np.full(shape, value, np.float32) for value in (low, high))
        found = reach_of(built.rebuilt.model, self.first_convolution, black, white)
        return found and replace(found, given=(low, high))

    @property
    def range(self) -> tuple[float, float]:
        """What black and white should be there."""
        architecture = BACKBONES[self.params.backbone]
        return architecture.low, architecture.high

    @once
    def passage(self) -> Passage:
        """A few pictures' way through the final model, as far as dropout goes."""
        return passage_of(self.final.rebuilt.model, self.final.model_images[:PASSAGE_PICTURES], augmentation=False)

    # training -------------------------------------------------------------------------------------------------

    @once
    def training(self) -> TrainingRun:
        """The student's own chain of functions, trained on the student's batches.

        Raises:
            Unusable: among others, blocked where the backbone stands beside the way of the pictures.
        """
        if self.leaning is not None:
            raise waiting(f"{BUILD}/built_on_cut")
        return self.chain.training

    @once
    def trained(self) -> Transferred:
        """The network of that training, with its weights afterwards."""
        run = self.training
        return self._transferred(self.chain.model_data, run.weights)

    def number(self, purpose: str) -> int:
        """A secret number for this purpose."""
        return self.root.assignment.number(f"transfer {purpose}")


def _model_of(reply: Message) -> ModelData:
    with reading_an_answer():
        return ModelData.from_wire(reply.body["model"], reply.arrays)


__all__ = ["TransferEvidence"]
