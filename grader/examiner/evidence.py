"""What the hidden tests see of a submission: each piece gathered from fresh student cells when first asked for."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from grader.checks.batches import Pipeline
from grader.checks.class_labels import numbered_otherwise
from grader.checks.finding import CheckFailed
from grader.checks.pipeline import is_flat
from grader.checks.recognised import ProbedPipeline
from grader.data.probes import ProbeFolder, ProbeStyle
from grader.errors import ModelRefused
from grader.examiner import answers
from grader.examiner.answers import reading_an_answer
from grader.examiner.assignment import Assignment
from grader.examiner.cases import Case, Cases
from grader.examiner.datasets import pipeline_of
from grader.examiner.layout import Layout
from grader.examiner.memory import is_memory, too_large
from grader.examiner.once import once
from grader.examiner.probing import probe_of, probe_style
from grader.examiner.rehearsals import rehearsed
from grader.examiner.source import Array, QuietError, Source, Unusable, waiting
from grader.examiner.tables import Tables
from grader.examiner.twins import Twin, probe_twin
from grader.model_data import ModelData, Rebuilt, rebuild_model
from grader.wire import Message

Value = TypeVar("Value")
ON_GLOBALS = (
    "This function is built on data that another cell has read, so it works in that notebook alone. Use what it gets as arguments, "
    "and write sizes and numbers of classes as constants."
)
SHOWN = 4
"""Names of classes in a note."""
NOT_THERE = ("No such file", "Could not find", "NotFound", "not a directory", "No files", "No images", "Found 0 ")
"""In what is raised where a folder is not there, or empty."""
PASSES = 3
IMAGES_BYTES = 64 << 20
"""Of the images on which a model is tried."""
VALUE_RANGE = "train_val_datasets/value_range"
UNRECOGNISED = "pipeline-unrecognised"


def hint_at_globals(error: Unusable) -> None:
    """Say what a function is built on, where the data that is not there is what it raised for."""
    if error.status == "student_error" and any(text in error.seen for text in NOT_THERE):
        error.hint = ON_GLOBALS


class Evidence:
    """A submission as seen through its cells. Every property may raise `Unusable`."""

    def __init__(self, source: Source, assignment: Assignment) -> None:
        self._source = source
        self.assignment = assignment
        self.params = assignment.params
        self.needs_review = False
        # The source's own list: what cells note later arrives here, too.
        self.notes = source.notes
        self.pictures: dict[str, bytes] = {}
        self.second_looks: dict[str, CheckFailed | Unusable] = {}
        """What later evidence found against a check that had passed before, by the check's id."""
        self.left_out: str | None = None
        """The check that tells of training pictures which never come, where some do not: a training lacks them, too."""

    def ask_once(
        self, task: str, name: str, files: Mapping[str, bytes], adapter: str, body: Mapping[str, Any],
        arrays: Mapping[str, Array] | None = None, purpose: str = "", twin: Callable[[], Twin] | None = None,
        hidden: bool = False, names: Sequence[str] = (), rehearsals: Sequence[Case] = (),
    ) -> Message:  # fmt: skip
        """One request to a cell of its own.

        Args:
            rehearsals: the same request with other values, made in that cell before: a function that is right at its first
                call only, or answers by count, is found out. Whether there are one or two depends on the assignment.
            hidden: whether `arrays` must not come back as text; of `files` it is known.
            names: all that the cell needs, where that is more than `name`.
            twin: makes a public folder like `files`, where those are hidden. Asked in its place once the code raises
                an error, so that what it raises can be shown.
        """
        # Probe files, messy files and hidden images must not come back as text of any kind; the public ones may.
        quiet = hidden or any(path not in self.public_paths for path in files)
        wanted = names or [name]
        request = rehearsed(
            Message("request", {"adapter": adapter, "entry": name, **body}, dict(arrays or {})),
            rehearsals[self.assignment.number("rehearsals") % 2 :],
        )
        try:
            return self._ask(task, wanted, files, purpose or name, request, quiet=quiet)
        except QuietError:
            if twin is not None:
                self._ask_twin(twin(), task, wanted, purpose or name, request)
            raise

    def ask_function(
        self, name: str, adapter: str, body: Mapping[str, Any], arrays: Mapping[str, Array], purpose: str
    ) -> Message:
        """One request for the function `name`, whose arguments are all that it needs.

        Where it raises an error in a cell without files, it is asked again beside the public pictures: it may count their folders, or
        be built on data that another cell reads.
        """
        try:
            return self.ask_once(name, name, {}, adapter, body, arrays, purpose=purpose)
        except Unusable as error:
            if error.status != "student_error" or not self.public_files:
                raise
        try:
            return self.ask_once(name, name, self.public_files, adapter, body, arrays, purpose=purpose)
        except Unusable as error:
            if name in self.assignment.built_on_globals:
                hint_at_globals(error)
            raise

    def ask_together(self, name: str, adapter: str, cases: Mapping[str, Case]) -> dict[str, Message]:
        """Answers of one cell to several requests for the function `name`, by the cases' names.

        What is missing gave none there and is to be asked alone: only then is it clear what it raises, or takes.
        """
        together = Cases(cases, self.assignment.number(f"cases:{name}"))
        asked = together.request
        try:
            reply = self.ask_once(name, name, {}, adapter, asked.body, asked.arrays, purpose=f"{name} together")
            with reading_an_answer():
                return together.answers(reply)
        except Unusable:
            return {}

    def _ask(
        self,
        task: str,
        names: Sequence[str],
        files: Mapping[str, bytes],
        purpose: str,
        request: Message,
        *,
        quiet: bool,
    ) -> Message:
        if large := {task, names[0]} & self.assignment.too_large:
            raise too_large(min(large))
        return self._source.ask(task, names, files, self.assignment.number(f"cell:{purpose}"), request, quiet=quiet)

    def _ask_twin(self, twin: Twin, task: str, names: Sequence[str], purpose: str, request: Message) -> None:
        """The same request over public files, for what it raises alone.

        Raises:
            Unusable: what the student's code raised, in full: no file of this cell is hidden.
        """
        body = {name: value for name, value in {**request.body, **twin.body}.items() if name != "rehearsals"}
        public = Message("request", body, dict(twin.arrays) or request.arrays)
        try:
            self._ask(task, names, twin.files, purpose, public, quiet=False)
        except Unusable as error:
            # Not "while another was handled": the hidden one must not stand in any traceback.
            raise error from None

    @once
    def probe(self) -> ProbeFolder:
        """The probe folder, large enough for one full training batch and a rest; half flat images, half textured."""
        return self._probe_of(self.assignment.number("probe"))

    def _probe_of(self, seed: int) -> ProbeFolder:
        return probe_of(seed, self.params, self._probe_style())

    def _probe_style(self) -> ProbeStyle:
        return probe_style(self.params, png=any(path.endswith(".png") for path in self.assignment.training_files))

    @once
    def layout(self) -> Layout:
        """Where the student's code finds its images."""
        return Layout.of(self.params)

    @once
    def public_files(self) -> dict[str, bytes]:
        """The public training images, at the paths at which the student's code finds them."""
        # An exercise without a pipeline names no folder for them.
        return self.layout.placed(self.assignment.training_files) if self.layout.folders else {}

    @once
    def public_paths(self) -> frozenset[str]:
        """Where they lie in a student cell."""
        return frozenset(self.public_files)

    @once
    def probed_pipeline(self) -> ProbedPipeline:
        """`train_val_datasets` over the probe folder, three passes a side.

        Where the code draws at random, once more with other numbers: an operation in a `map` begins anew with the seed that it was
        traced with on every pass, and a cell has a seed, so that all its passes show the same variants.
        """
        found = self.read_datasets(
            self.probe.files, passes=PASSES, purpose="probe", twin=lambda: probe_twin(self._probe_of)
        )
        again = None
        if self.assignment.varies:
            with contextlib.suppress(Unusable):
                again = self.read_datasets(self.probe.files, passes=1, purpose="probe with other random numbers")
        probed = ProbedPipeline(found, self.probe, again)
        if not probed.certain:
            self.needs_review = True
            text = (
                "Your pipeline changes pictures so much that the grader could not tell which came out where: "
                "split and labels were not read, and your instructor is asked to look."
            )
            self.notes.append((UNRECOGNISED, text))
        elif order := numbered_otherwise(probed, self.params.class_names):
            shown = ", ".join(order[:SHOWN]) + ", …" * (len(order) > SHOWN)
            text = (
                f"Your labels number the classes in this order: {shown}. A network learns that as well, but whoever looks up its answer "
                "in `CLASS_NAMES` gets another class."
            )
            self.notes.append(("class-order", text))
        return probed

    def read_datasets(
        self, files: Mapping[str, bytes], *, passes: int, purpose: str, twin: Callable[[], Twin] | None = None
    ) -> Pipeline:
        """`train_val_datasets` over `files`. See `ask_once`."""
        call = self.assignment.calls["pipeline"]
        body = {"passes": passes, "max_images": 2 * len(files) + 8, "arguments": list(call.arguments)}
        name = "train_val_datasets"
        if call.takes == "arrays":
            tables = Tables(self.params, self.layout)
            reply = self.ask_once(
                name, call.entry, {}, "datasets", body, tables.of(files), purpose, tables.twin(twin),
                hidden=any(path not in self.public_paths for path in files),
            )  # fmt: skip
        elif call.takes == "tables":
            tables = Tables(self.params, self.layout)
            reply = self.ask_once(
                name, call.entry, {}, "datasets", {**body, "globals": list(call.names), **self._loader},
                tables.given(files), purpose, tables.twin(twin, given=True), names=call.names,
                hidden=any(path not in self.public_paths for path in files),
            )  # fmt: skip
        else:
            if call.takes == "globals":
                body["globals"] = list(call.names)
            reply = self.ask_once(
                name, call.entry, files, "datasets", body, purpose=purpose, twin=twin, names=call.names
            )  # fmt: skip
        with reading_an_answer():
            answers.check_datasets(reply, passes)
            return pipeline_of(reply)

    @property
    def _loader(self) -> dict[str, Any]:
        """Which function of the student's gives way to the arrays that a request carries, where the pipeline is made of tables."""
        calls = self.assignment.calls
        return {"loader": calls["parse"].entry} if calls["pipeline"].takes == "tables" else {}

    def over_pipeline(self, check: Callable[[], None]) -> None:
        """Run a check that judges pipeline and model together; where there is no pipeline, a failure says nothing yet.

        Raises:
            Unusable: of the pipeline, where the model alone does not pass.
        """
        try:
            check()
        except CheckFailed:
            _ = self.probed_pipeline
            raise

    @property
    def flat(self) -> bool:
        """Whether hardly a value is left of the pictures that the pipeline gives, as the check of their range says."""
        return any(is_flat(side.passes[0].images) for side in self.probed_pipeline.pipeline.sides)

    def over_pictures(self, check: Callable[[], None]) -> None:
        """`over_pipeline` for a check of pixel values, which says nothing where the pipeline leaves none to tell apart.

        Raises:
            Unusable: of the pipeline, or blocked by the check of its range, where the model alone does not pass.
        """
        try:
            self.over_pipeline(check)
        except CheckFailed:
            if self.flat:
                raise waiting(VALUE_RANGE) from None
            raise

    @once
    def model_data(self) -> ModelData:
        """`create_model`, as config and weights."""
        return self.fresh_model("create_model")

    def fresh_model(self, purpose: str) -> ModelData:
        """`create_model` called in a cell whose random numbers belong to `purpose`.

        The cell holds the public images: a model may count their folders, adapt a layer to them, or be built on what another cell
        reads of them.
        """
        side = self.params.image_size
        sample = np.random.default_rng(0).uniform(0, 255, (2, side, side, self.params.channels)).astype(np.float32)
        call = self.assignment.calls["model"]
        on_globals = call.entry in self.assignment.built_on_globals
        files, arrays, loader = self.public_files, {"sample": sample}, self._loader
        if on_globals and self.assignment.calls["pipeline"].takes == "arrays":
            loader = {"loader": self.assignment.calls["parse"].entry}
        if loader:
            # A model may take its input's shape from the arrays.
            files, arrays = {}, arrays | Tables(self.params, self.layout).given(self.public_files)
        try:
            reply = self.ask_once("create_model", call.entry, files, "model", loader, arrays, purpose=purpose)
        except Unusable as error:
            if on_globals:
                hint_at_globals(error)
            self.hint_at_training(error, call.entry)
            raise
        with reading_an_answer():
            return ModelData.from_wire(reply.body["model"], reply.arrays)

    def require_alone(self, entry: str) -> None:
        """The function stands by itself, for exercises that mind.

        Raises:
            CheckFailed: it is built on data that another cell has read.
        """
        if entry in self.assignment.built_on_globals:
            raise CheckFailed(
                f"`{entry}` is built on data that another cell has read.",
                expected="A function that works in any notebook, with nothing but imports and constants around it.",
                why="Run in another order, or on another day's data, the same line builds another network.",
                hint=ON_GLOBALS,
            )

    def hint_at_training(self, error: Unusable, entry: str) -> None:
        """Say that a function trains, where that may be what came to no end."""
        there = error.status == "student_error" and ".fit(" in error.traceback
        if entry in self.assignment.trains and (there or error.status in ("timeout", "memory", "output")):
            error.hint = (
                f"`{entry}` calls `fit`. Leave that to the cell below it: return the model compiled and not yet trained. The grader "
                "trains it itself."
            )

    @once
    def rebuilt(self) -> Rebuilt:
        """`create_model`, rebuilt here as a real Keras model."""
        return self.rebuild(self.model_data)

    def rebuild(self, described: ModelData) -> Rebuilt:
        """A student's model, rebuilt here; what an instructor should look at is noted.

        Raises:
            Unusable: it holds what may not be built, or the description is none.
        """
        try:
            rebuilt = rebuild_model(described)
        except ModelRefused as error:
            self.needs_review = True
            raise Unusable(
                "failed", error.what, expected="A model made of standard Keras layers.",
                why="The grader rebuilds your model from its description, so that only what it really does can count.",
                hint=error.instead,
            ) from error  # fmt: skip
        except Exception as error:
            if is_memory(error):
                raise
            # The description is what Keras itself writes, or it was forged: a person should look which.
            self.needs_review = True
            raise answers.malformed() from error
        if not rebuilt.agrees:
            self.needs_review = True
            text = (
                "The rebuilt model does not give the outputs that your own process reported; "
                "the rebuilt one was graded, and your instructor is asked to look."
            )
            self.notes.append(("model-differs", text))
        for note in (*described.notes, *rebuilt.notes):
            self.notes.append((note.code, note.text))
        return rebuilt

    @once
    def model_images(self) -> Array:
        """Images over the whole range of brightness as the student's pipeline gives them, of the model's own input size.

        Where the pipeline is unusable: random ones from 0 to 255.
        """
        shape = self.rebuilt.model.input_shape
        side = self.params.image_size
        wanted = [due if mine is None else mine for mine, due in zip(shape[1:], (side, side, 3), strict=False)]
        if len(shape) != len(("batch", "height", "width", "channels")):
            raise Unusable(
                "failed", f"The model takes inputs of shape {shape[1:]}.",
                expected=f"Images of shape ({side}, {side}, {self.params.channels}).",
                why="A picture has a height, a width and channels.", hint="Begin with `keras.Input(shape=...)`.",
            )  # fmt: skip
        # Fewer where they are very large: a check copies them.
        count = int(max(4, min(64, IMAGES_BYTES // max(1, 4 * int(np.prod(wanted))))))
        try:
            images = self.probed_pipeline.pipeline.train.passes[0].images[:count]
        except Unusable:
            rng = np.random.default_rng(self.assignment.number("images"))
            images = rng.uniform(0, 255, (min(32, count), side, side, 3))
        rows = np.arange(wanted[0]) * images.shape[1] // wanted[0]
        columns = np.arange(wanted[1]) * images.shape[2] // wanted[1]
        channels = np.arange(wanted[2]) % images.shape[3]
        return np.ascontiguousarray(images[:, rows][:, :, columns][..., channels], dtype=np.float32)
