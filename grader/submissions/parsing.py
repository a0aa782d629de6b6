"""Parsing Python text that may be hostile: bounded, silent, and a problem instead of an exception."""

from __future__ import annotations

import ast
import re
import warnings

from grader.submissions.limits import DEFAULT_LIMITS, ReadLimits
from grader.submissions.submission import SyntaxProblem

_WORD_OR_MARK = re.compile(r"\w+|[^\w\s]")
_CLIP = 160


def parse_cell(
    source: str, cell: int | None = None, limits: ReadLimits = DEFAULT_LIMITS
) -> tuple[ast.Module | None, SyntaxProblem | None]:
    """Parse the source of one cell.

    Returns:
        The tree and None, or None and the problem. A tree is never deeper than `limits.syntax_depth`.
    """
    if "\0" in source:
        line = source.count("\n", 0, source.index("\0")) + 1
        return None, _problem(source, cell, line, "source holds a NUL character")
    if too_many_tokens(source, limits.tokens):
        return None, SyntaxProblem("the code is too long to be read", cell, None, "")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an invalid escape such as "\d" is no business of the grader
            tree = ast.parse(source)
    except SyntaxError as error:
        return None, _problem(source, cell, error.lineno or None, error.msg or "invalid syntax")
    except (RecursionError, MemoryError):
        return None, SyntaxProblem("the code is nested too deeply to be read", cell, None, "")
    except UnicodeEncodeError as error:
        line = source.count("\n", 0, error.start) + 1
        return None, _problem(source, cell, line, "source holds a broken character (half of a surrogate pair)")
    except ValueError as error:
        return None, SyntaxProblem(str(error)[:_CLIP], cell, None, "")
    if too_deep(tree, limits.syntax_depth):
        return None, SyntaxProblem("the code is nested too deeply to be read", cell, None, "")
    return tree, None


def is_python(source: str) -> bool:
    """Whether the text parses."""
    return parse_cell(source)[0] is not None


def too_many_tokens(source: str, limit: int) -> bool:
    """Whether text holds more than `limit` words and marks, roughly; stops counting there."""
    if len(source) <= limit:
        return False
    return any(count > limit for count, _ in enumerate(_WORD_OR_MARK.finditer(source), start=1))


def too_deep(tree: ast.AST, limit: int) -> bool:
    """Whether any node lies more than `limit` levels below the root. Walks level by level, without recursion."""
    level: list[ast.AST] = [tree]
    for _ in range(limit + 1):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return False
    return True


def _problem(source: str, cell: int | None, line: int | None, message: str) -> SyntaxProblem:
    lines = source.split("\n")
    text = lines[line - 1] if line is not None and line <= len(lines) else ""
    return SyntaxProblem(message[:_CLIP], cell, line, text.strip()[:_CLIP])
