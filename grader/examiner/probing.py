"""The probe folder of an exercise: how many images, on which side, and in which form."""

from __future__ import annotations

import numpy as np

from grader.data.probes import ProbeFolder, ProbeStyle, probe_folder, probe_folders
from grader.examiner.layout import TRAIN, VALIDATION, WHOLE, Layout
from grader.exercises import Params

HELD = 0.25
"""Share of a probe folder's images on the validation side, where the images come split."""
AT_LEAST, A_CLASS = 64, 6
"""Images in a probe folder, and images for each class."""
ON_VALIDATION = 20
"""Images due on the validation side, half of them textured. Each shows a random flip in one of two later passes with a chance
of 3 in 4, so that a flipped validation side goes unseen in 4 to 6 of 100,000 splits (summed in `tests/data/test_probes.py`)."""
MOST = 212


def practice_files(seed: int, params: Params, suffix: str) -> dict[str, bytes]:
    """Pictures for public checks in the form of the exercise's training images, by path below the data folder.

    Args:
        seed: a public one.
        params: of the exercise; without a data folder there are none.
        suffix: of the exercise's own files.
    """
    layout = Layout.of(params)
    if not layout.folders:
        return {}
    found = probe_of(seed, params, probe_style(params, png=suffix == ".png"))
    return {layout.unplaced(path): data for path, data in found.files.items()}


def probe_style(params: Params, *, png: bool) -> ProbeStyle:
    """Files like those of the exercise's own data: gray ones have one size there, colour photographs many."""
    gray = params.channels == 1
    return ProbeStyle(gray, params.image_size if gray else None, ".png" if png else ".jpg")


def probe_of(seed: int, params: Params, style: ProbeStyle) -> ProbeFolder:
    """The probe folder, large enough for one full training batch and a rest; half flat images, half textured.

    Args:
        seed: the hidden one, or that of the public twin.
        params: of the exercise; its layout says whether the images come split.
        style: what the files are like.
    """
    layout = Layout.of(params)
    held = HELD if layout.split else params.validation_split
    wanted = (params.batch_size * 1.25 / (1 - held), ON_VALIDATION / held, A_CLASS * len(params.class_names))
    half = int(np.ceil(min(MOST, max(AT_LEAST, *wanted)) / 2))
    if not layout.split:
        return probe_folder(seed, params.class_names, layout.folders[WHOLE], flats=half, textured=half, style=style)
    # Each kind of image shows every class on both sides.
    held_back = max(int(half * held), len(params.class_names))
    sides = (max(half - held_back, len(params.class_names)), held_back)
    return probe_folders(
        seed, params.class_names, layout.folders[TRAIN], layout.folders[VALIDATION], flats=sides, textured=sides,
        style=style,
    )  # fmt: skip
