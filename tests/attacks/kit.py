"""Reading attack fixtures, putting them into a submission, and looking for what they left on this machine."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
import time
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from grader.exercises import Exercise, Params, load_exercise
from grader.paths import solutions_dir
from grader.results import Report

ATTACKS = Path(__file__).parents[1] / "submissions" / "attacks"
BASES = ATTACKS / "bases"
FILES = ATTACKS / "files"
CLASSES = range(1, 46)
"""Classes of the catalogue in docs/security.md."""
TRACE = "atk-"
"""Whatever an attack tries to leave behind carries this in its name, so that the kit finds it."""

_LABEL = re.compile(
    r"^# (attack|form|exercise|replaces|base|denies|allows|found|says|costs|after|layer|status|twin of): (.+)$"
)
_MANY = ("denies", "allows", "found", "layer", "says")


@dataclass(frozen=True)
class Fixture:
    """One attack, or the allowed twin of one, as its labels tell it.

    Attributes:
        path: of the file.
        labels: texts by name, in the order of the file.
    """

    path: Path
    labels: dict[str, list[str]]

    @classmethod
    def read(cls, path: Path) -> Fixture:
        """Read the labels.

        Raises:
            ValueError: a line looks like a label and is none, or one that is needed is missing.
        """
        labels: dict[str, list[str]] = {}
        for line in path.read_text(encoding="utf-8").splitlines():
            if not line.startswith("# "):
                break
            match = _LABEL.match(line)
            if match is None:
                raise ValueError(f"{path.name}: {line!r} is no label; known are those in the kit's README.")
            labels.setdefault(match[1], []).append(match[2].strip())
        twin = path.stem.endswith(".twin")
        needed = {"twin of"} if twin else {"attack", "form"}
        needed |= {"status"} if path.parent == FILES else {"replaces"}
        if missing := needed - labels.keys():
            raise ValueError(f"{path.name} lacks {', '.join(sorted(missing))}.")
        if repeated := [name for name, values in labels.items() if len(values) > 1 and name not in _MANY]:
            raise ValueError(f"{path.name} says {', '.join(repeated)} twice.")
        return cls(path, labels)

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def number(self) -> int:
        """Its class in the catalogue."""
        return int(self.labels["attack"][0])

    @property
    def exercise(self) -> str:
        return self.one("exercise") or "week1_larger_dataset"

    @property
    def replaces(self) -> tuple[str, ...]:
        """Entry points of the reference that give way to the fixture's own."""
        return tuple(part.strip() for part in self.labels["replaces"][0].split(","))

    @property
    def costs(self) -> frozenset[str]:
        """Tasks that may lose points beyond what the wrong base loses."""
        return frozenset(part.strip() for part in (self.one("costs") or "").split(",") if part.strip())

    def one(self, name: str) -> str | None:
        return self.labels.get(name, [None])[0]

    def many(self, name: str) -> list[str]:
        return self.labels.get(name, [])

    @cached_property
    def code(self) -> str:
        """What follows the labels."""
        lines = self.path.read_text(encoding="utf-8").splitlines(keepends=True)
        return "".join(lines[next(at for at, line in enumerate(lines) if not line.startswith("# ")) :])

    def submission(self, folder: Path) -> Path:
        """The reference with the fixture's functions in place of its own, as a file in `folder`."""
        return _written(folder, f"{self.name}.py", composed(self.exercise, self.replaces, self.code))

    def base(self, folder: Path) -> Path:
        """The same wrong answer without the attack."""
        named = self.one("base")
        if named is None:
            code = "\n\n".join(f"def {entry}(*args, **kwargs):\n    return None\n" for entry in self.replaces)
        else:
            code = (BASES / f"{named}.py").read_text(encoding="utf-8")
        return _written(folder, f"base_of_{self.name}.py", composed(self.exercise, self.replaces, code))


def fixtures() -> list[Fixture]:
    """All attacks, without their twins."""
    return [Fixture.read(path) for path in sorted(ATTACKS.glob("*.py")) if not path.stem.endswith(".twin")]


def handed_in() -> list[Fixture]:
    """Attacks by the files that are handed in, each with a function `make`."""
    return [Fixture.read(path) for path in sorted(FILES.glob("*.py"))]


def twins() -> list[Fixture]:
    """All twins."""
    return [Fixture.read(path) for path in sorted(ATTACKS.glob("*.twin.py"))]


def composed(exercise: str, replaces: tuple[str, ...], code: str) -> str:
    """The reference's text without the definitions of `replaces`, and `code` as the last cell.

    Raises:
        ValueError: the reference does not define one of them exactly once.
    """
    text = (solutions_dir() / exercise / "reference.py").read_text(encoding="utf-8")
    for entry in replaces:
        text, count = re.subn(rf"^(def|class) {entry}\b.*?(?=^# %%)", "\n\n", text, flags=re.MULTILINE | re.DOTALL)
        if count != 1:
            raise ValueError(f"{exercise} defines {entry} {count} times.")
    return f"{text}\n# %%\n{code}\n"


