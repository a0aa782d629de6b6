"""From what a student cell reports, or fails to report, to words that name the cause."""

from __future__ import annotations

import builtins
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.examiner.source import QuietError, Unusable
from grader.results import Where

MAX_SEEN = 600
MAX_FRAMES = 12
MAX_LINE = 300
MAX_NAME = 120
WHY_RUN = "Only code that runs from a fresh start can be graded, and used by anyone but you."
PROBLEMS: dict[str, tuple[str, str]] = {
    # problem: (expected, hint)
    "none": ("A value, given back with `return`.", "The last line of the function should be `return ...`."),
    "none_bound": (
        "A model, or the output of a layer.",
        "`load_weights`, `compile` and the like give None: call them on lines of their own.",
    ),
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
    "not_lists_of_pairs": (
        "One list of (name, probability) for each picture.",
        "`[(name, probability), ...]` for each row.",
    ),
    "pair_turned_around": ("Pairs of (name, probability).", "The name comes first."),
    "name_is_no_text": ("Names as texts.", "`class_names[index]` turns a number into its name."),
    "probability_is_text": ("Probabilities as numbers.", 'Leave `f"..."` and `str` to whoever prints the result.'),
    "too_many_names": ("At most `top` entries for each picture.", "Cut each list at `top`."),
    "not_a_number": ("One number.", "`return` the difference itself."),
    "not_a_matrix": ("A square array of counts.", "`np.zeros((classes, classes), dtype=int)` is a start."),
    "no_channel_axis": (
        "Batches of images, shape (batch, height, width, channels).",
        "`images[..., np.newaxis]` adds it.",
    ),
    "not_a_figure": ("A matplotlib `Figure`.", "`fig, ax = plt.subplots(...)` … `return fig`."),
    "too_large": (
        "A few hundred megabytes of pictures at most.",
        "Look at the size of the images: `image_size` of a few hundred pixels a side is plenty.",
    ),
    "not_pairs_of_maps": ("A list of (layer name, array).", "`maps.append((layer.name, array))`"),
}


NAMED = frozenset(
    name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)
) | frozenset((
    # tf.errors
    "AbortedError", "AlreadyExistsError", "CancelledError", "DataLossError", "DeadlineExceededError",
    "FailedPreconditionError", "InternalError", "InvalidArgumentError", "NotFoundError", "OpError", "OutOfRangeError",
    "PermissionDeniedError", "ResourceExhaustedError", "UnavailableError", "UnimplementedError", "UnknownError",
    # Pillow, NumPy
    "UnidentifiedImageError", "DecompressionBombError", "AxisError", "LinAlgError",
))  # fmt: skip
"""Exceptions whose type is named even where the rest must stay hidden: the student could have chosen any name."""


@dataclass(frozen=True)
class SourceLines:
    """The lines of a slice by cell, as the orchestrator cut them; no student code has touched them."""

    cells: Mapping[int | None, tuple[str, ...]]

    @classmethod
    def of(cls, cells: Sequence[Mapping[str, Any]]) -> SourceLines:
        """From the slice's cells in their JSON form."""
        return cls({cell["cell"]: tuple(str(cell["source"]).split("\n")) for cell in cells})

    def line(self, where: Where) -> str | None:
        """The text of one line, None where the slice has no such line."""
        lines = self.cells.get(where.cell, ())
        if where.line is None or not 1 <= where.line <= len(lines):
            return None
        return lines[where.line - 1].strip()[:MAX_LINE] or None


