"""How far down a file a function or class is used, so that what comes behind its last use is not held against it."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from collections.abc import Set as AbstractSet

from grader.submissions.libraries import ImportedNames
from grader.submissions.scopes import names_of
from grader.submissions.units import BrokenCell, Unit

CALLED_BACK = frozenset({"from_generator", "py_function", "numpy_function", "Sequence", "PyDataset"})
"""By these code is called whenever something is read."""
MANY = 1_000
"""More arguments than any call has."""


def last_use(
    items: Sequence[Unit | BrokenCell], name: str, defined: int, imported: ImportedNames, *, results: bool = True
) -> int | None:
    """The last unit that may run the function or class `name`, or something that came of it; None where nothing does.

    What is made with it counts as it does, and so does what that is put into: a data set made before may be read, and with it
    the function's code be run, much later. So does its name as a text: `grader.notebook.check("create_model")`.

    Args:
        items: Units of the submission.
        name: The function or class.
        defined: The unit that defines it last; what stands before that used another one.
        imported: Names of libraries, which nothing that is handed to them follows.
        results: Whether what a call gave is followed. A function has looked its names up when it was called; the methods of
            a class look them up whenever one of its objects is used.
    """
    mentions: dict[str, list[int]] = {}
    for index, item in enumerate(items):
        if isinstance(item, Unit) and index != defined:
            for mentioned in _mentioned(item, name):
                mentions.setdefault(mentioned, []).append(index)
    last: int | None = None
    followed, waiting = {name}, [name]
    done: set[int] = set()
    while waiting:
        for index in mentions.get(waiting.pop(), ()):
            item = items[index]
            # What a unit makes does not depend on the name that led to it.
            if index in done or not isinstance(item, Unit):
                continue
            done.add(index)
            made = set(item.names.binds) | item.pruned_binds
            if not only_defines(item):
                if index < defined:
                    continue
                last = index if last is None else max(index, last)
                if not results and _calls(item, followed):
                    continue
                made |= item.effects.assigns_into | item.effects.calls_methods
            new = {one for one in made if one not in followed and one not in imported}
            followed |= new
            waiting.extend(new)
    return last


def defines(item: Unit | BrokenCell, name: str) -> bool:
    """Whether a unit is the definition of a function or class, and nothing else."""
    return isinstance(item, Unit) and name in item.names.binds and only_defines(item)


def takes_its_result(item: Unit | BrokenCell, name: str) -> bool:
    """Whether a unit does nothing but give a function's name to its result: `feature_maps = feature_maps(model, image)`.

    The function is gone with that, but for whoever starts afresh.
    """
    if not isinstance(item, Unit) or name not in item.names.binds:
        return False
    return all(isinstance(one, ast.Assign | ast.AnnAssign) for one in item.statements) and _calls(item, {name})


def corrects(item: Unit | BrokenCell, earlier: Unit | BrokenCell | None, name: str, calls: AbstractSet[int]) -> bool:
    """Whether a unit defines a function or class anew, for the same use: what takes other arguments is another thing of that name.

    Args:
        item: The unit.
        earlier: The one that bound the name before.
        name: The function or class.
        calls: With how many arguments the file's functions call it; those that fit the new one alone make it a correction.
    """
    if not defines(item, name):
        return False
    if earlier is None or not defines(earlier, name):
        return True
    old, new = (_takes(one, name) for one in (earlier, item))
    if old is None or new is None or old.start == new.start:
        return True
    return any(count in new and count not in old for count in calls)


def _takes(item: Unit | BrokenCell, name: str) -> range | None:
    """How many arguments a function may be called with; None of a class."""
    found = None
    for one in item.statements if isinstance(item, Unit) else ():
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and one.name == name:
            places = len(one.args.posonlyargs) + len(one.args.args)
            most = MANY if one.args.vararg or one.args.kwarg else places + len(one.args.kwonlyargs)
            found = range(places - len(one.args.defaults), most + 1)
    return found


def calls_in(unit: Unit) -> Iterator[tuple[str, int]]:
    """Names that are called in a unit, with the number of arguments of each call."""
    for statement in unit.statements:
        for node in ast.walk(statement):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield node.func.id, len(node.args) + len(node.keywords)


def runs_later(item: Unit | BrokenCell) -> bool:
    """Whether a definition's code may still run after it was called: methods of a class, generators, and what `tf.data` calls back."""
    nodes = (node for one in item.statements for node in ast.walk(one)) if isinstance(item, Unit) else ()
    for node in nodes:
        name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
        if isinstance(node, ast.ClassDef | ast.Yield | ast.YieldFrom) or name in CALLED_BACK:
            return True
    return False


def _calls(unit: Unit, names: AbstractSet[str]) -> bool:
    nodes = (node for statement in unit.statements for node in ast.walk(statement) if isinstance(node, ast.Call))
    return any(isinstance(node.func, ast.Name) and node.func.id in names for node in nodes)


def imports(item: Unit | BrokenCell) -> bool:
    """Whether a unit imports, and does nothing else."""
    return isinstance(item, Unit) and all(isinstance(one, ast.Import | ast.ImportFrom) for one in item.statements)


def only_defines(unit: Unit) -> bool:
    """Whether a unit defines functions and classes, and does nothing else."""
    return all(isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) for one in unit.statements)


def _mentioned(unit: Unit, name: str) -> Collection[str]:
    """The module's names in a unit, in what is left out for training, too, and `name` where it is a text there."""
    names = names_of(unit.statements) if unit.pruned else unit.names
    found = names.now | names.perhaps | names.later
    texts = (node for statement in unit.statements for node in ast.walk(statement) if isinstance(node, ast.Constant))
    return found | {name} if any(text.value == name for text in texts) else found
