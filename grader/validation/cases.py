"""The solutions that prove an exercise right, written out with its params as files to be graded."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from grader.errors import UsageError
from grader.exercises import Exercise, Params
from grader.exercises.generate import generated_files
from grader.exercises.labels import Labels, labels_of
from grader.exercises.source import PARAM_LINE, reference_path, reference_source, rendered_literal
from grader.paths import solutions_dir

CaseKind = Literal["reference", "starter", "alternate", "mistake"]
FOLDERS: dict[CaseKind, str] = {"alternate": "alternates", "mistake": "mistakes"}
SUFFIXES = frozenset((".py", ".ipynb"))
INLINE = re.compile(r"#\s*params:\s*(?P<pairs>[^#\n]+?)\s*$")
"""A mark behind a line whose numbers follow params: `image_size=(64, 64), batch_size=32)  # params: 64=image_size, 32=batch_size`,
or `0.8=1-validation_split`. A number that is marked twice means the first param where it stands first, then the second."""


@dataclass(frozen=True)
class Case:
    """One file whose verdict is known.

    Attributes:
        kind: what it is.
        file: its path below the staging folder, as the batch's rows name it.
        labels: what a mistake says of itself; None for the others.
    """

    kind: CaseKind
    file: str
    labels: Labels | None = None


def staged_cases(exercise: Exercise, folder: Path) -> tuple[Case, ...]:
    """Write every solution of `exercise`, with its params put in, into `folder`, made anew.

    Files lie in `reference/`, `starter/`, `alternates/` and `mistakes/`.

    Raises:
        UsageError: there is no reference here (solutions come with a checkout), or a solution lies about what it is.
    """
    if reference_path(exercise) is None:
        raise UsageError(f"{exercise.name} has no reference here; validate in a checkout of the project.")
    shutil.rmtree(folder, ignore_errors=True)
    cases: list[Case] = []

    def put(kind: CaseKind, file: str, text: str, labels: Labels | None = None) -> None:
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        cases.append(Case(kind, file, labels))

    put("reference", "reference/reference.py", reference_source(exercise))
    for path, text in generated_files(exercise).items():
        kind: CaseKind = "starter" if path.stem == "starter" else "reference"
        put(kind, f"{kind}/{path.name}", text)
    for kind, name in FOLDERS.items():
        source = solutions_dir() / exercise.name / name
        for path in sorted(source.glob("*")):
            if path.suffix not in SUFFIXES:
                continue
            labels = _labels(path)
            if labels.kind != kind:
                raise UsageError(f"{name}/{path.name} says that it is a {labels.kind}; it lies among the {name}.")
            put(kind, f"{name}/{path.name}", with_params(path, exercise.params), labels)
    return tuple(cases)


def with_params(path: Path, params: Params) -> str:
    """The text of a solution with the literals of each line marked `# param:` or `# params:` replaced by the exercise's values.

    Raises:
        UnknownParam: a mark that names no parameter.
        UsageError: a mark of a number that its line does not hold.
    """
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return "".join(_with_param(line, params) for line in text.splitlines(keepends=True))
    notebook = json.loads(text)
    # nbformat 3 keeps its cells in worksheets and calls a source `input`; what has neither is left as it is.
    for cell in notebook.get("cells", ()):
        if cell.get("cell_type") == "code":
            lines = "".join(cell["source"]).splitlines(keepends=True)
            cell["source"] = [_with_param(line, params) for line in lines]
    return json.dumps(notebook, ensure_ascii=False, indent=1)


def _with_param(line: str, params: Params) -> str:
    inline = INLINE.search(line)
    if inline is not None:
        return _with_numbers(line[: inline.start()], inline["pairs"], params) + line[inline.start() :]
    match = PARAM_LINE.match(line.rstrip("\n"))
    if match is None:
        return line
    end = "\n" if line.endswith("\n") else ""
    return match["left"] + rendered_literal(match["literal"], params[match["name"]]) + match["mark"] + end


def _with_numbers(code: str, pairs: str, params: Params) -> str:
    names: dict[str, list[str]] = {}
    for pair in pairs.split(","):
        literal, name = (part.strip() for part in pair.split("="))
        names.setdefault(literal, []).append(name)
    met: Counter[str] = Counter()

    def value(match: re.Match[str]) -> str:
        literal = match[0]
        met[literal] += 1
        return _value(names[literal][min(met[literal], len(names[literal])) - 1], params)

    # All at once, so that what was put in for one number is not taken for another.
    made = re.sub(rf"(?<![\w.])(?:{'|'.join(map(re.escape, names))})(?![\w.])", value, code)
    for literal, marked in names.items():
        if met[literal] < len(marked):
            raise UsageError(
                f"`# params:` marks {literal} as {' and '.join(marked)}; it stands {met[literal]} times in: {code.strip()}"
            )
    return made


def _value(name: str, params: Params) -> str:
    """A param as Python, `1-name` as its difference from one."""
    if name.startswith("1-"):
        return f"{1 - float(params[name[2:]]):.10g}"  # type: ignore[arg-type]
    return rendered_literal("", params[name])


def _labels(path: Path) -> Labels:
    try:
        return labels_of(path)
    except (ValueError, KeyError) as error:
        raise UsageError(f"{path.parent.name}/{path.name}: {error}") from error
