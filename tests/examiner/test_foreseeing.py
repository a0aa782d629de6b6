"""What is asked for ahead of its time is worked out once, however often a check is begun before its answer is there."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, NoReturn, cast

import keras
import pytest

from grader.checks.outputs import Head
from grader.examiner import fine_tuning
from grader.examiner.broker_source import Foreseen
from grader.examiner.fine_tuning import FineTuningEvidence
from grader.examiner.transfer import TransferEvidence


def transfer() -> TransferEvidence:
    """Of a backbone of eight layers, with a broker that has no answer yet."""
    layer = inputs = keras.Input((8, 8, 3))
    for number in range(8):
        layer = keras.layers.Conv2D(2, 1, name=f"conv_{number}")(layer)
    backbone = keras.Model(inputs, layer)

    def ask(*_: object) -> NoReturn:
        raise Foreseen

    params = SimpleNamespace(last_layer="conv_7")
    final = SimpleNamespace(head=Head(1, "sigmoid", "binary_crossentropy", from_logits=False))
    found = SimpleNamespace(
        number=lambda _: 3, backbone=backbone, own_cut=backbone, params=params, ask=ask, final=final
    )
    return cast("TransferEvidence", found)


def test_the_grader_s_own_model_is_exported_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading the weights of a backbone, variable by variable, took a third of week 3's examiner when each attempt did it."""
    exported: list[Any] = []

    def counted(model: Any) -> Any:
        exported.append(model)
        return sent(model)

    sent = fine_tuning.sent
    monkeypatch.setattr(fine_tuning, "sent", counted)
    evidence = FineTuningEvidence(transfer())
    for _ in range(3):
        with pytest.raises(Foreseen):
            _ = evidence.tuned
    assert len(exported) == 1
