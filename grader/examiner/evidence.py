"""What the hidden tests see of a submission: each piece gathered from fresh student cells when first asked for."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

import msgspec
import numpy as np

from grader.checks import callbacks, figures, maps, pipeline
from grader.checks.finding import CheckFailed
from grader.data.messy import MessyFolder
from grader.data.probes import ProbeFolder, probe_folder
from grader.data.secret import derive_number
from grader.errors import ModelRefused
from grader.examiner.once import once
from grader.examiner.own import own_history, own_image, own_model
from grader.examiner.source import Array, Source, StudentCell, Unusable
from grader.exercises import Params
from grader.model_data import ModelData, Rebuilt, export_model, rebuild_model
from grader.wire import Message

PASSES = 3
TEXTURED = 12
AT_LEAST = 64
"""Images in a probe folder: enough for one full batch of 32 and a second, smaller one on the training side."""
MOST = 212


@dataclass(frozen=True)
class Assignment:
    """What the examiner is given besides the submission. Nothing of it ever enters a student cell as such."""

    params: Params
    seed: bytes
    training_files: Mapping[str, bytes] = field(repr=False)
    """Path below the data folder → bytes; the public training images."""
    training_thumbnails: Array = field(repr=False)
    """Thumbnails of `training_files`, in their order."""
    messy: MessyFolder = field(repr=False)
    hidden_files: Sequence[bytes] = field(repr=False)
    hidden_images: Sequence[Array] = field(repr=False)
    """`hidden_files` decoded: (height, width, 3) uint8 each."""
    hidden_labels: Sequence[str] = field(repr=False)

    def number(self, purpose: str) -> int:
        """A seed of 32 bits for one purpose."""
        return derive_number(self.seed, purpose)


@dataclass(frozen=True)
class SortedFolder:
    """What `readable_images` made of a messy folder."""

    names: tuple[str, ...]
    messy: MessyFolder


@dataclass(frozen=True)
class GivenMaps:
    """The student's feature maps and the true ones, for one model and image."""

    given: tuple[tuple[str, Array], ...]
    truth: tuple[tuple[str, Array], ...]


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

    def cell(self, task: str, names: Sequence[str], files: Mapping[str, bytes], purpose: str) -> StudentCell:
        """A fresh student cell for `names` of `task`."""
        # Probe files, messy files and hidden images must not come back as printed text; the public ones may.
        public = self.assignment.training_files
        quiet = any(path.removeprefix(f"{self.data_folder}/") not in public for path in files)
        return self._source.open(task, names, files, self.assignment.number(f"cell:{purpose}"), quiet=quiet)

    def ask_once(
        self, task: str, name: str, files: Mapping[str, bytes], adapter: str, body: Mapping[str, Any],
        arrays: Mapping[str, Array] | None = None, purpose: str = "",
    ) -> Message:  # fmt: skip
        """One request to a cell of its own."""
        cell = self.cell(task, [name], files, purpose or name)
        try:
            return cell.ask(adapter, {"entry": name, **body}, arrays)
        finally:
            cell.close()

    @once
    def sorted_folder(self) -> SortedFolder:
        """`readable_images` on a messy folder."""
        messy = self.assignment.messy
        folder = f"photos_{self.assignment.number('folder')}"
        files = {f"{folder}/{name}": data for name, data in messy.files.items()}
        reply = self.ask_once("readable_images", "readable_images", files, "file_names", {"directory": folder})
        with reading_an_answer():
            return SortedFolder(msgspec.convert(reply.body["names"], tuple[str, ...]), messy)

    @once
    def probe(self) -> ProbeFolder:
        """The probe folder, large enough for one full training batch and a rest."""
        training = self.params.batch_size * 1.25 / (1 - self.params.validation_split)
        total = int(min(MOST, max(AT_LEAST, np.ceil(training))))
        return probe_folder(
            self.assignment.number("probe"), self.params.class_names, self.data_folder,
            flats=total - TEXTURED, textured=TEXTURED,
        )  # fmt: skip

    @property
    def data_folder(self) -> str:
        """The data folder relative to where the code starts, such as `PetImages`."""
        return str(PurePosixPath(self.params.data_folder))

    @once
    def probed_pipeline(self) -> pipeline.ProbedPipeline:
        """`train_val_datasets` over the probe folder, three passes a side."""
        found = self.read_datasets(self.probe.files, passes=PASSES, purpose="probe")
        return pipeline.ProbedPipeline(found, self.probe)

    def read_datasets(self, files: Mapping[str, bytes], *, passes: int, purpose: str) -> pipeline.Pipeline:
        """`train_val_datasets` over `files`."""
        body = {"passes": passes, "max_images": 2 * len(files) + 8}
        reply = self.ask_once("train_val_datasets", "train_val_datasets", files, "datasets", body, purpose=purpose)
        with reading_an_answer():
            return pipeline_of(reply)

    @once
    def model_data(self) -> ModelData:
        """`create_model`, as config and weights."""
        return self.fresh_model("create_model")

    def fresh_model(self, purpose: str) -> ModelData:
        """`create_model` called in a cell whose random numbers belong to `purpose`."""
        side = self.params.image_size
        sample = np.random.default_rng(0).uniform(0, 255, (2, side, side, self.params.channels)).astype(np.float32)
        reply = self.ask_once("create_model", "create_model", {}, "model", {}, {"sample": sample}, purpose=purpose)
        with reading_an_answer():
            return ModelData.from_wire(reply.body["model"], reply.arrays)

    @once
    def rebuilt(self) -> Rebuilt:
        """`create_model`, rebuilt here as a real Keras model."""
        try:
            rebuilt = rebuild_model(self.model_data)
        except ModelRefused as error:
            self.needs_review = True
            raise Unusable(
                "failed", error.what, expected="A model made of standard Keras layers.",
                why="The grader rebuilds your model from its description, so that only what it really does can count.",
                hint=error.instead,
            ) from error  # fmt: skip
        if not rebuilt.agrees:
            self.needs_review = True
            text = (
                "The rebuilt model does not give the outputs that your own process reported; "
                "the rebuilt one was graded, and your instructor is asked to look."
            )
            self.notes.append(("model-differs", text))
        for note in (*self.model_data.notes, *rebuilt.notes):
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
        try:
            images = self.probed_pipeline.pipeline.train.passes[0].images[:64]
        except Unusable:
            rng = np.random.default_rng(self.assignment.number("images"))
            images = rng.uniform(0, 255, (32, side, side, 3))
        rows = np.arange(wanted[0]) * images.shape[1] // wanted[0]
        columns = np.arange(wanted[1]) * images.shape[2] // wanted[1]
        channels = np.arange(wanted[2]) % images.shape[3]
        return np.ascontiguousarray(images[:, rows][:, :, columns][..., channels], dtype=np.float32)

    @once
    def stops(self) -> tuple[tuple[callbacks.Scenario, ...], list[list[bool]]]:
        """`EarlyStoppingCallback` against made-up logs."""
        played = callbacks.scenarios(self.params.stop_accuracy, self.params.stop_val_accuracy)
        body = {"scenarios": [scenario.request() for scenario in played]}
        name = "EarlyStoppingCallback"
        reply = self.ask_once(name, name, {}, "callback", body)
        with reading_an_answer():
            stops = msgspec.convert(reply.body["stops"], list[list[bool]])
            if [len(seen) for seen in stops] != [len(scenario.logs) for scenario in played]:
                raise ValueError("another number of epochs")
            return played, stops

    @once
    def history(self) -> dict[str, list[float]]:
        """A made-up history, as `plot_history` is given it."""
        return own_history(self.assignment.number("history"))

    @once
    def history_drawing(self) -> figures.Drawing:
        """The figure that `plot_history` returns."""
        reply = self.ask_once("plot_history", "plot_history", {}, "figure", {"history": self.history})
        with reading_an_answer():
            drawing = drawing_of(reply)
        self.pictures["plot_history"] = drawing.png
        return drawing

    @once
    def maps(self) -> GivenMaps:
        """`feature_maps` on the grader's own model and image."""
        body, arrays = self._own_request
        reply = self.ask_once("feature_maps", "feature_maps", {}, "feature_maps", body, arrays)
        with reading_an_answer():
            names = msgspec.convert(reply.body["names"], list[str])
            given = tuple((name, reply.arrays[f"map{i}"]) for i, name in enumerate(names))
            return GivenMaps(given, self.true_maps)

    @once
    def maps_drawing(self) -> figures.Drawing:
        """The figure that `plot_feature_maps` makes of the student's own maps; of the true ones where those are wrong."""
        task, entry = "feature_maps", "plot_feature_maps"
        if self._maps_are_right():
            body, arrays = self._own_request
            cell = self.cell(task, [entry, "feature_maps"], {}, entry)
            try:
                reply = cell.ask("feature_maps", {"entry": entry, "maps_from": "feature_maps", **body}, arrays)
            finally:
                cell.close()
        else:
            names = [name for name, _ in self.true_maps]
            given = {f"map{i}": array for i, (_, array) in enumerate(self.true_maps)}
            reply = self.ask_once(task, entry, {}, "feature_maps", {"names": names}, given)
        with reading_an_answer():
            drawing = drawing_of(reply)
        self.pictures[entry] = drawing.png
        return drawing

    def _maps_are_right(self) -> bool:
        try:
            maps.assert_layers(self.maps.given, self.maps.truth)
            maps.assert_values(self.maps.given, self.maps.truth)
        except (Unusable, CheckFailed):
            return False
        return True

    @once
    def true_maps(self) -> tuple[tuple[str, Array], ...]:
        """What `feature_maps` should return for the grader's own model, without a batch axis."""
        found = maps.true_feature_maps(self._own_model, self._own_image)
        return tuple((name, array[0]) for name, array in found)

    @once
    def _own_model(self) -> Any:
        return own_model(self.assignment.number("maps"), self.params.image_size, self.params.channels)

    @property
    def _own_image(self) -> Array:
        return own_image(self.assignment.number("maps"), self.params.image_size)

    @once
    def _own_request(self) -> tuple[dict[str, Any], dict[str, Array]]:
        body, arrays = export_model(self._own_model).to_wire()
        return {"model": body}, {**arrays, "image": self._own_image}


