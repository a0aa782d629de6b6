"""The slice runs once, as a notebook would run it, and hands out what it binds."""

from __future__ import annotations

import pytest

from grader.student.module import MissingName, SlicedSource, StudentModule, cell_of, file_name


def module_of(*cells: str, notebook: bool = True) -> StudentModule:
    return StudentModule(list(enumerate(cells, 1)), notebook=notebook)


def test_cells_share_one_namespace_and_run_once():
    """A later cell sees an earlier one's names; asking twice runs nothing twice."""
    module = module_of("runs = []", "runs.append(1)")
    assert module.get("runs") == [1]
    assert module.get("runs") == [1]


@pytest.mark.parametrize(("notebook", "name"), [(True, "__main__"), (False, "submission")])
def test_a_notebook_is_main_and_a_file_is_imported(notebook, name):
    """The usual guard at the end of a `.py` does not run, a notebook's does."""
    assert module_of("name = __name__", notebook=notebook).get("name") == name


def test_a_missing_name_is_named():
    """What the slice does not bind is said in the student's words."""
    with pytest.raises(MissingName, match="`create_model` is not defined when your code starts fresh"):
        module_of("x = 1").get("create_model")


def test_future_imports_hold_for_later_cells():
    """Annotations stay text in the cells after the one with the import, as in a notebook."""
    module = module_of("from __future__ import annotations", "def f(x: unknown): pass")
    assert module.get("f").__annotations__ == {"x": "unknown"}


def test_future_imports_do_not_hold_for_earlier_cells():
    """Without the import above it, an annotation is evaluated; the grader's own imports do not leak in."""
    with pytest.raises(NameError, match="unknown"):
        module_of("def f(x: unknown): pass", "from __future__ import annotations").load()


def test_display_does_nothing():
    """A notebook's `display(figure)` needs no import there, so it needs none here."""
    assert module_of("seen = display(1, 2, clear=True)").get("seen") is None


def test_the_shell_takes_any_call():
    """Lines that magics were turned into run without effect."""
    module = module_of(
        "get_ipython().run_line_magic('matplotlib', 'inline')\n"
        "get_ipython().system('true')\n"
        "colab = 'google.colab' in str(get_ipython())\n"
    )
    assert module.get("colab") is False


def test_an_optional_statement_may_fail():
    """On all of its lines, with whatever it raises; the others run, and a statement that is needed still fails."""
    source = "import os\nos.environ['KEY'] = open(\n    'no such file').read()\nraise SystemExit\nx = 1\n"
    assert StudentModule([SlicedSource(1, source, (2, 3, 4))], notebook=True).get("x") == 1
    with pytest.raises(FileNotFoundError):
        StudentModule([SlicedSource(1, source, (4,))], notebook=True).load()


def test_a_file_knows_where_it_stands(tmp_path, monkeypatch):
    """`Path(__file__).parent` is the folder in which the data lies; a notebook has no such name."""
    monkeypatch.chdir(tmp_path)
    source = "from pathlib import Path\nhere = Path(__file__).resolve().parent"
    assert module_of(source, notebook=False).get("here") == tmp_path.resolve()
    with pytest.raises(NameError):
        module_of(source).load()


@pytest.mark.parametrize(
    "source",
    [
        "import os, no_such_module, sys as system\nx = os.sep + system.platform",
        "import no_such_module.part as p, os\nx = os.sep",
        "from os import path, no_such_name\nx = path.sep",
        "import os; import no_such_module\nx = os.sep",
        "from __future__ import print_function, division\nimport os, no_such_module\nx = os.sep",
    ],
)
def test_an_import_beside_others_may_fail_where_nothing_reads_it(source):
    """A cell that shows things needs `cv2`, the function that is asked for does not; the lines stay what they are."""
    assert module_of(source).get("x")
    name = "p" if " as p" in source else "no_such_name" if "no_such_name" in source else "no_such_module"
    with pytest.raises(ImportError):
        module_of(source, f"def f(): return {name}").load()


def test_an_import_that_stands_alone_has_to_work():
    """It was chosen because something needs it."""
    with pytest.raises(ImportError):
        module_of("import no_such_module").load()


def test_the_students_own_names_win():
    """A `display` of the student's is theirs, also where another function calls it."""
    module = module_of("def display(x): return x + 1", "def show(): return display(1)", "get_ipython = None")
    assert module.get("show")() == 2
    assert module.get("get_ipython") is None


def test_a_running_notebooks_names_are_taken_as_they_are():
    """Nothing is run and nothing added: public checks see what the student sees."""
    module = StudentModule.from_namespace({"x": 1})
    assert module.get("x") == 1
    with pytest.raises(MissingName):
        module.get("display")


@pytest.mark.parametrize("cell", [None, 0, 7, 1234])
def test_file_names_lead_back_to_their_cell(cell):
    """The name in a traceback tells the cell."""
    assert cell_of(file_name(cell)) == (True, cell)


@pytest.mark.parametrize("file", ["", "module.py", "<cell >", "<cell x>", "<cell -1>", "<string>", "<cell 1"])
def test_other_files_are_not_the_students(file):
    """Library frames and odd names are no cells."""
    assert cell_of(file) == (False, None)
