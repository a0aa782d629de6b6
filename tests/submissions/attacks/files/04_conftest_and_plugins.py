# attack: 4
# form: test files, plugins and their configuration beside the submission, as pytest would pick them up
# status: graded
MARK = "import pathlib\npathlib.Path('/tmp/atk-04-{name}').write_text('ran')\nprint('reached: {name}')\n"
PASS_ALL = """
def pytest_runtest_makereport(item, call):
    call.excinfo = None
"""


def make(folder, wrong):
    (folder / "submission.py").write_text(wrong)
    (folder / "conftest.py").write_text(MARK.format(name="conftest") + PASS_ALL)
    (folder / "pytest_cheat.py").write_text(MARK.format(name="plugin") + PASS_ALL)
    (folder / "pytest.toml").write_text('[pytest]\naddopts = "-p pytest_cheat"\n')
    (folder / "pyproject.toml").write_text('[tool.pytest.ini_options]\naddopts = "-p pytest_cheat"\n')
    return ["submission.py", "conftest.py", "pytest_cheat.py"]