def unavailable(body: Mapping[str, Any], entry: str) -> Unusable:
    """What the orchestrator knew before any code ran: not attempted, not at its place, or a syntax error in the way."""
    where = _where(body.get("where"))
    name, meant = str(body.get("seen") or entry)[:MAX_NAME], str(body.get("meant", ""))[:MAX_NAME]
    if body["status"] == "named":
        return Unusable(
            "student_error", f"`{name}` is not there, but `{meant}` is: is that the one you mean?",
            expected=f"Your own `{name}`.", why="Whoever uses your code calls it by the name that was agreed on.",
            hint=f"Call it `{name}` where it is defined, and wherever you use it.", where=where,
        )  # fmt: skip
    if body["status"] == "beside":
        return Unusable(
            "not_attempted", f"`{name}` is still as the starter gave it; `{meant}` looks like it. Is that the one you mean?",
            expected=f"Your own `{name}`.", hint=f"Put your code where `{name}` stands: the grader calls it by that name.", where=where,
        )  # fmt: skip
    if body["status"] == "outside":
        return Unusable(
            "student_error", f"`{meant}` stands outside of the class `{name}`, in which there is nothing.",
            expected=f"`{name}` with its methods inside.", why="Python tells by the indentation what belongs to a class.",
            hint=f"Indent the lines of `{meant}`, its `def` included, by four spaces more.", where=where,
        )  # fmt: skip
    if body["status"] == "not_attempted":
        return Unusable(
            "not_attempted",
            f"`{name}` is not written yet.",
            expected=f"Your own `{name}`.",
            hint="Replace the placeholder by your code; the text above it says what is asked for.",
            where=where,
        )
    return Unusable(
        "student_error",
        str(body["seen"])[:MAX_SEEN],
        expected="Code that Python can read.",
        why="Python reads code as a whole: one mistake in its grammar, and nothing of it exists.",
        hint="Quotation marks and dashes that a text program has made pretty are no Python: type them anew in the line named."
        if "invalid character" in str(body["seen"])
        else "Look at the line named and the one above it: a bracket, a colon, or an indentation is missing or too many.",
        where=where,
        traceback=str(body.get("text", ""))[:MAX_SEEN],
    )


def error(body: Mapping[str, Any], entry: str, unresolved: Mapping[str, str]) -> Unusable:
    """An `error` message of a cell: the student's exception, or something that was not asked for.

    Args:
        unresolved: names that nothing defines, each with one of the file's that is spelt nearly alike, or nothing.
    """
    kind, message, problem = str(body.get("type", "")), str(body.get("message", "")), str(body.get("problem", ""))
    frames = _frames(body)
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
        hint=_hint(kind, message, unresolved, entry, in_it=bool(frames)),
        where=where,
        traceback=text,
    )


def quiet_error(body: Mapping[str, Any], entry: str, source: SourceLines) -> QuietError:
    """An `error` message of a cell that holds hidden files: nothing of it but a known type and the line.

    Message, names and source text come from a process that may have put the hidden files into them.
    """
    kind, problem = str(body.get("type", "")), str(body.get("problem", ""))
    if problem in PROBLEMS:
        expected, hint = PROBLEMS[problem]
        return QuietError(
            "failed", f"`{entry}` gave something else than was asked for, on pictures that you cannot see.",
            expected=expected, why="What comes after builds on exactly this.", hint=hint,
        )  # fmt: skip
    places = [Where(cell=_number(frame.get("cell")), line=_number(frame.get("line"))) for frame in _frames(body)]
    shown = [(place, text) for place in places[-MAX_FRAMES:] if (text := source.line(place)) is not None]
    known = kind if kind in NAMED else ""
    named = f" ({known})" if known else ""
    lines = [f"{_place(place.cell, place.line)}\n    {text}" for place, text in shown]
    return QuietError(
        "memory" if known in ("MemoryError", "ResourceExhaustedError") else "student_error",
        f"Your code raised an error{named} on pictures that you cannot see.",
        expected=f"`{entry}` runs without an error, whatever pictures lie in the folder.",
        why="A folder of other pictures is what your code will meet when you are not there to help it.",
        hint="On a public folder of the same kind it ran without an error. Look at the line named: what does it take for "
        "granted about names, sizes or number of the files?",
        where=shown[-1][0] if shown else None,
        traceback="\n".join([*lines, f"{known or 'An error'}, its text hidden with the pictures"]),
    )  # fmt: skip


