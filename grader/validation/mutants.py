"""Small wrong variants of a reference, made by changing one thing in its syntax tree at a time.

Only the solution regions are changed, by replacing the source text of one node. What a student may choose freely (filters,
figure sizes, seeds, ...) is left alone: changing it gives another right solution, not a wrong one.
"""

from __future__ import annotations

import ast
import hashlib
import itertools
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.exercises.source import BEGIN, END

FREE_KEYWORDS = frozenset((
    "cmap", "color", "dpi", "dtype", "figsize", "fontsize", "interpolation", "label", "linewidth", "loc",
    "marker", "name", "num_parallel_calls", "padding", "random_state", "s", "seed", "squeeze", "strict", "title",
    "verbose",
))  # fmt: skip
"""Keyword arguments whose value no task asks about."""
FREE_WIDTHS = frozenset(("Conv2D", "SeparableConv2D", "DepthwiseConv2D", "Dense", "MaxPooling2D", "AveragePooling2D"))
"""Calls whose positional arguments (filters, units, kernel and pool sizes) are the student's choice; see `_decides`."""
RANDOM = frozenset(
    ("RandomBrightness", "RandomContrast", "RandomFlip", "RandomRotation", "RandomTranslation", "RandomZoom")
)
HIDDEN = FREE_WIDTHS | RANDOM | {"Activation", "Dropout"}
"""Layers whose neighbours and activations inside of a network are the student's choice; see `_hidden`."""
SEVERAL = frozenset(("Dropout", "MaxPooling2D", "AveragePooling2D"))
"""Layers of which one more or less is the student's choice, as long as one stays."""
ONCE = frozenset(("Dense", "Rescaling", "create_augmentation_model"))
"""Calls that give a layer which must come once: scaled twice, augmented twice, two answers one after the other."""
FREE_TO_LEAVE_OUT = FREE_KEYWORDS | {"optimizer"}
"""Keyword arguments that a call may do without; of these the default is as good a choice."""
LARGE = 100
"""From here on, one more or less is another way to write the same number."""
FREE_CALLS = frozenset((
    "axis", "imshow", "legend", "print", "set_axis_off", "set_title", "suptitle", "subplots", "text", "tight_layout",
))  # fmt: skip
"""Calls that decorate: whether and how they are made is nobody's concern but the reader's."""
WORDS: dict[str, tuple[str, ...]] = {
    "acc": ("accuracy",),
    "accuracy": ("loss", "val_accuracy", "acc"),
    "binary": ("categorical",),
    "binary_crossentropy": ("categorical_crossentropy", "sparse_categorical_crossentropy", "mean_squared_error"),
    "both": ("training",),
    "categorical": ("binary",),
    "categorical_crossentropy": ("sparse_categorical_crossentropy", "binary_crossentropy", "mean_squared_error"),
    "grayscale": ("rgb",),
    "horizontal": ("vertical", "horizontal_and_vertical"),
    "int": ("categorical",),
    "loss": ("accuracy",),
    "rgb": ("grayscale",),
    "sigmoid": ("softmax", "linear", "tanh", "relu"),
    "softmax": ("sigmoid", "linear", "relu"),
    "sparse_categorical_crossentropy": ("categorical_crossentropy", "binary_crossentropy", "mean_squared_error"),
    "training": ("validation",),
    "val_accuracy": ("accuracy", "val_loss"),
    "validation": ("training",),
}
COMPARISONS: dict[type[ast.cmpop], tuple[str, ...]] = {
    ast.GtE: (">", "<="), ast.Gt: (">=", "<"), ast.LtE: ("<", ">="), ast.Lt: ("<=", ">"), ast.Eq: ("!=",),
    ast.NotEq: ("==",), ast.In: ("not in",), ast.NotIn: ("in",), ast.Is: ("is not",), ast.IsNot: ("is",),
}  # fmt: skip
OPERATORS: dict[type[ast.operator], tuple[str, ...]] = {
    ast.Add: ("-",), ast.Sub: ("+",), ast.Mult: ("/",), ast.Div: ("*",), ast.FloorDiv: ("*",), ast.Mod: ("//",),
    ast.Pow: ("*",),
}  # fmt: skip
NAMES: dict[str, str] = {
    "all": "any", "any": "all", "argmax": "argmin", "argmin": "argmax", "argsort": "sort", "max": "min", "mean": "sum",
    "min": "max", "skip": "take", "sorted": "list", "take": "skip",
}  # fmt: skip
ATTRIBUTES: dict[str, str] = {
    "input": "output", "inputs": "outputs", "output": "input", "outputs": "inputs", "shape": "size", "size": "shape",
}  # fmt: skip
INDENT = "    "
SAMPLE = 150


