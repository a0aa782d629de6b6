"""How far down a file a function or class is used, so that what comes behind its last use is not held against it."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet

from grader.submissions.libraries import ImportedNames
from grader.submissions.scopes import names_of
from grader.submissions.units import BrokenCell, Unit


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
            if not _only_defines(item.statements):
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
    return isinstance(item, Unit) and name in item.names.binds and _only_defines(item.statements)


def takes_its_result(item: Unit | BrokenCell, name: str) -> bool:
    """Whether a unit does nothing but give a function's name to its result: `feature_maps = feature_maps(model, image)`.

    The function is gone with that, but for whoever starts afresh.
    """
    if not isinstance(item, Unit) or name not in item.names.binds:
        return False
    return all(isinstance(one, ast.Assign | ast.AnnAssign) for one in item.statements) and _calls(item, {name})


def corrects(item: Unit | BrokenCell, earlier: Unit | BrokenCell | None, name: str) -> bool:
    """Whether a unit defines a function or class anew, for the same use: what takes other arguments is another thing of that name."""
    if not defines(item, name):
        return False
    if earlier is None or not defines(earlier, name):
        return True
    old, new = (_required(one, name) for one in (earlier, item))
    return old is None or new is None or old == new


def _required(item: Unit | BrokenCell, name: str) -> int | None:
    """How many arguments a function cannot do without; None of a class."""
    found = None
    for one in item.statements if isinstance(item, Unit) else ():
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and one.name == name:
            found = len(one.args.posonlyargs) + len(one.args.args) - len(one.args.defaults)
    return found


def _calls(unit: Unit, names: AbstractSet[str]) -> bool:
    nodes = (node for statement in unit.statements for node in ast.walk(statement) if isinstance(node, ast.Call))
    return any(isinstance(node.func, ast.Name) and node.func.id in names for node in nodes)


def imports(item: Unit | BrokenCell) -> bool:
    """Whether a unit imports, and does nothing else."""
    return isinstance(item, Unit) and all(isinstance(one, ast.Import | ast.ImportFrom) for one in item.statements)


def _only_defines(statements: Sequence[ast.stmt]) -> bool:
    return all(isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) for one in statements)


def _mentioned(unit: Unit, name: str) -> Collection[str]:
    """The module's names in a unit, in what is left out for training, too, and `name` where it is a text there."""
    names = names_of(unit.statements) if unit.pruned else unit.names
    found = names.now | names.perhaps | names.later
    texts = (node for statement in unit.statements for node in ast.walk(statement) if isinstance(node, ast.Constant))
    return found | {name} if any(text.value == name for text in texts) else found
