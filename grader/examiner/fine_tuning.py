"""Evidence of `fine_tune`: what of a model it opens, how it compiles it again, and what then learns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np

from grader.checks.batches import LabelKind
from grader.checks.finding import CheckFailed
from grader.checks.fine_tuning import BackboneLayer, Tuned, assert_same_weights, rate_of
from grader.checks.outputs import (
    ONE_HOT_LOSSES,
    Head,
    assert_accuracy_metric,
    assert_output_fits_loss,
    head_of,
    units_of,
)
from grader.examiner.answers import reading_an_answer
from grader.examiner.built import BuiltEvidence
from grader.examiner.once import once
from grader.examiner.own_backbone import counts_to_try, own_final_model, sent
from grader.examiner.source import Array, Unusable
from grader.examiner.steps import steps_of
from grader.examiner.transfer import TransferEvidence
from grader.model_data import ModelData, weights_of
from grader.wire import Message

TUNE = "fine_tune"


class _Case(msgspec.Struct):
    model: dict[str, Any]
    recompiled: bool


class FineTuningEvidence:
    """What the checks of `fine_tune` look at, gathered as they ask for it."""

    def __init__(self, transfer: TransferEvidence) -> None:
        self._transfer = transfer

    @once
    def _own_model(self) -> Any:
        """What the student's function is given: the grader's own final model, with an end as the student's has it."""
        transfer = self._transfer
        return own_final_model(transfer.number("fine-tune"), transfer.backbone, transfer.params.last_layer, self._head)

    @once
    def _head(self) -> Head | None:
        """The end of the student's final model; None where that cannot be used, or fits no loss."""
        try:
            head = self._transfer.final.head
            assert_output_fits_loss(head, _labels_for(head), 2)
        except (Unusable, CheckFailed):
            return None
        return head

    @once
    def _given(self) -> tuple[dict[str, Any], dict[str, Array], dict[str, Array]]:
        """That model as a request's body and arrays, and its weights by path, read once however often `tuned` is foreseen."""
        return *sent(self._own_model), weights_of(self._own_model)

    @once
    def tuned(self) -> tuple[Tuned, ...]:
        """`fine_tune` on the grader's own final model, with two numbers of layers."""
        layers, model = _layers_of(self._transfer.own_cut), self._own_model
        before = float(model.optimizer.learning_rate)
        counts = counts_to_try(self._transfer.number("fine-tune"), layers)
        body, arrays, weights = self._given
        reply = self._transfer.ask(TUNE, "fine_tune", {**body, "counts": list(counts)}, arrays)
        known = {one.name for one in layers}
        top = tuple(layer.name for layer in model.layers if layer.weights and layer.name not in known)
        with reading_an_answer():
            cases = msgspec.convert(reply.body["cases"], list[_Case])
            if len(cases) != len(counts):
                raise ValueError("another number of cases")
            datas = [ModelData.from_wire(case.model, _part(reply, f"{i}/")) for i, case in enumerate(cases)]
        return tuple(
            self._tuned(count, data, before, case.recompiled, layers, top, weights, number == 0)
            for number, (count, case, data) in enumerate(zip(counts, cases, datas, strict=True))
        )

    def _tuned(
        self, count: int, data: ModelData, before: float, recompiled: bool, layers: tuple[BackboneLayer, ...],
        top: tuple[str, ...], sent: Mapping[str, Array], steps: bool,
    ) -> Tuned:  # fmt: skip
        # Rebuilt like any model: what no rebuilding accepts is a finding there.
        view = BuiltEvidence(self._transfer.root, lambda _: data, TUNE)
        model = view.rebuilt.model
        assert_same_weights(data.weights, sent)
        rate = rate_of(data.compile_config)
        unfit = None
        if rate is not None:
            view.refuse_if_not_compiled_here()
            try:
                head = head_of(model)
                labels = _labels_for(self._head or head)
                assert_output_fits_loss(head, labels, 2)
                assert_accuracy_metric(data.compile_config or {}, units_of(model), labels, data.unknown_metrics)
            except CheckFailed as error:
                unfit = error
        moved = None
        if steps and rate is not None and unfit is None:
            images = np.repeat(self._transfer.pictures, 2, axis=0)
            # Nobody else looks at this copy.
            after = steps_of(model, images, self._transfer.number("tuned steps"), f"{TUNE}/returns_compiled")
            moved = frozenset(path for path, value in after.items() if not np.array_equal(value, data.weights[path]))
        return Tuned(count, layers, top, data.trainable, before, rate, recompiled, moved, unfit)


def _labels_for(head: Head) -> LabelKind:
    """The labels that this loss takes: which ones the student's pipeline gives is the matter of another check."""
    return "one-hot" if head.loss in ONE_HOT_LOSSES else "binary"


def _part(reply: Message, prefix: str) -> dict[str, Array]:
    return {name.removeprefix(prefix): array for name, array in reply.arrays.items() if name.startswith(prefix)}


def _layers_of(model: Any) -> tuple[BackboneLayer, ...]:
    return tuple(
        BackboneLayer(
            layer.name, type(layer).__name__ == "BatchNormalization", bool(layer.trainable_variables or layer.weights)
        )
        for layer in model.layers
    )
