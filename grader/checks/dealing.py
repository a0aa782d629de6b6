"""What functions do that make folders and deal files out to them, read off the folders afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from grader.checks.finding import CheckFailed

WHY_SPLIT = "An image seen in training is no test: the validation accuracy then praises memory, not understanding."


@dataclass(frozen=True)
class Split:
    """One call of a function that splits a folder.

    Attributes:
        source: size in bytes of each file by name, as laid out before the call; some are empty.
        listed: names in the order in which the system lists the folder.
        train: names in the training folder afterwards, in the system's order.
        validation: the same of the validation folder.
        fraction: share of the files with content that was asked for in training.
    """

    source: Mapping[str, int]
    listed: tuple[str, ...]
    train: tuple[str, ...]
    validation: tuple[str, ...]
    fraction: float
    arrived: Mapping[str, int] = field(default_factory=dict)
    """Size in bytes of each file in the two folders afterwards."""

    @property
    def whole(self) -> tuple[str, ...]:
        """Names of the files that have content."""
        return tuple(name for name, size in self.source.items() if size)


def assert_folders(tree: Sequence[str], due: Sequence[Sequence[str]]) -> None:
    """For each entry of `due` one of its folders exists.

    Args:
        tree: all folders after the call.
        due: names by which each folder may go.

    Raises:
        CheckFailed: a folder is missing.
    """
    missing = [names[0] for names in due if not set(names) & set(tree)]
    if missing:
        raise CheckFailed(
            f"{len(missing)} of {len(due)} folders are missing, such as `{missing[0].split('/', 1)[-1]}`.",
            expected="A folder for training and one for validation, each with one folder for each class.",
            why="Keras reads the class of an image from the folder that it lies in.",
            hint="`os.makedirs(os.path.join(root_path, ...))` makes the folders in between, too.",
        )


def assert_files_moved(split: Split) -> None:
    """Files arrived in both folders, and nothing but files of the source.

    Raises:
        CheckFailed: a folder is empty, or holds something else.
    """
    for side, names in (("training", split.train), ("validation", split.validation)):
        if not names:
            raise CheckFailed(
                f"After the call the {side} folder is empty.",
                expected="Copies of the source's files in both folders.",
                why="What lies in these two folders is all that the network will see.",
                hint="`shutil.copyfile` with full paths: `os.path.join(SOURCE_DIR, name)`. Use the folders that arrive as arguments.",
            )
        strange = set(names) - set(split.source)
        if strange:
            raise CheckFailed(
                f"{len(strange)} files in the {side} folder have names that the source folder does not have.",
                expected="Copies under their own names.", why="A name that stays the same can be traced back.",
                hint="Join the target folder and the file's name with `os.path.join`.",
            )  # fmt: skip
    changed = [name for name, size in split.arrived.items() if size != split.source.get(name, size)]
    if changed:
        raise CheckFailed(
            f"{len(changed)} files arrived with another size than they have in the source folder.",
            expected="Copies with the content of the source's files.", why="Of a file without its content nothing can be learnt.",
            hint="`shutil.copyfile(source, target)` copies the content, too.",
        )  # fmt: skip


def assert_empty_files_left_out(split: Split) -> None:
    """No file of zero bytes arrives.

    Raises:
        CheckFailed: one does.
    """
    kept = [name for name in (*split.train, *split.validation) if split.source.get(name) == 0]
    if kept:
        total = sum(size == 0 for size in split.source.values())
        raise CheckFailed(
            f"{len(kept)} of {total} empty files were copied.",
            expected="Files of zero bytes are left out.",
            why="An empty file cannot be decoded and stops the training that meets it.",
            hint="`os.path.getsize(path) > 0`, before you split.",
        )


def assert_split_exact(split: Split) -> None:
    """Training holds `fraction` of the files with content, validation the rest; one more or less is rounding.

    Raises:
        CheckFailed: other counts. Where the counts fit the list with its empty files, the message says so.
    """
    total = len(split.whole)
    due = split.fraction * total
    arrived = [sum(split.source.get(name, 0) > 0 for name in names) for names in (split.train, split.validation)]
    # Files that training has, too, are another check's matter: whether they are counted or not, the rest may be right.
    alone = sum(split.source.get(name, 0) > 0 for name in set(split.validation) - set(split.train))
    if abs(arrived[0] - due) <= 1 and min(abs(count - (total - due)) for count in (arrived[1], alone)) <= 1:
        return
    early = abs(len(split.train) - split.fraction * len(split.source)) <= 1
    raise CheckFailed(
        f"Of {total} files with content {arrived[0]} came to training and {arrived[1]} to validation.",
        expected=f"{due:.0f} for training and {total - due:.0f} for validation, as SPLIT_SIZE asks.",
        why="Too little validation makes its accuracy a matter of luck; too much leaves little to learn from.",
        hint="The split seems to be computed over all files: drop the empty ones first."
        if early
        else "Shuffle the list once and cut it at `int(len(files) * SPLIT_SIZE)`; a coin for each file is never exact.",
    )


def assert_split_disjoint(split: Split) -> None:
    """No file is in both folders, and every file with content is in one.

    Raises:
        CheckFailed: files in both, or in neither.
    """
    both = set(split.train) & set(split.validation)
    if both:
        raise CheckFailed(
            f"{len(both)} files are in both folders.", expected="Every file in exactly one of the two.", why=WHY_SPLIT,
            hint="Cut one list at one place: `files[:cut]` for training, `files[cut:]` for validation.",
        )  # fmt: skip
    missing = set(split.whole) - set(split.train) - set(split.validation)
    if missing:
        raise CheckFailed(
            f"{len(missing)} of {len(split.whole)} files are in neither folder.",
            expected="Every file with content in exactly one of the two.",
            why="Images lost on the way cannot teach the network anything.",
            hint="Training takes the list up to the cut, validation all that follows it.",
        )


def assert_split_random(splits: Sequence[Split]) -> None:
    """The training files are not simply the first (or last) of the folder, sorted or as listed.

    Args:
        splits: calls over different folders; an order that holds in all of them is no accident.

    Raises:
        CheckFailed: every call took them in such an order.
    """
    if splits and all(_in_order(split) for split in splits):
        raise CheckFailed(
            "The training files are the first ones of the folder, in the order in which it lists them.",
            expected="Files dealt out at random.",
            why="Files that lie side by side are often alike: of one day, one camera, one animal. Then validation asks about others than training saw.",
            hint="`random.sample(files, len(files))` gives a new, shuffled list: use what it returns.",
        )


def _in_order(split: Split) -> bool:
    whole = set(split.whole)
    train = {name for name in split.train if name in whole}
    count = len(train)
    if not 0 < count < len(whole):
        return False
    listed = [name for name in split.listed if name in whole]
    for order in (sorted(whole), listed, sorted(whole, key=lambda name: (len(name), name))):
        if train in (set(order[:count]), set(order[-count:])):
            return True
    return False
