"""Evidence of a function that returns a Keras model: config and weights."""

from __future__ import annotations

from grader.model_data import CannotExport, NotAModel, export_model
from grader.student.failures import NotWhatWasAsked
from grader.student.module import StudentModule
from grader.wire import Message


def run(module: StudentModule, request: Message) -> Message:
    """Call `entry()`, or take the model of that name, and export it. A deferred model is built on the array `sample` (n, H, W, C)."""
    entry = request.body["entry"]
    import keras

    made = module.get(entry)
    if made is None:
        # A script's `model = model.compile(...)`, or a name that was never given anything else.
        raise NotWhatWasAsked("none_bound", f"`{entry}` is None.")
    model = made() if callable(made) and not isinstance(made, keras.Model) else made
    if model is None:
        raise NotWhatWasAsked("none", f"`{entry}` returned None.")
    try:
        data = export_model(model, request.arrays.get("sample"))
    except NotAModel as error:
        raise NotWhatWasAsked("not_a_model", str(error)) from error
    except CannotExport as error:
        named = f"{error.layer[:1].upper()}{error.layer[1:]}"
        seen = f"{named} cannot be rebuilt for grading: {error.reason}"
        raise NotWhatWasAsked("cannot_export", seen, error.instead) from error
    body, arrays = data.to_wire()
    return Message("answer", {"model": body}, arrays)