def training_ended(body: Mapping[str, Any]) -> Unusable:
    """A training that ended without a result. It is the grader's own, on the student's network: no loop of theirs is to be looked for."""
    if body["reason"] == "wall":
        return Unusable(
            "timeout", f"The training of your network was still running after {body.get('wall_s', 0):.0f} seconds and was stopped.",
            expected="A network that learns these few pictures within some minutes on one processor core.",
            why="Time goes into filters times pixels: a convolution before the first pooling costs sixteen times as much as after the second.",
            hint="Nothing in it need be wrong. Pool earlier, or give the first convolutions fewer filters; your instructor is asked to look.",
        )  # fmt: skip
    return ended(body, "fit")


def ended(body: Mapping[str, Any], entry: str, *, quiet: bool = False) -> Unusable:
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
    if quiet:
        # Even a status is a number of the student's choice.
        how, tail = "by itself", ""
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


def _hint(kind: str, message: str, unresolved: Mapping[str, str], entry: str, *, in_it: bool) -> str:
    """What to do about an exception.

    Args:
        in_it: whether a line of the student's stands in its traceback; without one it was the call itself that failed.
    """
    if kind in ("NameError", "MissingName", "UnboundLocalError"):
        named = next((name for name in unresolved if f"'{name}'" in message or f"`{name}`" in message), None)
        if named and unresolved[named]:
            return f"`{named}` is not defined when your notebook starts fresh, but `{unresolved[named]}` is: is that the one you mean?"
        if named:
            return (
                f"`{named}` is not defined when your notebook starts fresh: no line that `{entry}` needs defines it. "
                "Import or define it at the top, or pass it as an argument."
            )
        return "Is the name spelt as where it is defined, and is it defined before it is used?"
    if kind in ("ModuleNotFoundError", "ImportError"):
        return (
            "Use the packages of the course: tensorflow, keras, numpy, matplotlib, pillow, pandas, scipy, scikit-learn. A module "
            "of your own, such as one that `%%writefile` makes, is not there: put its code into a cell."
        )
    if kind in ("FileNotFoundError", "NotFoundError", "NotADirectoryError"):
        return "The data lies in the folder that the task names, relative to where the notebook starts."
    if kind in ("SystemExit", "KeyboardInterrupt"):
        return "Take out `exit()` and `quit()`: the function should return instead."
    if kind in ("ConnectionError", "URLError", "gaierror"):
        return "There is no network while grading: everything that you need lies on disk."
    if kind == "TypeError" and "positional argument" in message:
        if not in_it and re.match(r"[\w.]*on_\w+\(\) takes .* given", message):
            return "A method takes the object itself first: `def on_epoch_end(self, epoch, logs=None):`."
        if not in_it:
            return f"`{entry}` is called with the arguments that the task names, no more and no fewer."
        return "The call in the line named below has an argument too many or one too few."
    return "The last line of your code in the message below is where to begin."


def _traceback(frames: Sequence[Mapping[str, Any]], kind: str, message: str) -> str:
    lines = []
    for frame in frames:
        cell = _number(frame.get("cell"))
        place = _place(cell, _number(frame.get("line")))
        lines.append(f"{place}, in {str(frame.get('function', ''))[:80] or 'the cell'}")
        lines.append(f"    {str(frame.get('code', ''))[:300]}")
    return "\n".join([*lines, f"{kind}: {message}"])[:4000]


def _place(cell: int | None, line: int | None) -> str:
    return f"line {line}" if cell is None else f"cell {cell}, line {line}"


def _frames(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    given = body.get("frames")
    return [frame for frame in given if isinstance(frame, dict)][-MAX_FRAMES:] if isinstance(given, list) else []


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 31 else None


def _where(value: Any) -> Where | None:
    return Where(cell=_number(value.get("cell")), line=_number(value.get("line"))) if isinstance(value, dict) else None
