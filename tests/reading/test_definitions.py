"""Where a name is defined, and whether the student has begun it."""

import pytest

from grader.results import Where
from grader.submissions import Near, near, source_location, submission_from_bytes, untouched

STARTER = '''class Stop(Callback):
    """Stop."""
    def on_epoch_end(self, epoch, logs=None):
        # your code here
        if None and None:
            self.model.stop_training = True

def create_model():
    """Build it."""
    model = Sequential([None])
    return model
'''


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 1", True),
        ("def f():\n    '''Write me.'''", True),
        ("def f(a):\n    pass", True),
        ("def f(a):\n    ...", True),
        ("def f(a):\n    # todo\n    raise NotImplementedError", True),
        ("def f(a):\n    raise NotImplementedError('todo')", True),
        ("def f():\n    return None", True),
        ("def f():\n    return", True),
        ("def f():\n    train, val = None, None\n    return train, val", True),
        ("def f():\n    model = None\n    model = None\n    return model", True),
        ("class f(Base):\n    '''Doc.'''\n    def go(self):\n        pass", True),
        ("f = None", True),
        ("f = ...", True),
        ("def f():\n    return 1", False),
        ("def f():\n    return x", False),
        ("def f():\n    model = None\n    model = make()\n    return model", False),
        ("def f():\n    raise ValueError", False),
        ("class f(Base):\n    def go(self):\n        pass\n    def stop(self):\n        return 1", False),
        ("f = 3", False),
        ("f = lambda: None", False),
        ("from helpers import f", False),
        ("def f(): return 1\ndef f(): pass", True),
        ("def f(): pass\ndef f(): return 1", False),
    ],
)
def test_stubs_are_untouched(notebook, source, expected):
    """A stub says nothing, however it says it; anything else is an attempt."""
    assert untouched(notebook(source), notebook("y = 1"), "f") is expected


@pytest.mark.parametrize("name", ["Stop", "create_model"])
def test_starter_is_untouched(notebook, name):
    """The starter as given counts as not begun, whatever became of comments, docstrings and layout."""
    changed = (
        STARTER.replace("Build it.", "I will.").replace("# your code here", "# later").replace("[None]", "[ None ]")
    )
    assert untouched(notebook("import x", *changed.split("\n\n")), notebook(STARTER), name)


def test_a_changed_starter_is_touched(notebook):
    """One argument is enough."""
    mine = notebook(STARTER.replace("[None]", "[None, 1]"))
    assert not untouched(mine, notebook(STARTER), "create_model")
    assert untouched(mine, notebook(STARTER), "Stop")


def test_a_broken_cell_is_an_attempt(notebook):
    """A syntax error is not a missing answer."""
    starter = notebook("def f(): pass")
    assert not untouched(notebook("ok = 1", "def f(:\n    return 1"), starter, "f")
    assert not untouched(notebook("def f(): pass", "def f(:\n    return 1"), starter, "f")
    assert untouched(notebook("def f(:\n    return 1", "def f(): pass"), starter, "f")


def test_location_is_the_last_definition(notebook):
    """Findings point at the `def` line of the definition that counts, not at its decorators."""
    submission = notebook(("markdown", "# T"), "def f(): pass", "x = 1\n\n@deco\ndef f():\n    pass", "f()")
    assert source_location(submission, "f") == Where(cell=3, line=4)
    assert source_location(submission, "x") == Where(cell=3, line=1)
    assert source_location(submission, "g") is None


def test_location_inside_a_block(notebook):
    """A definition inside a block has its own line."""
    assert source_location(notebook("if True:\n    x = 1\n    def f(): pass"), "f") == Where(cell=1, line=3)


def test_location_in_a_broken_cell(notebook):
    """The text of a broken cell tells where its definition begins."""
    assert source_location(notebook("x = 1", "\ndef f(:\n    pass"), "f") == Where(cell=2, line=2)


def test_location_in_a_script():
    """A plain file has lines and no cells."""
    submission = submission_from_bytes(b"\nclass A:\n    pass\n", "lab.py", notebook=False)
    assert source_location(submission, "A") == Where(cell=None, line=2)


ASKED = frozenset({"Stop", "create_model"})


@pytest.mark.parametrize(
    ("source", "name", "expected"),
    [
        ("def createModel(): return 1", "create_model", Near("named", "createModel", Where(cell=1, line=1))),
        ("class Stopp(C):\n    x = 1", "Stop", Near("named", "Stopp", Where(cell=1, line=1))),
        ("class Mine(C):\n    def on_epoch_end(self, e, logs): pass", "Stop", Near("named", "Mine", Where(cell=1, line=1))),
        ("class A:\n    def on_epoch_end(self): pass\nclass B(A):\n    def on_epoch_end(self): pass", "Stop", None),
        ("create_mdl = 3", "create_model", None),
        ("def model(): return 1", "create_model", None),
        ("x = 1", "Stop", None),
        ("class Stop(C):\n    'Stop.'\ndef on_epoch_end(self, e, logs=None): pass", "Stop", Near("outside", "on_epoch_end", Where(cell=1, line=3))),
        ("class Stop(C):\n    'Stop.'\ndef on_epoch_end(e, logs=None): pass", "Stop", None),
        ("class Stop(C):\n    'Stop.'\ndef other(self): pass", "Stop", None),
        ("def on_epoch_end(self, e, logs=None): pass", "Stop", None),
        ("class Stop(C):\n    'Stop.'\nclass Plotter(C):\n    def on_epoch_end(self, e, logs): pass", "Stop", None),
        ("def create_model(): pass\ndef create_model_2(): return 1", "create_model", Near("beside", "create_model_2", Where(cell=1, line=2))),
    ],
)  # fmt: skip
def test_what_stands_in_place_of_a_name(notebook, source, name, expected):
    """A slip in the name, the lecture's own name for such a class, a method beside its class; nothing where it may be anything."""
    starter = submission_from_bytes(STARTER.encode(), "starter.py", notebook=False)
    assert near(notebook(source), starter, name, ASKED) == expected


def test_what_is_asked_for_itself_is_no_slip(notebook):
    """`create_model2`, where the exercise asks for both, is not the other."""
    starter = submission_from_bytes(STARTER.encode(), "starter.py", notebook=False)
    assert near(notebook("def create_model2(): return 1"), starter, "create_model", ASKED | {"create_model2"}) is None
