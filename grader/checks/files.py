"""What a function that sorts a messy folder keeps and leaves out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from grader.checks.finding import CheckFailed

WHY_UNREADABLE = "One file that cannot be decoded stops a whole training run, often hours after it began."


def assert_enough(names: Sequence[str], kinds: Mapping[str, str]) -> None:
    """`names` holds at least half of the ordinary photographs: less says nothing of what a function leaves out.

    Args:
        names: as the student's function returned them.
        kinds: kind of each file of the folder, by name.

    Raises:
        CheckFailed: fewer; the message names the likely cause (an empty list, paths, other names, most left out).
    """
    photographs = {name for name, kind in kinds.items() if kind == "photo"}
    kept = photographs & set(names)
    if 2 * len(kept) >= len(photographs):
        return
    assert_file_names(names, list(kinds))
    raise CheckFailed(
        f"The list holds {len(kept)} of {len(photographs)} ordinary photographs.",
        expected="Every file that decodes, ordinary photographs first of all.",
        why="The pipeline that follows needs pictures to read.",
        hint="Add a name in the loop for every file that opens, and return the list after the loop, not inside it.",
    )


def names_in(folder: str, given: Sequence[str]) -> tuple[str, ...]:
    """`given`, and for each path of a file in `folder` its name alone.

    Args:
        folder: a name without slashes, as the function's argument had it; absolute paths that end in it count, too.
        given: as the student's function returned them.
    """
    paths = [PurePosixPath(one) for one in given]
    return tuple(path.name if path.parent.name == folder else one for one, path in zip(given, paths, strict=True))


def assert_file_names(names: Sequence[str], present: Sequence[str]) -> None:
    """`names` are plain names of files that lie in the folder given.

    Args:
        names: as the student's function returned them.
        present: every name in the folder.

    Raises:
        CheckFailed: an empty list, paths instead of names, or names that are not in the folder.
    """
    expected = "A list of the names of files in the folder that was given."
    if not names:
        raise CheckFailed(
            "The list is empty.", expected=expected, why="The pipeline that follows needs pictures to read.",
            hint="Either no file ever opens, or another folder is listed than the one that arrives as `directory`. A name alone does "
            "not open: join folder and name, as in `os.path.join(directory, name)`. An `except` that only goes on hides such an error.",
        )  # fmt: skip
    if any("/" in name or "\\" in name for name in names):
        raise CheckFailed(
            "The list holds paths, not file names.", expected=expected,
            why="A name stays right wherever the folder is moved; who needs the path joins the two.",
            hint="`pathlib.Path.name` or `os.path.basename` give the name alone.",
        )  # fmt: skip
    strange = set(names) - set(present)
    if strange:
        raise CheckFailed(
            f"{len(strange)} names in the list are not in the folder that was given.", expected=expected,
            why="The function is called with folders that you have never seen.",
            hint="List the folder that arrives as `directory`, not a folder with a fixed name.",
        )  # fmt: skip


def assert_left_out(names: Sequence[str], kinds: Mapping[str, str], unwanted: Sequence[str], hint: str) -> None:
    """No file of the `unwanted` kinds is in the list.

    Args:
        names: as the student's function returned them.
        kinds: kind of each file of the folder, by name.
        unwanted: kinds that must be left out.
        hint: what helps against these kinds.

    Raises:
        CheckFailed: some are in the list.
    """
    kept = [name for name in names if kinds.get(name) in unwanted]
    total = sum(kind in unwanted for kind in kinds.values())
    if kept:
        described = {"empty": "empty files", "truncated": "truncated images"}.get(
            unwanted[0], "files that are no images"
        )
        raise CheckFailed(
            f"{len(kept)} of {total} {described} are in the list.",
            expected=f"No {described} in the list.", why=WHY_UNREADABLE, hint=hint,
        )  # fmt: skip


def assert_kept(names: Sequence[str], kinds: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    """Every readable image is in the list, unusual ones included.

    Args:
        names: as the student's function returned them.
        kinds: kind of each file of the folder, by name.
        wanted: what to call each kind that must stay in.

    Raises:
        CheckFailed: some are missing.
    """
    given = set(names)
    lost = [kind for name, kind in kinds.items() if kind in wanted and name not in given]
    if lost:
        described = ", ".join(sorted({wanted[kind] for kind in lost}))
        raise CheckFailed(
            f"{len(lost)} readable images are missing from the list: {described}.",
            expected="Every file that decodes stays in.",
            why="Unusual photographs are still photographs; throwing them away narrows what the network gets to see.",
            hint="Ask only whether the picture decodes, not how it is stored or named: size, mode and rotation are mended later.",
        )


def leaves_out_anything(names: Sequence[str], kinds: Mapping[str, str]) -> bool:
    """Whether any file of the folder is not in the list: one that holds them all has judged none."""
    return not set(kinds) <= set(names)


def assert_left_alone(after: Mapping[str, int], before: Mapping[str, int]) -> None:
    """The folder holds the same files of the same sizes as before.

    Args:
        after: size in bytes of each file, by name, after the call.
        before: the same before it.

    Raises:
        CheckFailed: files are gone, new, or of another size.
    """
    gone = len(set(before) - set(after))
    other = sum(before.get(name) != size for name, size in after.items())
    if gone or other:
        what = [f"{gone} of {len(before)} files are gone"] * (gone > 0) + [f"{other} are new or changed"] * (other > 0)
        raise CheckFailed(
            f"After the call the folder is another one: {', and '.join(what)}.",
            expected="The folder as it was. The list alone says which files to use.",
            why="A file that is thrown away cannot be mended or looked at again, and the folder may not be yours.",
            hint="Only read: leave out `os.remove`, `shutil.move` and `image.save`, and leave the name out of the list instead.",
        )


def assert_sorted(names: Sequence[str]) -> None:
    """Names come in sorted order, each once.

    Raises:
        CheckFailed: another order, or a name twice.
    """
    if list(names) != sorted(names) or len(set(names)) != len(names):
        twice = len(names) - len(set(names))
        raise CheckFailed(
            f"{twice} names come twice." if twice else "The names are not in sorted order.",
            expected="Names in sorted order, each once.",
            why="The order in which a disk lists its files differs between machines; a sorted list makes runs repeatable.",
            hint="`sorted(...)` at the end is enough.",
        )
