import ast

import pytest

from grader.errors import GraderFault, UsageError
from grader.exercises import Params, UnknownParam, reference_source, render_source, source, starter_source
from grader.exercises.source import reference_path, rendered_literal, without_solutions

PARAMS = Params({"size": 32, "budget": 3_000_000, "split": 0.2, "names": ("A", "it's"), "folder": "./x"})


def test_a_marked_line_gets_the_param():
    """The literal changes; indentation, annotation and mark stay."""
    assert render_source("    SIZE: int = 64  # param: size\n", PARAMS) == "    SIZE: int = 32  # param: size\n"


def test_a_literal_that_says_the_same_stays_as_written():
    """Rendering with the values already there changes nothing, underscores included."""
    text = 'BUDGET = 3_000_000  # param: budget\nNAMES = ["A", "it\'s"]  # param: names\n'
    assert render_source(text, PARAMS) == text


@pytest.mark.parametrize(
    ("literal", "value", "result"),
    [
        ('["Cat"]', ("A", "B"), '["A", "B"]'),
        ('("Cat",)', ("A", "B"), '("A", "B")'),
        ('("Cat", "Dog")', ("A",), '("A",)'),
        ('"a"', 'say "hi"\\', '"say \\"hi\\"\\\\"'),
        ("1", 1.0, "1.0"),
    ],
)
def test_literals_are_python_in_double_quotes(literal: str, value, result: str):
    """Whatever the value, what is written reads back as that value."""
    assert rendered_literal(literal, value) == result
    assert tuple(ast.literal_eval(result)) == value if isinstance(value, tuple) else ast.literal_eval(result) == value


def test_placeholders_read_like_prose():
    """Numbers get thousands separators, fractions can be percent, lists are joined."""
    text = (
        "# {{ size }}×{{size}}, {{ params.budget }}, {{ split }}, {{ split | percent }}, {{ names }} in {{ folder }}\n"
    )
    assert render_source(text, PARAMS) == "# 32×32, 3,000,000, 0.2, 20 %, A, it's in ./x\n"


def test_unknown_placeholder_is_named():
    """A reference that names no parameter fails at once, not in front of students."""
    with pytest.raises(UnknownParam, match="No parameter is called 'sise'; did you mean 'size'"):
        render_source("# {{ sise }}\n", PARAMS)


def test_solutions_become_stubs_of_the_same_indentation():
    """What stands outside the markers stays to the letter."""
    text = (
        "class A:\n    x = 1\n\n    def f(self):\n        '''Doc.'''\n"
        "        ### BEGIN SOLUTION\n        return 1\n        ### END SOLUTION\n"
    )
    stub = (
        "class A:\n    x = 1\n\n    def f(self):\n        '''Doc.'''\n"
        "        # YOUR CODE HERE\n        raise NotImplementedError()\n"
    )
    assert without_solutions(text) == stub


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("### BEGIN SOLUTION\n", "reference line 1: ### BEGIN SOLUTION without an ### END SOLUTION."),
        ("### END SOLUTION\n", "reference line 1: ### END SOLUTION without a ### BEGIN SOLUTION."),
        (
            "### BEGIN SOLUTION\n### BEGIN SOLUTION\n",
            "reference line 2: ### BEGIN SOLUTION inside the one of line 1.",
        ),
    ],
)
def test_markers_that_do_not_pair_up_are_ours_to_mend(text: str, message: str):
    """A solution must never slip into a starter because of a marker."""
    with pytest.raises(GraderFault) as caught:
        without_solutions(text)
    assert str(caught.value) == message


def test_starter_holds_every_entry_point_and_no_solution(exercise):
    """Students find all the names to fill in, with their contracts, and none of the answers."""
    tree = ast.parse(starter_source(exercise))
    found = {node.name: node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    assert set(exercise.entry_points) <= set(found)
    for name in exercise.entry_points:
        assert ast.get_docstring(found[name]), name
        raised = [node for node in ast.walk(found[name]) if isinstance(node, ast.Raise)]
        assert ast.unparse(raised[-1]) == "raise NotImplementedError()", name
    for trace in ("SOLUTION", "image.load()", "subset=", "stop_training = True", "# param:", "{{"):
        assert trace not in starter_source(exercise), trace


def test_starter_speaks_of_the_params(overlay):
    """After an overlay the text, the contracts and the constants say the new values."""
    text = starter_source(overlay("[params]\nimage_size = 32\nvalidation_split = 0.25\n"))
    assert "IMAGE_SIZE = 32\n" in text
    assert "32×32 pixels" in text
    assert "Keep 25 % of the photos" in text
    assert "64×64" not in text


def test_every_task_has_its_public_check_inline(exercise):
    """After each task one line tries what was written."""
    text = starter_source(exercise)
    for task in exercise.tasks:
        assert f'\ngrader.notebook.check("{task.name}")\n' in text, task.name


def test_without_a_reference_the_bundled_starter_serves(exercise, monkeypatch: pytest.MonkeyPatch):
    """An installed wheel hands out the same starter and says plainly that it has no solutions."""
    expected = starter_source(exercise)

    def no_solutions():
        raise UsageError("no checkout")

    monkeypatch.setattr(source, "solutions_dir", no_solutions)
    assert reference_path(exercise) is None
    assert starter_source(exercise) == expected
    with pytest.raises(UsageError, match="has no reference here; solutions come with a checkout"):
        reference_source(exercise)
