"""The pre-trained backbone that week 3 ships: where its weights lie, checked against their digest.

The weights belong to `keras.applications.MobileNetV2(input_shape=(96, 96, 3), alpha=0.35, include_top=False,
weights=None)` and come from `python -m grader.data.pretrain`. They know drawings like those of this project and say
nothing about photographs.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from grader.errors import GraderFault
from grader.paths import exercises_dir

EXERCISE = "week3_transfer_learning"
WEIGHTS_NAME = "mobilenet_v2_0.35_96_no_top.weights.h5"
DESCRIPTION_NAME = "mobilenet_v2_0.35_96_no_top.json"


def backbone_folder() -> Path:
    """Return the folder of week 3 that holds the weights and their description.

    Raises:
        GraderFault: The installation is incomplete.
    """
    return exercises_dir() / EXERCISE / "weights"


def backbone_weights_file(folder: Path | None = None) -> Path:
    """Return the weights file, after comparing it with the digest in the JSON beside it.

    Args:
        folder: Where both lie; None takes the folder that ships with week 3.

    Raises:
        GraderFault: A file is missing or unreadable, or the weights are not those that the JSON describes.
    """
    folder = backbone_folder() if folder is None else folder
    weights = folder / WEIGHTS_NAME
    try:
        wanted = json.loads((folder / DESCRIPTION_NAME).read_text("utf-8"))["sha256"]
        found = hashlib.sha256(weights.read_bytes()).hexdigest()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise GraderFault(
            f"The pre-trained weights {weights} or their description cannot be read ({error}). Install the grader again."
        ) from error
    if found != wanted:
        raise GraderFault(
            f"The pre-trained weights {weights} are damaged: their digest is {found[:12]}…, not {str(wanted)[:12]}…. "
            "Install the grader again, or make them anew: python -m grader.data.pretrain"
        )
    return weights
