"""A script's backbone, cut and final model, each made on the grader's own of what comes before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from grader.examiner.assignment import EntryCall
from grader.examiner.transfer_parts import BUILD, CUT, LOAD, TransferParts
from grader.model_data import ModelData, export_own_model
from grader.student.cell import answer
from grader.student.module import SlicedSource, StudentModule
from grader.submissions import Stage, slice_submission, submission_from_bytes
from grader.wire import Message

PARTS = TransferParts({"backbone": EntryCall("base"), "cut": EntryCall("out"), "head": EntryCall("model")})
SCRIPT = """\
import keras
inputs = keras.Input((4,))
hidden = keras.layers.Dense(3, name="hidden")(inputs)
base = keras.Model(inputs, keras.layers.Dense(3, name="top")(hidden))
base.trainable = True
out = base.get_layer("hidden").output
model = keras.Model(base.input, keras.layers.Dense(1, activation="sigmoid", name="mine")(out))
model.compile(loss="binary_crossentropy")
"""


def own_backbone() -> Any:
    inputs = keras.Input((4,))
    hidden = keras.layers.Dense(3, name="hidden", kernel_initializer="ones")(inputs)
    model = keras.Model(inputs, keras.layers.Dense(3, name="top")(hidden))
    model.trainable = False
    return model


def ask(adapter: str, entry: str, stage: dict[str, Any], code: str = SCRIPT, names: Sequence[str] = ()) -> Message:
    body, arrays = export_own_model(own_backbone()).to_wire()
    found = slice_submission(
        submission_from_bytes(code.encode(), "mine.py", notebook=False),
        names or [entry],
        Stage(**{name: tuple(value) if isinstance(value, list) else value for name, value in stage["stage"].items()}),
    )
    request = {"adapter": adapter, "entry": entry, "model": body, "last_layer": "hidden", **stage}
    return answer(
        StudentModule([SlicedSource(part.cell, part.source) for part in found.cells], notebook=False),
        Message("request", {**request, "entries": ["base", "out", "model"]}, {f"model/{n}": a for n, a in arrays.items()}),
    )  # fmt: skip


def model_of(reply: Message) -> ModelData:
    assert reply.kind == "answer", reply.body
    return ModelData.from_wire(reply.body["model"], reply.arrays)


def is_ours(reply: Message) -> bool:
    return bool(np.all(model_of(reply).weights["hidden/kernel"] == 1))


def test_the_cut_is_made_on_our_backbone() -> None:
    """Whatever the script's own is."""
    assert is_ours(ask("backbone_cut", "out", PARTS.on_our_own(CUT)))


def test_the_head_is_built_on_our_backbone_and_cut() -> None:
    """Frozen as ours is: what the script did before its cut is no matter of the head."""
    reply = ask("final_model", "model", PARTS.on_our_own(BUILD), SCRIPT.replace('"hidden").output', '"top").output'))
    assert is_ours(reply)
    at_compile = reply.body["trainable_at_compile"]
    assert {path.split("/")[0]: on for path, on in at_compile.items()} == {"hidden": False, "mine": True}


def test_what_is_thawed_behind_the_cut_is_the_heads() -> None:
    """After compile it shows that it was frozen then."""
    reply = ask("final_model", "model", PARTS.on_our_own(BUILD), f"{SCRIPT}base.trainable = True\n")
    assert not reply.body["trainable_at_compile"]["hidden/kernel"]
    assert model_of(reply).trainable["hidden/kernel"]


def test_the_chain_is_the_scripts_own() -> None:
    """With what is done to its backbone at the very end."""
    code = f"{SCRIPT}base.trainable = False\n"
    reply = ask("backbone_chain", "model", PARTS.as_they_are, code, names=("base", "out", "model"))
    assert not is_ours(reply)
    assert not model_of(reply).trainable["hidden/kernel"]


def test_a_cut_of_a_network_under_another_name_is_that_networks() -> None:
    """Only one of its names was given; the other still leads to the script's own."""
    code = SCRIPT.replace("base = ", "net = ").replace("base.trainable", "base = net\nbase.trainable")
    reply = ask("backbone_cut", "out", PARTS.on_our_own(CUT), code.replace("out = base.", "out = net."))
    assert not is_ours(reply)


def test_what_gives_none_is_named() -> None:
    """The usual slip: the name is bound to what `load_weights` or `compile` gives."""
    reply = ask("backbone", "base", PARTS.on_our_own(LOAD), f"{SCRIPT}base = base.summary()\n")
    assert (reply.body["problem"], reply.body["message"]) == ("none_bound", "`base` is None.")
    layer = SCRIPT.replace('get_layer("hidden").output', 'get_layer("hidden")')
    assert ask("backbone_cut", "out", PARTS.on_our_own(CUT), layer).body["message"].startswith("`out` is the layer")


def test_functions_need_no_stage() -> None:
    """Other conventions are asked as before."""
    parts = TransferParts({})
    assert not parts.script
    assert [parts.entry(task) for task in (LOAD, CUT, BUILD, "fine_tune")] == [LOAD, CUT, BUILD, "fine_tune"]
    assert [parts.on_our_own(task) for task in (LOAD, CUT, BUILD)] == [{}, {}, {}]
    assert PARTS.on_our_own("fine_tune") == parts.as_they_are == {}