@dataclass(frozen=True)
class Mutant:
    """One wrong variant.

    Attributes:
        id: 10 hexadecimal digits that stay the same while the changed line and its function do.
        entry: the function or class that holds the change.
        line: line number in the reference.
        operator: kind of change.
        before: the source text that was replaced.
        after: what stands there now.
        source: the whole file.
    """

    id: str
    entry: str
    line: int
    operator: str
    before: str
    after: str
    source: str

    def __str__(self) -> str:
        change = f"{_short(self.before)} → {_short(self.after) or 'nothing'}"
        return f"{self.id} {self.entry}, line {self.line}, {self.operator}: {change}"


@dataclass(frozen=True)
class _Change:
    start: int
    end: int
    after: str
    operator: str


def mutants_of(source: str, entry_points: Sequence[str], sample: int = SAMPLE) -> tuple[Mutant, ...]:
    """At most `sample` mutants of a reference, always the same ones, spread evenly over its solutions by hash.

    Args:
        source: the reference in percent format, with its solution markers.
        entry_points: names that the exercise calls; only what lies in their solution regions is changed.
    """
    found = [mutant for mutant in _all_mutants(source, entry_points) if _parses(mutant.source)]
    return tuple(sorted(sorted(found, key=lambda one: one.id)[:sample], key=lambda one: (one.line, one.id)))


def _all_mutants(source: str, entry_points: Sequence[str]) -> Iterator[Mutant]:
    text = _Text(source)
    regions = _solution_lines(source)
    seen: Counter[str] = Counter()
    done: set[str] = set()
    for top in ast.parse(source).body:
        if not isinstance(top, (ast.FunctionDef, ast.ClassDef)) or top.name not in entry_points:
            continue
        for change, line in _changes(top, text):
            if line not in regions:
                continue
            mutated = source[: change.start] + change.after + source[change.end :]
            if mutated in done or mutated == source:
                continue
            done.add(mutated)
            before = source[change.start : change.end]
            # By content, not by position: what changes elsewhere in the file renames no mutant.
            label = "\0".join((top.name, change.operator, text.line(line).strip(), before, change.after))
            seen[label] += 1
            digest = hashlib.sha256(f"{label}\0{seen[label]}".encode()).hexdigest()[:10]
            yield Mutant(digest, top.name, line, change.operator, before, change.after, mutated)


class _Text:
    """Source text addressed as the ast does: lines from 1, columns in UTF-8 bytes."""

    def __init__(self, source: str) -> None:
        self._lines = source.splitlines(keepends=True)
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line))

    def line(self, number: int) -> str:
        return self._lines[number - 1]

    def offset(self, line: int, column: int) -> int:
        return self._starts[line - 1] + len(self._lines[line - 1].encode()[:column].decode())

    def span(self, node: ast.expr | ast.stmt | ast.keyword) -> tuple[int, int]:
        end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or 0
        return self.offset(node.lineno, node.col_offset), self.offset(end_line, end_column)

    def between(self, start: int, end: int) -> str:
        return "".join(self._lines)[start:end]


def _solution_lines(source: str) -> set[int]:
    lines: set[int] = set()
    inside = False
    for number, line in enumerate(source.splitlines(), start=1):
        if line.strip() in (BEGIN, END):
            inside = line.strip() == BEGIN
        elif inside:
            lines.add(number)
    return lines


