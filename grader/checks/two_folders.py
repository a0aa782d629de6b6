"""Pipelines over two folders: training pictures from one, validation pictures from the other, all of each."""

from __future__ import annotations

from pathlib import PurePosixPath

from grader.checks.batches import SIDE_NAMES
from grader.checks.finding import CheckFailed
from grader.checks.recognised import ProbedPipeline

WHY = (
    "The split is made already, and whoever made it may know why: pictures that belong together lie on one side. "
    "Validation measures the network honestly only on pictures that it never trained on."
)


def assert_folders_honoured(probed: ProbedPipeline, train_folder: str, validation_folder: str) -> None:
    """Each side gives the images of its own folder, every one of them once in each pass, and no others.

    Args:
        probed: the pipeline over a probe folder that holds both.
        train_folder: for example `./data/train`.
        validation_folder: for example `./data/validation`.

    Raises:
        CheckFailed: sides swapped, mixed, or images left out or given twice.
    """
    if not probed.certain:
        return
    roots = {"train": PurePosixPath(train_folder), "validation": PurePosixPath(validation_folder)}
    owned = {
        side: {i for i, image in enumerate(probed.probe.images) if root in PurePosixPath(image.path).parents}
        for side, root in roots.items()
    }
    seen = {side: {int(i) for ids in passes for i in ids if i >= 0} for side, passes in probed.identities.items()}
    expected = f"Training from `{train_folder}`, validation from `{validation_folder}`, every picture of each."
    if not seen["train"] & owned["train"] and not seen["validation"] & owned["validation"]:
        raise CheckFailed(
            "Training gives the pictures of the validation folder, and validation those of the training folder.",
            expected=expected, why=WHY, hint="The two sides are swapped: return training first, then validation.",
        )  # fmt: skip
    for side, other in (("train", "validation"), ("validation", "train")):
        strangers = seen[side] & owned[other]
        if strangers:
            every = not seen[side] & owned[side]
            raise CheckFailed(
                f"{'All' if every else len(strangers)} pictures of the {SIDE_NAMES[side]} side come from `{roots[other]}`.",
                expected=expected, why=WHY,
                hint=f"Check the path of the {SIDE_NAMES[side]} data set; with two folders no `validation_split` is needed.",
            )  # fmt: skip
    for side, root in roots.items():
        missing = len(owned[side] - seen[side])
        unknown = max(int((ids < 0).sum()) for ids in probed.identities[side])
        if missing > unknown:
            raise CheckFailed(
                f"{missing} of {len(owned[side])} pictures in `{root}` never come out.",
                expected=expected,
                why="Data is what a network lives on; pictures lost on the way cannot teach it anything.",
                hint="With two folders leave out `validation_split` and `subset`; `drop_remainder` and `take` lose pictures, too.",
            )
        for ids in probed.identities[side]:
            known = ids[ids >= 0].tolist()
            if len(known) != len(set(known)):
                raise CheckFailed(
                    f"Within one pass the {SIDE_NAMES[side]} side gives {len(known) - len(set(known))} pictures twice.",
                    expected="Every picture once in each epoch.",
                    why="Pictures that come twice count twice.",
                    hint="Leave out `repeat()`, and look for a folder that is read twice.",
                )
