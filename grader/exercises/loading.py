"""Reading `exercise.toml` and overlay files into an `Exercise`."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from grader.errors import UsageError
from grader.exercises.exercise import Call, Exercise, ExerciseLimits, Takes, Task
from grader.exercises.params import Params, ParamValue, Rule, declared, known_names, overlaid
from grader.paths import exercises_dir, hidden_tests_dir

T = TypeVar("T")

VARIANTS, OVERLAYS = "variants", "overlays"
LIMIT_RULES = {name: Rule(above=0) for name in asdict(ExerciseLimits())}


class TaskTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One `[[tasks]]` of `exercise.toml`."""

    name: str
    title: str
    entry_points: tuple[str, ...]
    story: str = ""


class ExerciseFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`exercise.toml` as written."""

    title: str
    version: str
    data: str
    tasks: tuple[TaskTable, ...]
    variant: str = "default"
    compat: bool = True
    hidden_images: int = Exercise.hidden_images
    story: str = ""
    params: dict[str, Any] = {}
    params_rules: dict[str, Rule] = {}
    limits: dict[str, Any] = {}
    margins: dict[str, float] = {}
    assets: dict[str, str] = {}


class CallTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One `[calls.…]` of a variant."""

    entries: tuple[str, ...]
    arguments: tuple[str, ...] = ()
    takes: Takes = "texts"


class VariantFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`variants/<name>.toml` as written: what differs from the exercise. Its tasks and their hidden tests are named always."""

    tasks: tuple[TaskTable, ...] = ()
    keep: tuple[str, ...] = ()
    """Tasks of the exercise that hold here as they are, before those of `tasks`."""
    reuse: tuple[str, ...] = ()
    """Hidden test files that hold here, too: the exercise's own by name, those of another as `<exercise>/<path>`. Others lie
    in `hidden_tests/variants/<name>/`."""
    unless: tuple[str, ...] = ()
    """Names of other conventions: who defines one of them does not follow this one."""
    sizes: tuple[str, ...] = ()
    """Sizes of pictures by which this convention is told from the exercise, where both have the same names: who follows it has
    its value of each in the code, and not the exercise's; see `picture_sizes`."""
    omit: tuple[str, ...] = ()
    """Ids of checks in `reuse` that this convention does not ask for."""
    params: dict[str, Any] = {}
    params_rules: dict[str, Rule] = {}
    limits: dict[str, Any] = {}
    calls: dict[str, CallTable] = {}


class OverlayFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An instructor's overlay as written."""

    data: str | None = None
    """Another data set, for example `imported/cats-vs-dogs`; whether it is there is for those to say who read it."""
    params: dict[str, Any] = {}
    points: dict[str, Any] = {}
    limits: dict[str, Any] = {}
    assets: dict[str, str] = {}
    """Files of the instructor's in place of the exercise's, as paths from the overlay's folder."""
    leave_out: tuple[str, ...] = ()
    """Tasks, or ids of single checks, that are not graded."""
    variants: tuple[str, ...] | None = None
    """Calling conventions that count beside the newest one. Without this key all count, and are sent to review."""


def exercise_names() -> tuple[str, ...]:
    """Names of the exercises that can be loaded, sorted."""
    folder = exercises_dir()
    if not folder.is_dir():
        return ()
    return tuple(sorted(path.parent.name for path in folder.glob("*/exercise.toml")))