def _changes(top: ast.AST, text: _Text) -> Iterator[tuple[_Change, int]]:
    """Every change of one thing below `top`, with the line that it begins in."""
    free = {id(node) for call in ast.walk(top) for node in _free_nodes(call)}
    # A free node's children are as free as it is.
    free |= {id(child) for node in ast.walk(top) if id(node) in free for child in ast.walk(node)}
    free |= {id(node.operand) for node in ast.walk(top) if isinstance(node, ast.UnaryOp) and _negative(node)}
    # The order in which an `except` names its exceptions, or `isinstance` its classes, means nothing.
    unordered = {id(node.type) for node in ast.walk(top) if isinstance(node, ast.ExceptHandler)}
    unordered |= {
        id(node.args[1])
        for node in ast.walk(top)
        if isinstance(node, ast.Call) and _called(node) == "isinstance" and len(node.args) == len(("value", "classes"))
    }
    variables = _variables(top)
    for node in ast.walk(top):
        if id(node) in free:
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in variables:
            # Its neighbours in the order of names: two are enough, and each is mistaken for another.
            known = sorted({name for name, line in variables.items() if line < node.lineno} | {node.id})
            place = known.index(node.id)
            for other in dict.fromkeys((known[place - 1], known[(place + 1) % len(known)])):
                yield _Change(*text.span(node), other, "other variable"), node.lineno
        if isinstance(node, ast.expr):
            for change in _expression(node, text):
                if not (id(node) in unordered and change.operator == "elements swapped"):
                    yield change, node.lineno
        elif isinstance(node, ast.stmt):
            for change in _statement(node, text):
                yield change, node.lineno
        body = getattr(node, "body", None)
        for before, behind in itertools.pairwise(body if isinstance(body, list) else ()):
            if isinstance(before, ast.For) and not _decorates(behind):
                yield _into(behind, text), behind.lineno
                last = before.body[-1]
                if len(before.body) > 1 and not _decorates(last):
                    yield _out_of(last, text), last.lineno


def _variables(top: ast.AST) -> dict[str, int]:
    """Arguments and variables of a function with the line that first gives them a value; those of comprehensions are none."""
    inner = {
        id(name)
        for node in ast.walk(top)
        if isinstance(node, (ast.Lambda, ast.comprehension))
        for part in (node.args if isinstance(node, ast.Lambda) else node.target,)
        for name in ast.walk(part)
    }
    found: dict[str, int] = {}
    for node in ast.walk(top):
        if id(node) in inner:
            continue
        if isinstance(node, ast.arg) and node.arg != "self":
            found.setdefault(node.arg, node.lineno)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found[node.id] = min(node.lineno, found.get(node.id, node.lineno))
    return found


def _negative(node: ast.AST) -> bool:
    """Whether this is a negative number as it is written."""
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant)


def _free_nodes(node: ast.AST) -> Iterator[ast.AST]:
    if not isinstance(node, ast.Call):
        return
    name = _called(node)
    if name in FREE_CALLS:
        yield node
    elif name in FREE_WIDTHS and not _decides(node):
        yield from node.args
    for keyword in node.keywords:
        if keyword.arg in FREE_KEYWORDS:
            yield keyword.value


def _decides(call: ast.Call) -> bool:
    """Whether a layer's width is asked for: a `Dense` that ends in probabilities has one unit for each answer."""
    ends = {"sigmoid", "softmax"}
    return any(isinstance(one.value, ast.Constant) and one.value.value in ends for one in call.keywords)


def _hidden(node: ast.AST) -> bool:
    """Whether this makes a layer inside a network: in which order they come is the student's choice.

    A layer with `activation="softmax"` or the like gives the answer and is none of these. A reference whose last layer does not
    say so gets fewer mutants.
    """
    return isinstance(node, ast.Call) and _called(node) in HIDDEN and not _decides(node)


def _one_of_several(element: ast.expr, elements: Sequence[ast.expr]) -> bool:
    names = [_called(one) for one in elements if isinstance(one, ast.Call)]
    return isinstance(element, ast.Call) and _called(element) in SEVERAL and names.count(_called(element)) > 1


