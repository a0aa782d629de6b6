"""Evidence of a pipeline: the batches of both sides, over several passes, bounded."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from grader.student.failures import NotWhatWasAsked
from grader.student.loader import LOADED
from grader.student.module import StudentModule
from grader.wire import Message

SIDES = ("train", "validation")
PARTS = 3
MAX_IMAGE_BYTES = 600 << 20


def run(module: StudentModule, request: Message) -> Message:
    """Make both sides and read each `passes` times, at most `max_images` images a pass.

    They come from `entry(*arguments)`, from `entry` on the request's arrays where there are some, or are the two `globals`.

    Answers, for each side and pass p, arrays `<side>/<p>/images`, `<side>/<p>/labels` and, where given,
    `<side>/<p>/weights`; the body holds `batches` (sizes) and `endless` per side and pass, and `kinds`.
    """
    entry = request.body["entry"]
    # Their names sort in the order of the arguments.
    given = [request.arrays[name].copy() for name in sorted(request.arrays) if not name.startswith(LOADED)]
    if names := request.body.get("globals"):
        returned = tuple(module.get(name) for name in names)
    else:
        returned = module.get(entry)(*(given or request.body.get("arguments", ())))
    pair = _pair(returned, entry)
    arrays: dict[str, np.ndarray[Any, Any]] = {}
    batches: dict[str, list[list[int]]] = {}
    endless: dict[str, bool] = {}
    for side, dataset in zip(SIDES, pair, strict=True):
        batches[side], endless[side] = [], False
        for number in range(request.body["passes"]):
            sizes, cut = _one_pass(dataset, f"{side}/{number}", request.body["max_images"], arrays, side)
            batches[side].append(sizes)
            endless[side] |= cut
    kinds = [type(dataset).__name__[:80] for dataset in pair]
    return Message("answer", {"batches": batches, "endless": endless, "kinds": kinds}, arrays)


def _pair(returned: Any, entry: str) -> tuple[Any, Any]:
    if returned is None:
        raise NotWhatWasAsked("none", f"`{entry}` returned None.")
    if not isinstance(returned, (tuple, list)):
        raise NotWhatWasAsked(
            "not_a_pair", f"`{entry}` returned one {type(returned).__name__[:80]}, not two data sets."
        )
    if len(returned) != len(SIDES):
        raise NotWhatWasAsked("not_a_pair", f"`{entry}` returned {len(returned)} values, not two data sets.")
    for side, dataset in zip(SIDES, returned, strict=True):
        if dataset is None or not (hasattr(dataset, "__iter__") or hasattr(dataset, "__getitem__")):
            kind = "None" if dataset is None else f"a {type(dataset).__name__[:80]}"
            raise NotWhatWasAsked(
                "not_a_dataset", f"The {side} side that `{entry}` returned is {kind}, not a data set."
            )
    return returned[0], returned[1]


def _steps(dataset: Any) -> int | None:
    """Batches in one pass where the data set says so; generators of Keras go on for ever but know their length."""
    if hasattr(dataset, "cardinality"):
        known = int(dataset.cardinality())
        return known if known >= 0 else None
    try:
        return len(dataset)
    except TypeError:
        return None


def _one_pass(
    dataset: Any, prefix: str, max_images: int, arrays: dict[str, np.ndarray[Any, Any]], side: str
) -> tuple[list[int], bool]:
    columns: list[list[np.ndarray[Any, Any]]] = [[] for _ in range(PARTS)]
    sizes: list[int] = []
    total = 0
    size_bytes = 0
    cut = False
    for batch in itertools.islice(iter(dataset), _steps(dataset)):
        parts = _parts(batch, side)
        total += len(parts[0])
        size_bytes += parts[0].nbytes
        if total > max_images or size_bytes > MAX_IMAGE_BYTES:
            cut = True
            break
        sizes.append(len(parts[0]))
        for column, part in zip(columns, parts, strict=False):
            column.append(part)
    for name, column in zip(("images", "labels", "weights"), columns, strict=True):
        if column:
            arrays[f"{prefix}/{name}"] = _join(column, name, side)
    return sizes, cut


def _parts(batch: Any, side: str) -> list[np.ndarray[Any, Any]]:
    if not isinstance(batch, (tuple, list)) or len(batch) not in (2, PARTS):
        raise NotWhatWasAsked("not_pairs", f"The {side} data set does not yield (images, labels).")
    parts = []
    for part in batch:
        if not hasattr(part, "shape") and not isinstance(part, (list, tuple)):
            raise NotWhatWasAsked(
                "not_pairs", f"The {side} data set yields a {type(part).__name__[:80]} where an array is due."
            )
        if type(part).__name__ in ("RaggedTensor", "SparseTensor"):
            raise _ragged(side)
        try:
            parts.append(np.asarray(part))
        except ValueError:
            # A list of arrays of several shapes.
            raise _ragged(side) from None
    images, labels = parts[0], parts[1]
    if images.ndim != 4:
        if images.ndim == 3 and len(labels.shape) and len(labels) == len(images) and images.shape[-1] not in (1, 3, 4):
            raise NotWhatWasAsked(
                "no_channel_axis",
                f"The {side} data set yields images of shape {images.shape}: the axis for the channels is missing.",
                "A gray picture has one channel, and an axis for it: `array[..., np.newaxis]`, or do not squeeze it away.",
            )
        if images.ndim == 3:
            raise NotWhatWasAsked(
                "not_batched", f"The {side} data set yields single images {images.shape}, not batches."
            )
        raise NotWhatWasAsked(
            "not_images",
            f"The {side} data set yields arrays of shape {images.shape} where (batch, height, width, 3) is due.",
        )
    if labels.ndim == 0 or len(labels) != len(images) or (len(labels) and not labels.size):
        raise NotWhatWasAsked(
            "not_pairs", f"The {side} data set yields {len(images)} images with labels of shape {labels.shape}."
        )
    for part in parts:
        if part.dtype.kind not in "fiub":
            raise NotWhatWasAsked(
                "not_numbers", f"The {side} data set yields values of type {part.dtype}, not numbers."
            )
    return parts


def _ragged(side: str) -> NotWhatWasAsked:
    return NotWhatWasAsked("ragged", f"The {side} data set yields images of differing sizes in one batch.")


def _join(column: list[np.ndarray[Any, Any]], name: str, side: str) -> np.ndarray[Any, Any]:
    shapes = {part.shape[1:] for part in column}
    if len(shapes) > 1:
        raise NotWhatWasAsked(
            "sizes_differ", f"The {side} data set yields {name} of several shapes: {sorted(map(str, shapes))[:3]}."
        )
    joined = np.concatenate(column)
    if joined.dtype.name not in {"float16", "float32", "float64"} and joined.dtype.kind == "f":
        return joined.astype(np.float32)
    return joined