def load_exercise(name: str, params_file: Path | None = None) -> Exercise:
    """Read the exercise `name`, with the overlay in `params_file` if given.

    Raises:
        UsageError: no such exercise, or a file that cannot be read or does not keep the rules; one line that
            names file, key, value and rule.
    """
    names = exercise_names()
    if name not in names:
        raise UsageError(f"No exercise is called {name!r}; {known_names(name, names)}")
    folder = exercises_dir() / name
    path = folder / "exercise.toml"
    label = f"{name}/exercise.toml"
    written = read_toml(path, ExerciseFile, label)

    params = declared(written.params, written.params_rules, file=label, table="params")
    limits: Mapping[str, ParamValue] = asdict(ExerciseLimits())
    limits = overlaid(limits, written.limits, LIMIT_RULES, file=label, table="limits")
    points: dict[str, float] = {}
    data = written.data
    own_assets: dict[str, Path] = {}
    tasks = written.tasks
    left_out: tuple[str, ...] = ()
    named: tuple[str, ...] | None = None
    variants = {one.stem: one for one in sorted(folder.glob(f"{VARIANTS}/*.toml"))}
    if params_file is not None:
        params_file = overlay_path(folder, params_file)
        overlay = read_toml(params_file, OverlayFile, str(params_file))
        data = data if overlay.data is None else overlay.data
        params = overlaid(params, overlay.params, written.params_rules, file=str(params_file), table="params")
        limits = overlaid(limits, overlay.limits, LIMIT_RULES, file=str(params_file), table="limits")
        points = checked_points(overlay.points, written.tasks, file=str(params_file))
        left_out = overlay.leave_out
        if strange := [name for name in left_out if name.split("/")[0] not in {task.name for task in tasks}]:
            known = known_names(strange[0], tuple(task.name for task in tasks))
            raise UsageError(f"{params_file}: leave_out names {strange[0]!r}, which is no task; {known}")
        tasks = tuple(task for task in tasks if task.name not in left_out)
        named = overlay.variants
        if strange := [one for one in named or () if one not in variants]:
            known = known_names(strange[0], tuple(variants)) if variants else f"{name} has none."
            raise UsageError(f"{params_file}: variants names {strange[0]!r}, which is no variant; {known}")
        own_assets = overlaid_assets(overlay.assets, written.assets, params_file)

    try:
        hidden_tests = hidden_tests_dir(name)
    except UsageError:
        # Students have none. Who needs them calls hidden_tests_dir and shows its message.
        hidden_tests = folder / "hidden_tests"
    concepts = (folder / "concepts", exercises_dir() / "concepts")
    assets = {**checked_assets(written.assets, params, folder, file=label), **own_assets}
    exercise = Exercise(
        name=name,
        title=written.title,
        version=written.version,
        variant=written.variant,
        compat=written.compat,
        hidden_images=written.hidden_images,
        story=written.story,
        params=Params(params),
        tasks=tuple(map(_task, tasks)),
        omitted=left_out,
        folder=folder,
        hidden_tests=hidden_tests,
        concepts=concepts,
        limits=ExerciseLimits(**limits),  # type: ignore[arg-type]  # overlaid() keeps the types of the defaults
        data=data,
        points=points,
        margins=checked_margins(written.margins, params, file=label),
        assets=assets,
        variants_named=named is not None,
        digest=content_digest(
            path,
            hidden_tests,
            concepts,
            assets,
            {
                "data": data,
                "params": params,
                "points": points,
                "limits": limits,
                "left out": left_out,
                "variants": named,
            },
        ),
        test_files={
            path.relative_to(hidden_tests).as_posix(): path
            for path in content_files(hidden_tests)
            if path.relative_to(hidden_tests).parts[0] != VARIANTS
        },
    )
    return replace(
        exercise,
        variants=tuple(_variant(exercise, path) for one, path in variants.items() if named is None or one in named),
    )