def _called(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _expression(node: ast.expr, text: _Text) -> Iterator[_Change]:
    start, end = text.span(node)
    if isinstance(node, (ast.Compare, ast.BoolOp, ast.UnaryOp, ast.BinOp)):
        yield from _operation(node, text)
    elif isinstance(node, ast.Constant):
        yield from (_Change(start, end, after, "constant") for after in _constants(node.value))
    elif isinstance(node, ast.Name) and node.id.isupper():
        yield from (_Change(start, end, after, "constant") for after in _other_values(node.id))
    elif isinstance(node, ast.Call):
        yield from _call(node, text)
    elif isinstance(node, (ast.List, ast.Tuple)) and isinstance(node.ctx, ast.Load):
        yield from _elements(node, text)
    elif isinstance(node, ast.Attribute) and node.attr in ATTRIBUTES:
        yield _Change(end - len(node.attr), end, ATTRIBUTES[node.attr], "other attribute")
    elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        yield _Change(start, end, text.between(*text.span(node.value)), "subscript dropped")


def _operation(node: ast.Compare | ast.BoolOp | ast.UnaryOp | ast.BinOp, text: _Text) -> Iterator[_Change]:
    start, end = text.span(node)
    if _negative(node):
        # One number: -1 as an axis or a place in a list; 1 would often be the same one.
        yield _Change(start, end, "0", "constant")
    elif isinstance(node, ast.UnaryOp):
        yield _Change(start, end, text.between(*text.span(node.operand)), "sign or not dropped")
    elif isinstance(node, ast.Compare):
        gap = text.span(node.left)[1], text.span(node.comparators[0])[0]
        yield from (_Change(*gap, f" {sign} ", "comparison") for sign in COMPARISONS.get(type(node.ops[0]), ()))
    elif isinstance(node, ast.BoolOp):
        gap = text.span(node.values[0])[1], text.span(node.values[1])[0]
        if not set("()") & set(text.between(*gap)):
            yield _Change(*gap, " or " if isinstance(node.op, ast.And) else " and ", "boolean")
        for value in node.values:
            yield _Change(start, end, text.between(*text.span(value)), "condition dropped")
    else:
        gap = text.span(node.left)[1], text.span(node.right)[0]
        if not set("()") & set(text.between(*gap)):
            yield from (_Change(*gap, f" {sign} ", "operator") for sign in OPERATORS.get(type(node.op), ()))


def _constants(value: object) -> Iterator[str]:
    if isinstance(value, bool):
        yield str(not value)
    elif isinstance(value, int):
        near = {0: (1,), 1: (2, 0)}.get(value, (value + 1, value - 1, 0) if value < LARGE else (0, 1))
        yield from (str(other) for other in near)
    elif isinstance(value, float):
        yield from (repr(other) for other in (value * 10, value / 10))
    elif isinstance(value, str):
        yield from (f'"{other}"' for other in WORDS.get(value, ()))


def _other_values(name: str) -> Iterator[str]:
    """Other values for a constant of the notebook, by what its name says."""
    if any(word in name for word in ("FOLDER", "DIR", "PATH", "FILE")):
        yield f'"old_" + {name}'
    elif "NAME" in name or "CLASSES" in name:
        yield f"{name}[:-1]"
    elif "LAYER" in name:
        yield f"{name}[1:]"
    elif any(word in name for word in ("SIZE", "EPOCHS", "COUNT", "UNITS")):
        yield f"{name} // 2"
    else:
        yield f"{name} * 0.5"
    if "ACCURACY" in name:
        # A share taken for percent.
        yield f"{name} * 100"


def _call(node: ast.Call, text: _Text) -> Iterator[_Change]:
    start, end = text.span(node)
    function = node.func
    name_end = text.span(function)[1]
    name = _called(node)
    if name in NAMES:
        yield _Change(name_end - len(name), name_end, NAMES[name], "other function")
    for keyword in node.keywords:
        free = keyword.arg in FREE_TO_LEAVE_OUT or (keyword.arg == "activation" and _hidden(node))
        if keyword.arg is not None and not free:
            yield _without(text, text.span(keyword), "argument dropped")
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Call):
        yield _Change(start, end, text.between(*text.span(function.value)), "step dropped")
    if len(node.args) == 1 and not node.keywords and isinstance(node.args[0], (ast.Name, ast.Call)):
        yield _Change(start, end, text.between(*text.span(node.args[0])), "call dropped")


