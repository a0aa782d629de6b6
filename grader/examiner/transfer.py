"""Evidence of the exercise on transfer learning: backbone, cut, final model, features, fine-tuning, training."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import msgspec
import numpy as np

from grader.checks.features import Extracted, assert_one_row_each, assert_values
from grader.checks.finding import CheckFailed
from grader.checks.fine_tuning import BackboneLayer, Tuned, assert_same_weights, rate_of
from grader.checks.outputs import assert_accuracy_metric, assert_output_fits_loss, head_of, units_of
from grader.checks.regularisation import Passage, passage_of
from grader.checks.training import TrainingRun
from grader.checks.transfer import assert_weights_loaded
from grader.checks.transferred import FROZEN_LATE, Reach, Transferred, assert_preprocessed_once, frozen_late, reach_of
from grader.examiner.answers import reading_an_answer
from grader.examiner.built import BuiltEvidence
from grader.examiner.once import once
from grader.examiner.own_backbone import Pictures, counts_to_try, cut_of, own_backbone, own_final_model, own_pictures
from grader.examiner.source import Array, Unusable, waiting
from grader.examiner.steps import after_steps, steps_of
from grader.examiner.training import TrainedEvidence
from grader.examiner.transfer_parts import BUILD, CUT, LOAD, TransferParts
from grader.model_data import ModelData, export_own_model, weights_of
from grader.model_data.backbones import BACKBONES
from grader.wire import Message

FEATURES, TUNE = "extract_features", "fine_tune"
PICTURES = 26
"""In a data set for `extract_features`: three batches of `FEW` and a rest."""
FEW = 8
STEP_PICTURES = 8
PASSAGE_PICTURES = 4
MODEL = "model/"
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


class _Case(msgspec.Struct):
    model: dict[str, Any]
    recompiled: bool


class TransferEvidence:
    """What the checks of week 3 look at, gathered through the submission's evidence."""

    def __init__(self, root: TrainedEvidence) -> None:
        self._root = root
        self._params = root.params
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
        return own_backbone(self._params, self._root.assignment.assets["weights_file"])

    @once
    def own_cut(self) -> Any:
        """From the backbone's input to `last_layer`."""
        return cut_of(self.backbone, self._params.last_layer)

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
        return own_pictures(self._number("pictures"), self._params, 4).images

    @once
    def _sent_backbone(self) -> tuple[dict[str, Any], dict[str, Array]]:
        return _sent(self.backbone)

    @contextlib.contextmanager
    def _learning_backbone(self) -> Iterator[Any]:
        """The same, open for a while: what is frozen answers in inference mode whatever it is asked for."""
        backbone = self.backbone
        backbone.trainable = True
        try:
            yield backbone
        finally:
            backbone.trainable = False

    @once
    def _sent_learning_backbone(self) -> tuple[dict[str, Any], dict[str, Array]]:
        with self._learning_backbone() as backbone:
            return _sent(backbone)

    # the student's --------------------------------------------------------------------------------------------

    def _ask(
        self, task: str, adapter: str, body: Mapping[str, Any], arrays: Mapping[str, Array] | None = None,
        purpose: str = "", names: tuple[str, ...] = (),
    ) -> Message:  # fmt: skip
        """One request to a cell that holds the weights file and the public pictures: what it raises may be shown."""
        pictures = {} if task in self._root.assignment.built_on_globals else self._root.public_files
        files = {**pictures, **self.final.asset_files}
        entry = self._parts.entry(task)
        if self._parts.script:
            body = {**body, "by_name": [*self.final.asset_files]}
        names = tuple(self._parts.entry(name) for name in names)
        try:
            return self.final.ask_once(task, entry, files, adapter, body, arrays, purpose, names=names)
        except Unusable as error:
            raise self._with_hint(task, error) from error

    def _with_hint(self, task: str, error: Unusable) -> Unusable:
        """The same with a hint where Keras' own words lead nowhere."""
        if error.status != "student_error":
            return error
        error.hint = next((hint for text, hint in LOADING_HINTS.items() if text in error.seen), error.hint)
        asked, built = str(self._params.backbone), self._root.assignment.networks
        if task in (LOAD, CUT) and built and asked not in built:
            error.hint = (
                f"You build `{built[0]}`; the weights file and the layers of this exercise are those of `{asked}`."
            )
            text = (
                f"The code builds `{built[0]}`, and this exercise was graded with `{asked}`. A course that uses `{built[0]}` "
                "grades with an overlay that says so and brings its weights."
            )
            self._root.notes.append(("other-backbone", text))
        return error

    @property
    def _sample(self) -> Array:
        """What a model is built with that does not say its input."""
        side = self._params.image_size
        return np.zeros((2, side, side, self._params.channels), np.float32)

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
        body = {"weights_path": str(self._params.weights_file), **stage}
        reply = self._ask(LOAD, "backbone", body, {"sample": self._sample}, purpose)
        data = _model_of(reply)
        with reading_an_answer():
            still_open = frozenset(msgspec.convert(reply.body["open"], list[str]))
        return replace(data, trainable={path: on or path in still_open for path, on in data.trainable.items()})

    def _ask_cut(self, purpose: str) -> ModelData:
        body, arrays = self._sent_backbone
        return _model_of(self._ask(CUT, "backbone_cut", {**body, **self._parts.on_our_own(CUT)}, arrays, purpose))

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
        reply = self._ask(
            BUILD,
            "final_model",
            {"last_layer": self._params.last_layer, **body, **self._parts.on_our_own(BUILD)},
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
        body = {"entries": entries, "weights_path": str(self._params.weights_file), **self._parts.as_they_are}
        return _model_of(self._ask(BUILD, "backbone_chain", body, {"sample": self._sample}, purpose, names=names))

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
            self._root.notes.append(FROZEN_LATE)
        return found

    @once
    def held(self) -> Transferred:
        """The same, where the backbone is in it. What is not there is neither unchanged nor frozen.

        Raises:
            Unusable: blocked, where nothing of it is.
        """
        if not self.built.places:
            raise waiting(f"{BUILD}/built_on_cut")
        return self.built

    @once
    def stepped(self) -> Transferred:
        """The same, after real training steps on pictures as the student's pipeline gives them."""
        _ = self.held
        self.final.require_compiled()
        data = self.final.model_data
        images = self.final.model_images[:STEP_PICTURES]
        return self._transferred(data, after_steps(data, images, self._number("steps"), f"{BUILD}/output_fits_loss"))

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
        probed = self._root.probed_pipeline
        scale = probed.scales["train"] or probed.scales["validation"]
        shape = (2, *self.final.model_images.shape[1:])
        if scale is None:
            given = np.asarray(probed.pipeline.train.passes[0].images)
            low, high = float(given.min()), float(given.max())
        else:
            low, high = scale.offset, 255 * scale.slope + scale.offset
        black, white = (np.full(shape, value, np.float32) for value in (low, high))
        return reach_of(built.rebuilt.model, self.first_convolution, black, white)

    @property
    def range(self) -> tuple[float, float]:
        """What black and white should be there."""
        architecture = BACKBONES[self._params.backbone]
        return architecture.low, architecture.high

    @once
    def passage(self) -> Passage:
        """A few pictures' way through the final model, as far as dropout goes."""
        return passage_of(self.final.rebuilt.model, self.final.model_images[:PASSAGE_PICTURES], augmentation=False)

    # features -------------------------------------------------------------------------------------------------

    @once
    def features(self) -> Extracted:
        """`extract_features` over a data set in fixed order."""
        return self._extracted_together.get(False) or self._extracted("features", reshuffle=False)

    @once
    def complete(self) -> Extracted:
        """The same, with one row and one label for each picture; what they hold can be judged only then."""
        _told_by(f"{FEATURES}/one_row_each", assert_one_row_each, self.features)
        return self.features

    @once
    def recognised(self) -> Extracted:
        """The same, with the right values: whose row it is can be told only then."""
        _told_by(f"{FEATURES}/values", assert_values, self.complete)
        return self.complete

    @once
    def features_shuffled(self) -> Extracted:
        """The same over one that deals its pictures anew on every pass."""
        _ = self.recognised
        return self._extracted_together.get(True) or self._extracted("features shuffled", reshuffle=True)

    @once
    def _extracted_together(self) -> dict[bool, Extracted]:
        """Both by one cell; empty where it did not answer, so that each is to be asked for alone."""
        order = [False, True] if self._number("features first") % 2 else [True, False]
        try:
            return self._extractions("features together", order)
        except Unusable:
            return {}

    def _extracted(self, purpose: str, *, reshuffle: bool) -> Extracted:
        return self._extractions(purpose, [reshuffle])[reshuffle]

    def _extractions(self, purpose: str, reshuffle: list[bool]) -> dict[bool, Extracted]:
        given = self._featured
        body, arrays = self._sent_learning_backbone
        reply = self._ask(
            FEATURES, "features", {**body, "batch_size": FEW, "reshuffle": reshuffle},
            {**arrays, "images": given.images, "labels": given.labels}, purpose,
        )  # fmt: skip
        with reading_an_answer():
            pairs = [[_rows_of(reply, f"{i}/{name}") for name in ("features", "labels")] for i in range(len(reshuffle))]
        return {
            one: Extracted(features, labels, self._true_maps, lambda: self._training_maps, given.labels)
            for one, (features, labels) in zip(reshuffle, pairs, strict=True)
        }

    @once
    def _featured(self) -> Pictures:
        """What `extract_features` is given, both times: cells know nothing of one another."""
        return own_pictures(self._number("features"), self._params, PICTURES)

    @once
    def _true_maps(self) -> Array:
        return np.asarray(self.backbone(self._featured.images, training=False))

    @once
    def _training_maps(self) -> Array:
        """Batch by batch; the backbone's statistics stay as they were."""
        images = self._featured.images
        with self._learning_backbone() as backbone:
            before = [(variable, np.array(variable)) for variable in backbone.non_trainable_variables]
            starts = range(0, len(images), FEW)
            trained = np.concatenate([np.asarray(backbone(images[i : i + FEW], training=True)) for i in starts])
            for variable, value in before:
                variable.assign(value)
        return trained

    # fine-tuning ----------------------------------------------------------------------------------------------

    @once
    def tuned(self) -> tuple[Tuned, ...]:
        """`fine_tune` on the grader's own final model, with two numbers of layers."""
        seed = self._number("fine-tune")
        layers = _layers_of(self.own_cut)
        model = own_final_model(seed, self.backbone, self._params.last_layer)
        before = float(model.optimizer.learning_rate)
        counts = counts_to_try(seed, layers)
        body, arrays = _sent(model)
        sent = weights_of(model)
        reply = self._ask(TUNE, "fine_tune", {**body, "counts": list(counts)}, arrays)
        known = {one.name for one in layers}
        head = tuple(layer.name for layer in model.layers if layer.weights and layer.name not in known)
        with reading_an_answer():
            cases = msgspec.convert(reply.body["cases"], list[_Case])
            if len(cases) != len(counts):
                raise ValueError("another number of cases")
            datas = [ModelData.from_wire(case.model, _part(reply, f"{i}/")) for i, case in enumerate(cases)]
        return tuple(
            self._tuned(count, data, before, case.recompiled, layers, head, sent, number == 0)
            for number, (count, case, data) in enumerate(zip(counts, cases, datas, strict=True))
        )

    def _tuned(
        self, count: int, data: ModelData, before: float, recompiled: bool, layers: tuple[BackboneLayer, ...],
        head: tuple[str, ...], sent: Mapping[str, Array], steps: bool,
    ) -> Tuned:  # fmt: skip
        # Rebuilt like any model: what no rebuilding accepts is a finding there.
        view = BuiltEvidence(self._root, lambda _: data, TUNE)
        model = view.rebuilt.model
        assert_same_weights(data.weights, sent)
        rate = rate_of(data.compile_config)
        unfit = None
        if rate is not None:
            view.refuse_if_not_compiled_here()
            try:
                assert_output_fits_loss(head_of(model), "binary", 2)
                assert_accuracy_metric(data.compile_config or {}, units_of(model), "binary")
            except CheckFailed as error:
                unfit = error
        moved = None
        if steps and rate is not None and unfit is None:
            images = np.repeat(self.pictures, 2, axis=0)
            # Nobody else looks at this copy.
            after = steps_of(model, images, self._number("tuned steps"), f"{TUNE}/returns_compiled")
            moved = frozenset(path for path, value in after.items() if not np.array_equal(value, data.weights[path]))
        return Tuned(count, layers, head, data.trainable, before, rate, recompiled, moved, unfit)

    # training -------------------------------------------------------------------------------------------------

    @once
    def training(self) -> TrainingRun:
        """The student's own chain of functions, trained on the student's batches."""
        return self.chain.training

    @once
    def trained(self) -> Transferred:
        """The network of that training, with its weights afterwards."""
        run = self.training
        return self._transferred(self.chain.model_data, run.weights)

    def _number(self, purpose: str) -> int:
        return self._root.assignment.number(f"transfer {purpose}")


def _sent(model: Any) -> tuple[dict[str, Any], dict[str, Array]]:
    body, arrays = export_own_model(model).to_wire()
    return {"model": body}, {f"{MODEL}{name}": array for name, array in arrays.items()}


def _model_of(reply: Message) -> ModelData:
    with reading_an_answer():
        return ModelData.from_wire(reply.body["model"], reply.arrays)


def _part(reply: Message, prefix: str) -> dict[str, Array]:
    return {name.removeprefix(prefix): array for name, array in reply.arrays.items() if name.startswith(prefix)}


def _rows_of(reply: Message, name: str) -> Array:
    array = reply.arrays[name]
    if array.dtype.kind not in "fiub" or array.ndim < 1:
        raise ValueError("no rows of numbers")
    return array


def _told_by(check: str, judge: Callable[[Extracted], None], found: Extracted) -> None:
    """Raises: Unusable, blocked by `check`, where it fails."""
    try:
        judge(found)
    except CheckFailed:
        raise waiting(check) from None


def _layers_of(model: Any) -> tuple[BackboneLayer, ...]:
    return tuple(
        BackboneLayer(
            layer.name, type(layer).__name__ == "BatchNormalization", bool(layer.trainable_variables or layer.weights)
        )
        for layer in model.layers
    )


__all__ = ["TransferEvidence"]
