"""What a top-level statement does besides binding names: changing objects, setting up libraries, training."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from grader.submissions.changes import Aliases, Changes, loop_aliases, own_expressions, root_of

TRAINING = frozenset({"fit", "fit_generator", "train_on_batch"})
_TRAINING_ARGUMENTS = frozenset(
    {"epochs", "steps_per_epoch", "validation_data", "validation_steps", "validation_split", "callbacks", "batch_size"}
)

# Method calls that show, store or run something and leave the object as it was, for our purposes.
_LOOKING_ON = frozenset(
    {
        "evaluate",
        "evaluate_generator",
        "summary",
        "show",
        "imshow",
        "hist",
        "head",
        "tail",
        "info",
        "describe",
        "display",
    }
    | {"export", "to_json", "to_csv", "to_pickle", "close", "mount", "system", "download", "upload", "extractall"}
    | {"run", "train"}
)
_LOOKING_ON_PREFIXES = ("plot", "print", "show_", "get_", "count", "predict", "save")

# Calls on a library that matter to how code behaves later.
CONFIGURING = frozenset(
    {"seed", "set_seed", "set_random_seed", "set_image_data_format", "set_floatx", "set_epsilon", "set_global_policy"}
    | {"set_policy", "run_functions_eagerly", "experimental_run_functions_eagerly", "enable_eager_execution"}
    | {"filterwarnings", "simplefilter", "setLevel", "set_verbosity", "use", "rc", "set_theme", "set_style"}
)
_CONFIGURING_OBJECTS = frozenset({"rcParams", "environ"})


@dataclass
class Effects:
    """What statements do to objects.

    Attributes:
        assigns_into: Names whose attribute or item is assigned or deleted.
        calls_methods: Names on which a method is called for its effect, or whose objects a call changes.
        rebinds: Names bound by their text, as in `globals()["SIZE"] = 64`.
        rebinds_any: Whether names are bound so of which the text says nothing.
        hands_over: Plain function calls made for their effect: the function's name and the names handed to it.
        called: Names of all functions called while the statements run.
        configures: Names whose call or attribute sets up a library.
    """

    assigns_into: set[str] = field(default_factory=set)
    calls_methods: set[str] = field(default_factory=set)
    rebinds: set[str] = field(default_factory=set)
    rebinds_any: bool = False
    hands_over: list[tuple[str, frozenset[str]]] = field(default_factory=list)
    called: set[str] = field(default_factory=set)
    configures: set[str] = field(default_factory=set)


def effects_of(statements: Sequence[ast.stmt], skip: Collection[ast.stmt] = ()) -> Effects:
    """Find what statements do, without looking into functions they define."""
    effects = Effects()
    skipped = {id(statement) for statement in skip}
    _block(statements, effects, skipped, {})
    for statement in statements:
        for node in running_nodes(statement, skipped):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                effects.called.add(node.func.id)
    return effects


def running_nodes(statement: ast.AST, skipped: Collection[int] = ()) -> Iterator[ast.AST]:
    """All nodes that run with the statement: not the bodies of functions and lambdas."""
    stack: list[ast.AST] = [statement]
    while stack:
        node = stack.pop()
        if id(node) in skipped:
            continue
        yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            stack.extend([*node.decorator_list, *node.args.defaults])
            stack.extend(default for default in node.args.kw_defaults if default is not None)
        elif isinstance(node, ast.Lambda):
            stack.extend(node.args.defaults)
        else:
            stack.extend(ast.iter_child_nodes(node))


def trains(statement: ast.AST, trainers: Collection[str] = (), skipped: Collection[int] = ()) -> bool:
    """Whether running the statement trains a model, itself or by calling one of the functions `trainers`.

    Args:
        statement: The statement.
        trainers: Names of functions that train.
        skipped: Identities of statements inside it that will not run.
    """
    return any(
        isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Attribute) and node.func.attr in TRAINING)
            or (isinstance(node.func, ast.Name) and node.func.id in trainers)
        )
        for node in running_nodes(statement, skipped)
    )


def is_long_training(call: ast.Call) -> bool:
    """Whether a call is `fit` as one calls it on a model, not on a scaler or a generator that learns a mean."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in TRAINING:
        return False
    named = {keyword.arg for keyword in call.keywords}
    return len(call.args) > 1 or bool(named & _TRAINING_ARGUMENTS) or call.func.attr != "fit"


def needs_the_notebook(statement: ast.stmt) -> bool:
    """Whether a statement talks to Jupyter or Colab: `get_ipython().…`, `drive.mount(…)`."""
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return False
    function: ast.AST = statement.value.func
    if isinstance(function, ast.Attribute) and function.attr == "mount":
        return True
    while isinstance(function, ast.Attribute | ast.Call):
        function = function.func if isinstance(function, ast.Call) else function.value
    return isinstance(function, ast.Name) and function.id == "get_ipython"


def _block(body: Sequence[ast.stmt], effects: Effects, skipped: set[int], aliases: Aliases) -> None:
    for statement in body:
        if id(statement) in skipped:
            continue
        _simple(statement, effects, aliases)
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        inner = aliases
        if isinstance(statement, ast.For | ast.AsyncFor):
            inner = {**aliases, **loop_aliases(statement.target, statement.iter, aliases)}
        for name in ("body", "orelse", "finalbody"):
            _block(getattr(statement, name, None) or [], effects, skipped, inner)
        for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
            _block(part.body, effects, skipped, inner)


def _simple(statement: ast.stmt, effects: Effects, aliases: Aliases) -> None:
    changes = Changes()
    for expression in own_expressions(statement):
        changes.of(expression, aliases)
    effects.assigns_into |= changes.assigned
    effects.calls_methods |= changes.changed
    effects.rebinds |= changes.rebinds
    effects.rebinds_any |= changes.rebinds_any
    if isinstance(statement, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Delete):
        effects.configures |= changes.assigned
    if isinstance(statement, ast.Expr):
        _expression(statement.value, effects)


def _expression(value: ast.expr, effects: Effects) -> None:
    """What is called for its effect, with nothing made of what it returns: here every method counts that does not look on."""
    if isinstance(value, ast.ListComp):
        value = value.elt
    if isinstance(value, ast.Await):
        value = value.value
    if not isinstance(value, ast.Call):
        return
    handed = frozenset(
        root for part in (*value.args, *(keyword.value for keyword in value.keywords)) if (root := root_of(part))
    )
    if isinstance(value.func, ast.Name):
        effects.hands_over.append((value.func.id, handed))
        if value.func.id in CONFIGURING:
            effects.configures.add(value.func.id)
    elif isinstance(value.func, ast.Attribute):
        _method(value.func, handed, effects)


def _method(function: ast.Attribute, handed: frozenset[str], effects: Effects) -> None:
    root, method = root_of(function), function.attr
    if method == "shuffle":
        effects.calls_methods |= handed
    if root is None or method in _LOOKING_ON or method in TRAINING or method.startswith(_LOOKING_ON_PREFIXES):
        return
    effects.calls_methods.add(root)
    inner = function.value
    if method in CONFIGURING or (isinstance(inner, ast.Attribute) and inner.attr in _CONFIGURING_OBJECTS):
        effects.configures.add(root)