@contextmanager
def reading_an_answer() -> Iterator[None]:
    """What a cell answers may be anything: where it has not the form that our adapters give it, that is a finding.

    Raises:
        Unusable: instead of whatever reading the answer raised.
    """
    try:
        yield
    except (Unusable, CheckFailed):
        raise
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise Unusable(
            "student_error",
            "The process that ran your code answered in a form that none of our requests has.",
            expected="What your functions return, as they return it.",
            why="Results are taken only in the form in which they were asked for.",
            hint="Leave the grader's own modules and the channel that carries results alone.",
        ) from error


def pipeline_of(reply: Message) -> pipeline.Pipeline:
    """A pipeline from a `datasets` answer.

    Raises:
        Unusable: a side is empty.
    """
    sides = {}
    for name in ("train", "validation"):
        passes = []
        for number, batches in enumerate(reply.body["batches"][name]):
            images = reply.arrays.get(f"{name}/{number}/images")
            labels = reply.arrays.get(f"{name}/{number}/labels")
            if images is None or labels is None or not len(images):
                raise Unusable(
                    "failed", f"The {pipeline.SIDE_NAMES[name]} side gave no images.",
                    expected="Batches of images on both sides, in every epoch.",
                    why="A generator that is used up after one pass leaves the second epoch without data.",
                    hint="Return a `tf.data.Dataset`, which starts anew for each epoch, and check the folder's name.",
                )  # fmt: skip
            weights = reply.arrays.get(f"{name}/{number}/weights")
            passes.append(pipeline.Pass(images, labels, weights, msgspec.convert(batches, tuple[int, ...])))
        sides[name] = pipeline.Side(name, tuple(passes), bool(reply.body["endless"][name]))
    forms = {name: (side.passes[0].labels.shape[1:], side.passes[0].images.shape[1:]) for name, side in sides.items()}
    if forms["train"][0] != forms["validation"][0]:
        raise Unusable(
            "failed", f"Training labels have shape {forms['train'][0]}, validation labels {forms['validation'][0]}.",
            expected="Labels of one form on both sides.", why="One loss has to read both.",
            hint="Use the same `label_mode` on both sides.",
        )  # fmt: skip
    return pipeline.Pipeline(sides["train"], sides["validation"])