def _elements(node: ast.List | ast.Tuple, text: _Text) -> Iterator[_Change]:
    spans = [text.span(element) for element in node.elts]
    if isinstance(node, ast.List) and len(node.elts) == 1:
        yield _Change(*text.span(node), "[]", "list emptied")
    if len(node.elts) < len(("one", "other")) or all(isinstance(element, ast.Constant) for element in node.elts):
        return
    for element, span in zip(node.elts, spans, strict=True):
        if _decorates(element) or _one_of_several(element, node.elts):
            continue
        if isinstance(node, ast.Tuple) and len(node.elts) == len(("one", "other")):
            # With its comma, since without one nothing of the tuple would be left.
            (other,) = (one for one in node.elts if one is not element)
            yield _Change(*text.span(node), f"({text.between(*text.span(other))},)", "element dropped")
        else:
            yield _without(text, span, "element dropped")
    for element, span in zip(node.elts, spans, strict=True):
        # Rescaled twice, augmented twice: one of the mistakes that students make with layers.
        if (
            isinstance(node, ast.List)
            and isinstance(element, ast.Call)
            and _called(element) in ONCE
            and not _hidden(element)
        ):
            source = text.between(*span)
            yield _Change(*span, f"{source}, {source}", "element repeated")
    for (one, (start, middle)), (other, (after, end)) in itertools.pairwise(zip(node.elts, spans, strict=True)):
        if _hidden(one) and _hidden(other):
            continue
        swapped = text.between(after, end) + text.between(middle, after) + text.between(start, middle)
        yield _Change(start, end, swapped, "elements swapped")


def _without(text: _Text, span: tuple[int, int], operator: str) -> _Change:
    """Drop one of several things between commas, with the comma behind it."""
    start, end = span
    rest = text.between(end, end + 400)
    blank = len(rest) - len(rest.lstrip())
    if rest[blank : blank + 1] == ",":
        end += blank + 1
    return _Change(start, end, "", operator)


def _statement(node: ast.stmt, text: _Text) -> Iterator[_Change]:
    start, end = text.span(node)
    if isinstance(node, ast.Return) and node.value is not None:
        yield _Change(start, end, "return None", "nothing returned")
    elif isinstance(node, (ast.Assign, ast.AugAssign, ast.If, ast.For, ast.Continue)) or (
        isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant) and not _decorates(node)
    ):
        yield _Change(start, end, "pass", "statement dropped")
    elif isinstance(node, ast.Try) and node.body:
        first, last = text.span(node.body[0])[0], text.span(node.body[-1])[1]
        yield _Change(start, end, text.between(first, last).replace("\n    ", "\n"), "try dropped")


def _decorates(node: ast.AST) -> bool:
    call = node.value if isinstance(node, ast.Expr) else node
    return isinstance(call, ast.Call) and _called(call) in FREE_CALLS


def _into(node: ast.stmt, text: _Text) -> _Change:
    """What follows a loop, moved into it."""
    start, end = text.span(node)
    return _Change(start, end, textwrap.indent(text.between(start, end), INDENT), "into the loop")


def _out_of(node: ast.stmt, text: _Text) -> _Change:
    """The last statement of a loop, moved out behind it."""
    start, end = text.span(node)
    return _Change(start - len(INDENT), end, text.between(start, end).replace(f"\n{INDENT}", "\n"), "out of the loop")


def _parses(source: str) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def _short(source: str) -> str:
    flat = " ".join(source.split())
    return flat if len(flat) <= 60 else flat[:57] + "…"