def tasks_of(fixture: Fixture, *, whole: bool = False) -> tuple[str, ...]:
    """The tasks that a fixture is graded on: those that it replaces something of, and those that its labels name; or all."""
    exercise = load_exercise(fixture.exercise)
    told = {found.split("/")[0] for found in fixture.many("found")} | fixture.costs
    return tuple(
        task.name
        for task in exercise.tasks
        if whole or task.name in told or (task.name != "train" and {*task.entry_points} & {*fixture.replaces})
    )


def narrowed(exercise: Exercise, *tasks: str, wall_s: float) -> Exercise:
    """The exercise with these tasks alone, and another wall clock for its cells: fewer checks, the same walls.

    Nobody has more epochs than all others: a weak base that has them passes, and leaves an attack on a threshold nothing to gain.
    """
    wanted = {name.replace("_", "").lower() for name in tasks}
    files = {
        name: path
        for name, path in exercise.test_files.items()
        if re.sub(r"^test_\d+_(.+)\.py$", r"\1", name).replace("_", "").lower() in wanted
    }
    return replace(
        exercise, tasks=tuple(exercise.task(name) for name in tasks), test_files=files, variants=(),
        limits=replace(exercise.limits, cell_wall_s=wall_s),
        params=Params({name: value for name, value in exercise.params.items() if name != "slow_epochs"}),
    )  # fmt: skip


def _written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def complaints(fixture: Fixture, report: Report, base: Report) -> list[str]:
    """What is wrong with the outcome of an attack; nothing where it ran, gained nothing, reached nothing, and was told apart."""
    lines = said(report)
    wrong = [] if "ran" in lines else ["the attack did not run"]
    wrong += [line for line in lines if line.startswith(("reached", "refused"))]
    wrong += [f"not {kind}: {what}" for kind, label in (("denied", "denies"), ("allowed", "allows"))
              for what in fixture.many(label) if f"{kind}: {what}" not in lines]  # fmt: skip
    scores = {task.name: task.score for task in report.tasks}
    plain = {task.name: task.score for task in base.tasks}
    wrong += [f"gained: {name} {score:g} for {plain[name]:g}" for name, score in scores.items() if score > plain[name]]
    lost = {name for name, score in scores.items() if score < plain[name]}
    wrong += [f"lost points of a task that it has nothing to do with: {name}" for name in sorted(lost - fixture.costs)]
    found = {f"{check.id} {check.status}" for task in report.tasks for check in task.checks}
    seen = sorted(entry for entry in found if not entry.endswith((" passed", " blocked")))
    wrong += [f"not found: {entry}, but {seen}" for entry in fixture.many("found") if entry not in found]
    told = " ".join(
        f"{check.seen} {check.hint}" for task in report.tasks for check in task.checks if check.status != "passed"
    )
    wrong += [f"not told: {words}" for words in fixture.many("says") if words not in told]
    return [*wrong, *traces()]


def said(report: Report) -> list[str]:
    """Every line that the submission printed."""
    return [line for text in report.output.values() for line in text.splitlines()]


def traces() -> list[str]:
    """What an attack has left on this machine: processes by name or command line, files in places that all may write to."""
    left = []
    suspects = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (folder / "comm").read_text(errors="replace") + (folder / "cmdline").read_text(errors="replace")
            if TRACE in words:
                suspects[int(folder.name)] = words
    if suspects:
        # Only now, and of those alone that still run: another worker's attack may have forked in between.
        time.sleep(0.5)
        running = {child for below in _children().values() for child in below} - of_other_workers()
        left = [f"process {pid}: {words!r}" for pid, words in suspects.items() if pid in running]
    for place in {
        Path("/tmp"),
        Path("/dev/shm"),
        Path("/var/tmp"),
        Path.home(),
        Path.cwd(),
        Path(tempfile.gettempdir()),
    }:
        left += [str(path) for path in place.glob(f"*{TRACE}*")]
    return left


def of_other_workers() -> set[int]:
    """Processes that other workers of the same test run have begun, whose attacks may be at work right now.

    They are below another child of a process that this one descends from. What has broken out of its own tree is a child of
    the machine's first process, and is not among them.
    """
    children = _children()
    parents = {child: parent for parent, below in children.items() for child in below}
    found: set[int] = set()
    own = os.getpid()
    while (parent := parents.get(own, 0)) > 1:
        for sibling in children[parent] - {own}:
            found |= {sibling, *_below(sibling, children)}
        own = parent
    return found


def processes_below(pid: int) -> set[int]:
    """All descendants of a process."""
    return _below(pid, _children()) - {os.getpid()}


def _children() -> dict[int, set[int]]:
    children: dict[int, set[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except (OSError, IndexError):
            continue
        children.setdefault(parent, set()).add(int(folder.name))
    return children


def _below(pid: int, children: dict[int, set[int]]) -> set[int]:
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        for child in children.get(waiting.pop(), ()):
            found.add(child)
            waiting.append(child)
    return found
