"""Reading what student cells answer: taken only in the form that our adapters give it, whoever wrote it.

Everything here may have been written by student code that replaced an adapter. What passes has known types, ranks
and bounds, so that no check meets anything else later.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import msgspec
import numpy as np

from grader.checks import figures
from grader.checks.finding import CheckFailed
from grader.errors import GraderFault
from grader.examiner.memory import is_memory
from grader.examiner.source import Array, Unusable
from grader.student.adapters.figures import MAX_IMAGE_SIDE, MAX_IMAGES
from grader.wire import Message

SIDES = ("train", "validation")
MAX_TEXT = 300
MAX_ITEMS = 10_000
HIGHEST = 1e30
"""Numbers beyond it are taken as infinite: their squares and sums are, in the float32 in which networks compute."""
MAX_COUNT = 1_000_000
MAX_SIDE = 1_600
NUMERIC = "fiub"


@contextmanager
def reading_an_answer() -> Iterator[None]:
    """What a cell answers may be anything: where it has not the form that our adapters give it, that is a finding.

    Raises:
        Unusable: instead of whatever reading the answer raised.
    """
    try:
        yield
    except (Unusable, CheckFailed, GraderFault):
        raise
    except Exception as error:
        if is_memory(error):
            raise
        raise malformed() from error


def malformed() -> Unusable:
    """The finding for an answer that none of our adapters gives."""
    return Unusable(
        "student_error",
        "The process that ran your code answered in a form that none of our requests has.",
        expected="What your functions return, as they return it.",
        why="Results are taken only in the form in which they were asked for.",
        hint="Leave the grader's own modules and the channel that carries results alone.",
    )


def names_of(reply: Message) -> tuple[str, ...]:
    """File names from a `file_names` answer.

    Raises:
        ValueError: not of that form.
    """
    names = msgspec.convert(reply.body["names"], tuple[str, ...])
    _need(len(names) <= MAX_ITEMS and all(len(name) <= 500 for name in names))
    return names


def sizes_of(reply: Message) -> dict[str, int]:
    """Size of each file by name of the folder that was to be `listed`, seen from outside of the cell once it had ended.

    Raises:
        ValueError: not of that form.
    """
    sizes = msgspec.convert(reply.body["listed"], dict[str, int])
    _need(len(sizes) <= MAX_ITEMS)
    return sizes


def stops_of(reply: Message, epochs: Sequence[int]) -> list[list[bool]]:
    """When a callback stopped, from a `callback` answer: for each scenario one bool for each of its `epochs`.

    Raises:
        ValueError: not of that form.
    """
    stops = msgspec.convert(reply.body["stops"], list[list[bool]])
    _need([len(seen) for seen in stops] == list(epochs))
    return stops


def maps_of(reply: Message) -> tuple[tuple[str, Array], ...]:
    """Names and arrays from a `feature_maps` answer.

    Raises:
        ValueError: not of that form.
    """
    names = msgspec.convert(reply.body["names"], list[str])
    _need(len(names) <= MAX_ITEMS)
    return tuple((name[:MAX_TEXT], _numbers(reply, f"map{i}")) for i, name in enumerate(names))


class _Datasets(msgspec.Struct):
    batches: dict[str, list[list[int]]]
    endless: dict[str, bool]


def check_datasets(reply: Message, passes: int) -> None:
    """A `datasets` answer has `passes` passes a side, of images (n, H, W, C) and as many labels as the batches say.

    A pass without images is left to the reader, who has words for it.

    Raises:
        ValueError: not of that form.
        Unusable: images without a pixel, which a student's pipeline may well give.
    """
    body = msgspec.convert(reply.body, _Datasets)
    _need(set(body.batches) == set(body.endless) == set(SIDES))
    for side in SIDES:
        _need(len(body.batches[side]) == passes)
        forms = set()
        for number, sizes in enumerate(body.batches[side]):
            _need(all(0 <= size <= MAX_COUNT for size in sizes))
            if f"{side}/{number}/images" not in reply.arrays:
                _need(not any(sizes))
                continue
            images, labels = _numbers(reply, f"{side}/{number}/images"), _numbers(reply, f"{side}/{number}/labels")
            weights = (
                _numbers(reply, f"{side}/{number}/weights") if f"{side}/{number}/weights" in reply.arrays else None
            )
            _need(images.ndim == 4 and labels.ndim >= 1 and len(labels) == len(images) == sum(sizes))
            _need(weights is None or (weights.ndim >= 1 and len(weights) == len(images)))
            forms.add((images.shape[1:], labels.shape[1:], weights is None))
            if len(images) and not (math.prod(images.shape) and math.prod(labels.shape)):
                name = "training" if side == "train" else side
                raise Unusable(
                    "failed", f"The {name} side gives images of shape {images.shape[1:]} with labels of shape "
                    f"{labels.shape[1:]}: one of them holds no number.",
                    expected="Images of (height, width, channels) with a label each.",
                    why="What holds no number teaches nothing.", hint="Print the shapes of one batch.",
                )  # fmt: skip
        if len(forms) > 1:
            raise Unusable(
                "failed", f"The {'training' if side == 'train' else side} side changes its form from pass to pass.",
                expected="Images and labels of the same shapes in every epoch.",
                why="A network has one fixed input shape.", hint="Print the shapes of a batch in two epochs.",
            )  # fmt: skip


class _Line(msgspec.Struct):
    label: str
    number: int


class _Axes(msgspec.Struct):
    title: str
    xlabel: str
    ylabel: str
    legend: list[str]
    position: tuple[float, float, float, float]
    lines: list[_Line]


class _Figure(msgspec.Struct):
    axes: list[_Axes]
    legend: list[str]
    images: int


def drawing_of(reply: Message) -> figures.Drawing:
    """A drawing from a `figure` answer, its picture decoded and encoded again by us.

    Raises:
        ValueError: not of that form.
    """
    figure = msgspec.convert(reply.body, _Figure)
    _need(len(figure.axes) <= MAX_ITEMS and sum(len(axes.lines) for axes in figure.axes) <= MAX_ITEMS)
    axes = []
    for item in figure.axes:
        _need(all(math.isfinite(side) for side in item.position))
        lines = tuple(
            figures.Line(line.label[:MAX_TEXT], _curve(reply, f"x{line.number}"), _curve(reply, f"y{line.number}"))
            for line in item.lines
        )
        axes.append(figures.Axes(
            title=item.title[:MAX_TEXT], xlabel=item.xlabel[:MAX_TEXT], ylabel=item.ylabel[:MAX_TEXT],
            legend=_texts(item.legend), position=item.position, lines=lines,
        ))  # fmt: skip
    png = reply.arrays["png"]
    _need(png.dtype == np.uint8 and png.ndim == 1)
    images = tuple(array for name, array in reply.arrays.items() if name.startswith("image"))
    _need(0 <= figure.images <= MAX_COUNT and len(images) <= MAX_IMAGES)
    _need(all(image.dtype == np.float32 and image.ndim == 2 and image.size for image in images))
    _need(all(image.size <= MAX_IMAGE_SIDE**2 for image in images))
    return figures.Drawing(
        tuple(axes), _texts(figure.legend), clean_png(png.tobytes()), figure.images,
        tuple(np.nan_to_num(np.clip(image, -HIGHEST, HIGHEST)) for image in images),
    )  # fmt: skip


def clean_png(data: bytes) -> bytes:
    """A PNG decoded and encoded again, at most `MAX_SIDE` pixels a side; empty where it is no picture."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as picture:
            if max(picture.size) > 4 * MAX_SIDE:
                return b""
            plain = picture.convert("RGB")
        plain.thumbnail((MAX_SIDE, MAX_SIDE))
        buffer = io.BytesIO()
        plain.save(buffer, "PNG", optimize=False)
    except Exception:  # noqa: BLE001 - Pillow raises whatever it likes over bytes that are no picture
        return b""
    return buffer.getvalue()


def _texts(given: Sequence[str]) -> tuple[str, ...]:
    return tuple(text[:MAX_TEXT] for text in given[:MAX_ITEMS])


def _numbers(reply: Message, name: str) -> Array:
    array = reply.arrays[name]
    _need(array.dtype.kind in NUMERIC)
    return array


def _curve(reply: Message, name: str) -> Array:
    array = _numbers(reply, name)
    _need(array.ndim == 1)
    return array.astype(np.float64)


def _need(holds: bool) -> None:
    if not holds:
        raise ValueError("the answer has another form than that of our adapters.")
