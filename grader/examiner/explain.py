"""From what a student cell reports, or fails to report, to words that name the cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from grader.examiner.source import Unusable
from grader.results import Where

MAX_SEEN = 600
WHY_RUN = "Only code that runs from a fresh start can be graded, and used by anyone but you."
PROBLEMS: dict[str, tuple[str, str]] = {
    # problem: (expected, hint)
    "none": ("A value, given back with `return`.", "The last line of the function should be `return ...`."),
    "not_a_list": ("A list.", "Collect the results in a list and return it."),
    "not_a_name": ("A list of file names.", "Use `path.name` or the text itself."),
    "too_many": ("One entry for each file that can be read.", "Look for a loop that adds names again and again."),
    "not_a_pair": ("Two data sets: `return train, validation`.", "Return both sides, training first."),
    "not_a_dataset": (
        "A `tf.data.Dataset` (or a Keras generator) on each side.",
        "Check what is assigned before the `return`.",
    ),
    "not_pairs": (
        "Batches of (images, labels).",
        'With `label_mode=None` the labels are missing; "binary" brings them.',
    ),
    "not_batched": ("Batches of images, shape (batch, height, width, 3).", "Call `.batch(...)`, or pass `batch_size`."),
    "not_images": ("Batches of images, shape (batch, height, width, 3).", "Keep all four axes of the batch."),
    "not_numbers": ("Arrays of numbers.", "Decode the files first: names and bytes are no pixels."),
    "ragged": ("All images of one size.", "Give `image_size`, or `tf.image.resize` each image."),
    "sizes_differ": ("All images of one size.", "Give `image_size`, or `tf.image.resize` each image."),
    "not_a_model": ("A Keras model.", "Return the model itself: `return model`."),
    "cannot_export": ("A model made of standard Keras layers.", "Replace the layer that is named by a standard one."),
    "not_a_callback": (
        "A class that inherits from `tf.keras.callbacks.Callback`.",
        "`class EarlyStoppingCallback(tf.keras.callbacks.Callback):`",
    ),
    "not_a_figure": ("A matplotlib `Figure`.", "`fig, ax = plt.subplots(...)` … `return fig`."),
    "not_pairs_of_maps": ("A list of (layer name, array).", "`maps.append((layer.name, array))`"),
}


def unavailable(body: Mapping[str, Any], entry: str) -> Unusable:
    """What the orchestrator knew before any code ran: not attempted, or a syntax error in the way."""
    where = _where(body.get("where"))
    if body["status"] == "not_attempted":
        return Unusable(
            "not_attempted",
            f"`{entry}` is not written yet.",
            expected=f"Your own `{entry}`.",
            hint="Replace the placeholder by your code; the text above it says what is asked for.",
            where=where,
        )
    return Unusable(
        "student_error",
        str(body["seen"])[:MAX_SEEN],
        expected="Code that Python can read.",
        why="Python reads a cell as a whole: one mistake in its grammar, and nothing in it exists.",
        hint="Look at the line named and the one above it: a bracket, a colon, or an indentation is missing or too many.",
        where=where,
        traceback=str(body.get("text", ""))[:MAX_SEEN],
    )


def error(body: Mapping[str, Any], entry: str, unresolved: Sequence[str]) -> Unusable:
    """An `error` message of a cell: the student's exception, or something that was not asked for."""
    kind, message, problem = str(body.get("type", "")), str(body.get("message", "")), str(body.get("problem", ""))
    frames = [frame for frame in body.get("frames", []) if isinstance(frame, dict)]
    if problem:
        expected, hint = PROBLEMS.get(
            "not_pairs_of_maps" if problem == "not_pairs" and "maps" in entry else problem, ("", "")
        )
        return Unusable(
            "failed", message[:MAX_SEEN], expected=expected,
            why="What comes after builds on exactly this.", hint=str(body.get("hint", ""))[:MAX_SEEN] or hint,
        )  # fmt: skip
    where = Where(cell=_number(frames[-1].get("cell")), line=_number(frames[-1].get("line"))) if frames else None
    text = _traceback(frames, kind, message)
    if kind in ("MemoryError", "ResourceExhaustedError"):
        return Unusable(
            "memory", f"`{entry}` asked for more memory than there is: {first_line(message) or kind}.",
            expected="A few hundred megabytes are plenty for this exercise.",
            why="A grader shares its machine, and so does everyone who runs your code.",
            hint="Look for a very large array, or a layer with millions of units.", where=where, traceback=text,
        )  # fmt: skip
    if kind == "NotImplementedError" and not message:
        return Unusable(
            "not_attempted", f"`{entry}` is not written yet.", expected=f"Your own `{entry}`.",
            hint="Replace `raise NotImplementedError()` by your code.", where=where,
        )  # fmt: skip
    return Unusable(
        "student_error",
        f"{kind}: {first_line(message)}"[:MAX_SEEN],
        expected=f"`{entry}` runs without an error.",
        why=WHY_RUN,
        hint=_hint(kind, message, unresolved, entry),
        where=where,
        traceback=text,
    )