def _variant(exercise: Exercise, path: Path) -> Exercise:
    """The exercise in the calling convention that `path` describes. What the variant fixes, an overlay does not change.

    Raises:
        UsageError: the file cannot be read or does not keep the rules.
    """
    label = f"{exercise.name}/{VARIANTS}/{path.name}"
    written = read_toml(path, VariantFile, label)
    own = declared(written.params, written.params_rules, file=label, table="params")
    defaults: Mapping[str, ParamValue] = asdict(exercise.limits)
    limits = overlaid(defaults, written.limits, LIMIT_RULES, file=label, table="limits")
    calls = {name: Call(table.entries, table.arguments, table.takes) for name, table in written.calls.items()}
    folder = exercise.hidden_tests / VARIANTS / path.stem
    reused = {Path(name).name: _reused(exercise, name, label) for name in written.reuse} if hidden_tests_here() else {}
    foreign = b"".join(reused[Path(name).name].read_bytes() for name in written.reuse if "/" in name and reused)
    params = {**exercise.params, **own}
    for size in written.sizes:
        if not all(type(values.get(size)) is int for values in (own, exercise.params)):
            raise UsageError(
                f"{label}: sizes names {size!r}; it has to be a whole number, set here and in the exercise."
            )
    tasks = tuple(
        task
        for task in (*_kept(exercise, written.keep, label), *map(_task, written.tasks))
        if task.name not in exercise.omitted
    )
    if not written.tasks and not written.keep:
        raise UsageError(f"{label}: it has no task; `keep` names tasks of the exercise, [[tasks]] describes others.")
    return replace(
        exercise,
        variant=path.stem,
        params=Params(params),
        limits=ExerciseLimits(**limits),  # type: ignore[arg-type]  # as in load_exercise
        tasks=tasks,
        calls={**exercise.calls, **calls},
        unless=written.unless,
        sizes=written.sizes,
        not_asked=tuple(task.name for task in exercise.tasks if task.name not in {one.name for one in tasks}),
        omitted=(*exercise.omitted, *written.omit),
        test_files={**reused, **{path.name: path for path in content_files(folder)}},
        digest=hashlib.sha256(f"{exercise.digest} {path.stem}\n".encode() + path.read_bytes() + foreign).hexdigest(),
    )


def _task(table: TaskTable) -> Task:
    return Task(table.name, table.title, table.entry_points, table.story.strip())


def _kept(exercise: Exercise, names: Sequence[str], label: str) -> list[Task]:
    """The tasks of the exercise that a variant names in `keep`; those that an overlay leaves out are passed over.

    Raises:
        UsageError: the exercise has no such task.
    """
    known = {task.name: task for task in exercise.tasks}
    for name in names:
        if name not in known and name not in exercise.omitted:
            raise UsageError(f"{label}: keep names {name!r}, which is no task; {known_names(name, tuple(known))}")
    return [known[name] for name in names if name in known]


def hidden_tests_here() -> bool:
    """Whether hidden tests are installed; students have none, and need none."""
    for name in exercise_names():
        try:
            return hidden_tests_dir(name).is_dir()
        except UsageError:
            continue
    return False


def _reused(exercise: Exercise, name: str, label: str) -> Path:
    """The hidden test file that a variant names in `reuse`.

    Raises:
        UsageError: there is none.
    """
    owner, _, path = name.rpartition("/")[0].partition("/")
    found = hidden_tests_dir(owner) / path / Path(name).name if owner else exercise.test_files.get(name)
    if found is None or not found.is_file():
        raise UsageError(f"{label}: reuse names {name!r}, which is no hidden test file.")
    return found


def checked_margins(margins: Mapping[str, float], params: Mapping[str, ParamValue], *, file: str) -> dict[str, float]:
    """`[margins]`: numbers by the names of params that are numbers.

    Raises:
        UsageError: a margin for something else.
    """
    for name in margins:
        if not isinstance(params.get(name), (int, float)):
            raise UsageError(f"{file}: [margins] {name} is no threshold; {known_names(name, tuple(params))}")
    return dict(margins)


def checked_assets(
    assets: Mapping[str, str], params: Mapping[str, ParamValue], folder: Path, *, file: str
) -> dict[str, Path]:
    """`[assets]`: by a param that is a path in the student's folder, a file in the exercise's own.

    Raises:
        UsageError: no such param or file, or a file elsewhere.
    """
    found = {}
    for name, relative in assets.items():
        if not isinstance(params.get(name), str):
            raise UsageError(f"{file}: [assets] {name} is no path; {known_names(name, tuple(params))}")
        path = folder / relative
        if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
            raise UsageError(f"{file}: [assets] {name} (={relative!r}) must be a file in the exercise's folder.")
        found[name] = path
    return found


def overlay_path(folder: Path, given: Path) -> Path:
    """The overlay's file: as given, or one of those that come with the exercise, by its name alone.

    Raises:
        UsageError: a name of none of those.
    """
    if len(given.parts) != 1 or given.suffix or given.exists():
        return given
    shipped = {path.stem: path for path in (folder / OVERLAYS).glob("*.toml")}
    if str(given) in shipped:
        return shipped[str(given)]
    with_it = f"; with the exercise come: {', '.join(sorted(shipped))}" if shipped else ""
    raise UsageError(f"--params {given} is no file{with_it}.")


