"""Networks of `keras.applications` in a submission, found by the names of their constructors."""

from __future__ import annotations

import ast
import re

from grader.submissions.parsing import parse_cell
from grader.submissions.submission import Submission

NETWORKS = re.compile(
    r"(ConvNeXt|DenseNet|EfficientNet|Inception(?=V3|ResNet)|MobileNet|NASNet|ResNet(?=\d)|VGG1|Xception)\w*"
)
"""Names of the constructors in `keras.applications`."""


def network_built(node: ast.AST) -> str | None:
    """The constructor that a call is of, None where it is of none."""
    if not isinstance(node, ast.Call):
        return None
    name = str(getattr(node.func, "attr", None) or getattr(node.func, "id", ""))
    return name if NETWORKS.fullmatch(name) else None


def name_of_network(submission: Submission) -> str | None:
    """The name that the last top-level `name = Network(…)` gives to it."""
    found = None
    for cell in submission.cells:
        tree = None if cell.error else parse_cell(cell.source, cell.number)[0]
        for statement in tree.body if tree is not None else []:
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)], value=value) if network_built(value):
                    found = name
    return found