def ended(body: Mapping[str, Any], entry: str) -> Unusable:
    """A cell that ended without an answer: which bound it met, or how it ended itself."""
    reason = str(body["reason"])
    tail = str(body.get("output", ""))[-MAX_SEEN:]
    if reason == "wall":
        return Unusable(
            "timeout", f"`{entry}` was still running after {body.get('wall_s', 0):.0f} seconds and was stopped.",
            expected="An answer within a few seconds.", why="Code that never ends never gives a result.",
            hint="Look for a loop whose condition never becomes false, or a data set read without end.",
        )  # fmt: skip
    if reason == "memory":
        return Unusable(
            "memory", f"`{entry}` used more memory than allowed and was stopped.",
            expected="A few hundred megabytes are plenty for this exercise.",
            why="A grader shares its machine, and so does everyone who runs your code.",
            hint="Look for lists that grow without end, very large arrays, or processes that start processes.",
        )  # fmt: skip
    if reason == "output":
        return Unusable(
            "output", f"`{entry}` printed more than allowed and was stopped.",
            expected="A few lines of output at most.", why="Nobody can read a million lines.",
            hint="Take `print` out of the loop.",
        )  # fmt: skip
    how = f"by signal {body['signal']}" if body.get("signal") else f"with exit status {body.get('code')}"
    if reason == "wire":
        how = "by writing into the channel that carries the results"
    return Unusable(
        "student_error", f"The Python process ended {how} while `{entry}` ran.",
        expected=f"`{entry}` returns a value.",
        why="A process that ends has not answered, whatever it printed before.",
        hint="Take out `exit()`, `quit()`, `os._exit()` and `os.kill`; a crash inside a library names the call that caused it.",
        traceback=tail,
    )  # fmt: skip


def first_line(message: str) -> str:
    """The first line with words of an exception's message."""
    return next((line.strip() for line in message.splitlines() if line.strip()), "")


def _hint(kind: str, message: str, unresolved: Sequence[str], entry: str) -> str:
    if kind in ("NameError", "MissingName", "UnboundLocalError"):
        named = next((name for name in unresolved if f"'{name}'" in message or f"`{name}`" in message), None)
        if named:
            return (
                f"`{named}` is not defined when your notebook starts fresh: no line that `{entry}` needs defines it. "
                "Import or define it at the top, or pass it as an argument."
            )
        return "Is the name spelt as where it is defined, and is it defined before it is used?"
    if kind in ("ModuleNotFoundError", "ImportError"):
        return (
            "Use the packages of the course: tensorflow, keras, numpy, matplotlib, pillow, pandas, scipy, scikit-learn."
        )
    if kind in ("FileNotFoundError", "NotFoundError", "NotADirectoryError"):
        return "The data lies in the folder that the task names, relative to where the notebook starts."
    if kind in ("SystemExit", "KeyboardInterrupt"):
        return "Take out `exit()` and `quit()`: the function should return instead."
    if kind in ("ConnectionError", "URLError", "gaierror"):
        return "There is no network while grading: everything that you need lies on disk."
    if kind == "TypeError" and "positional argument" in message:
        return f"`{entry}` is called with the arguments that the task names, no more and no fewer."
    return "The last line of your code in the message below is where to begin."


def _traceback(frames: Sequence[Mapping[str, Any]], kind: str, message: str) -> str:
    lines = []
    for frame in frames:
        cell = _number(frame.get("cell"))
        place = (
            f"cell {cell}, line {_number(frame.get('line'))}"
            if cell is not None
            else f"line {_number(frame.get('line'))}"
        )
        lines.append(f"{place}, in {str(frame.get('function', ''))[:80] or 'the cell'}")
        lines.append(f"    {str(frame.get('code', ''))[:300]}")
    return "\n".join([*lines, f"{kind}: {message}"])[:4000]


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 31 else None


def _where(value: Any) -> Where | None:
    return Where(cell=_number(value.get("cell")), line=_number(value.get("line"))) if isinstance(value, dict) else None