def left_out_by(folder: Path, overlay: str) -> tuple[str, ...]:
    """What an overlay that comes with the exercise in `folder` leaves out; nothing where there is no such overlay.

    Raises:
        UsageError: it cannot be read.
    """
    path = folder / OVERLAYS / f"{overlay}.toml"
    return read_toml(path, OverlayFile, str(path)).leave_out if path.is_file() else ()


def overlaid_assets(assets: Mapping[str, str], known: Mapping[str, str], overlay: Path) -> dict[str, Path]:
    """`[assets]` of an overlay: for an asset of the exercise, another file.

    Raises:
        UsageError: the exercise has no such asset, or there is no such file.
    """
    found = {}
    for name, relative in assets.items():
        path = overlay.resolve().parent / relative
        if name not in known:
            raise UsageError(f"{overlay}: [assets] {name} is none of the exercise's; {known_names(name, tuple(known))}")
        if not path.is_file():
            raise UsageError(
                f"{overlay}: [assets] {name} (={relative!r}) is no file; paths count from the overlay's folder."
            )
        found[name] = path
    return found


def read_toml(path: Path, kind: type[T], label: str) -> T:
    """`path` as `kind`.

    Raises:
        UsageError: not there, not TOML, or not of this shape.
    """
    try:
        with path.open("rb") as file:
            return msgspec.convert(tomllib.load(file), kind)
    except OSError as error:
        raise UsageError(f"{label}: cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{label}: is not TOML: {error}") from error
    except msgspec.ValidationError as error:
        raise UsageError(f"{label}: {error}") from error


def checked_points(points: Mapping[str, Any], tasks: tuple[TaskTable, ...], *, file: str) -> dict[str, float]:
    """`[points]` of an overlay: numbers of at least 0 by check id, whose task exists.

    Whether the check itself exists is for the examiner to say, who has the hidden tests.

    Raises:
        UsageError: one line that names file, key, value and rule.
    """
    known = tuple(task.name for task in tasks)
    result = {}
    for check_id, value in points.items():
        task, slash, rest = check_id.partition("/")
        if not slash or not rest:
            raise UsageError(f'{file}: [points] {check_id} (={value!r}) must be a check id such as "{known[0]}/…".')
        if task not in known:
            raise UsageError(f'{file}: [points] "{check_id}" names no task; {known_names(task, known)}')
        if type(value) not in (int, float) or not 0 <= value <= 1000:
            raise UsageError(f'{file}: [points] "{check_id}" (={value!r}) must be a number from 0 to 1000.')
        result[check_id] = float(value)
    return result


def content_digest(
    toml: Path, hidden_tests: Path, concepts: tuple[Path, ...], assets: Mapping[str, Path], values: Mapping[str, Any]
) -> str:
    """sha256 over what decides a grade and what the report says about it, independent of where the files lie."""
    digest = hashlib.sha256()

    def add(label: str, content: bytes) -> None:
        # Lengths first, so that no two lists of parts give the same bytes.
        digest.update(f"{len(label.encode())} {len(content)} {label}".encode())
        digest.update(content)

    add("exercise.toml", toml.read_bytes())
    for prefix, folder in (("hidden_tests", hidden_tests), *(("concepts", folder) for folder in concepts)):
        for path in content_files(folder):
            add(f"{prefix}/{path.relative_to(folder).as_posix()}", path.read_bytes())
    for name, path in sorted(assets.items()):
        add(f"assets/{name}", path.read_bytes())
    add("values", json.dumps(values, sort_keys=True).encode())
    return digest.hexdigest()


def content_files(folder: Path) -> Iterator[Path]:
    """Files below `folder`, sorted, without caches and hidden files."""
    if folder.is_dir():
        for path in sorted(folder.rglob("*")):
            parts = path.relative_to(folder).parts
            if path.is_file() and not any(part == "__pycache__" or part.startswith(".") for part in parts):
                yield path
