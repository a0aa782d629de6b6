"""Evidence of the journey of one image: `feature_maps(model, image)` and `plot_feature_maps(maps)`."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.model_data import ModelData, rebuild_model
from grader.student.adapters.figures import describe_figure
from grader.student.failures import NotWhatWasAsked
from grader.student.module import StudentModule
from grader.wire import Message

MAX_MAPS = 500


def run(module: StudentModule, request: Message) -> Message:
    """Call the entry point that body `entry` names on the grader's own model.

    For `feature_maps`: body `model` (a `ModelData`), array `image` (H, W, C) in 0–255. Answers `names` and arrays
    `map<i>`. For `plot_feature_maps`: body `names` with arrays `map<i>`, or `maps_from`, the entry point whose own
    result on `model` and `image` is drawn. Answers what the figure shows.
    """
    entry = request.body["entry"]
    function = module.get(entry)
    if "names" in request.body:
        maps = [(name, request.arrays[f"map{i}"].copy()) for i, name in enumerate(request.body["names"])]
        return Message("answer", *describe_figure(function(maps), entry))
    weights = {
        name: array for name, array in request.arrays.items() if name != "image" and not name.startswith("rehearsal")
    }
    model = rebuild_model(ModelData.from_wire(request.body["model"], weights), probe=False).model
    image = request.arrays["image"].copy()
    if "maps_from" in request.body:
        own = module.get(request.body["maps_from"])(model, image)
        return Message("answer", *describe_figure(function(own), entry))
    names, found = pairs_of(function(model, image), entry)
    return Message("answer", {"names": names}, {f"map{i}": array for i, array in enumerate(found)})


def pairs_of(returned: Any, entry: str) -> tuple[list[str], list[np.ndarray[Any, Any]]]:
    """Names and arrays of what `feature_maps` returned.

    Raises:
        NotWhatWasAsked: it is not a list of (layer name, array).
    """
    if returned is None:
        raise NotWhatWasAsked("none", f"`{entry}` returned None.")
    if isinstance(returned, dict):
        returned = list(returned.items())
    if not isinstance(returned, (list, tuple)):
        raise NotWhatWasAsked(
            "not_a_list", f"`{entry}` returned a {type(returned).__name__[:80]}, not a list of pairs."
        )
    names: list[str] = []
    arrays: list[np.ndarray[Any, Any]] = []
    for item in returned[:MAX_MAPS]:
        if not isinstance(item, (list, tuple)) or len(item) != 2 or not isinstance(item[0], str):
            raise NotWhatWasAsked(
                "not_pairs", f"`{entry}` returned a list whose items are not (layer name, array): one is {_kind(item)}."
            )
        names.append(item[0][:300])
        arrays.append(np.asarray(item[1]))
        if arrays[-1].dtype.kind not in "fiub":
            raise NotWhatWasAsked(
                "not_numbers", f"`{entry}` returned something for layer {item[0][:80]!r} that is no array."
            )
    return names, arrays


def _kind(item: Any) -> str:
    if isinstance(item, (list, tuple)):
        return f"a {type(item).__name__} of {len(item)}"
    return f"a {type(item).__name__[:80]}"