def drawing_of(reply: Message) -> figures.Drawing:
    """A drawing from a `figure` answer, its picture decoded and encoded again by us."""
    axes = tuple(
        figures.Axes(
            title=str(item["title"]), xlabel=str(item["xlabel"]), ylabel=str(item["ylabel"]),
            legend=tuple(str(text) for text in item["legend"]),
            position=_box(item["position"]),
            images=int(item["images"]),
            lines=tuple(
                figures.Line(str(line["label"]), reply.arrays[f"x{line['number']}"], reply.arrays[f"y{line['number']}"])
                for line in item["lines"]
            ),
        )
        for item in reply.body["axes"]
    )  # fmt: skip
    return figures.Drawing(
        axes, tuple(str(text) for text in reply.body["legend"]), clean_png(reply.arrays["png"].tobytes())
    )


def _box(sides: Sequence[Any]) -> tuple[float, float, float, float]:
    left, right, bottom, top = (float(side) for side in sides)
    return left, right, bottom, top


MAX_SIDE = 1600


def clean_png(data: bytes) -> bytes:
    """A PNG decoded and encoded again, at most `MAX_SIDE` pixels a side; empty where it is no picture."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as picture:
            if max(picture.size) > 4 * MAX_SIDE:
                return b""
            plain = picture.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return b""
    plain.thumbnail((MAX_SIDE, MAX_SIDE))
    buffer = io.BytesIO()
    plain.save(buffer, "PNG", optimize=False)
    return buffer.getvalue()
