# attack: 4
# form: modules with the names of libraries, of the grader and of start-up hooks beside the submission
# status: graded
NAMES = ("numpy", "keras", "sitecustomize", "usercustomize", "matplotlib", "PIL", "json", "random")


def make(folder, wrong):
    (folder / "submission.py").write_text(wrong)
    for name in NAMES:
        code = f"open('/tmp/atk-04-{name}', 'w').write('ran')\nprint('reached: {name}')\n"
        (folder / f"{name}.py").write_text(code)
    for name in ("tensorflow", "grader"):
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text(f"open('/tmp/atk-04-{name}', 'w').write('ran')\n")
    (folder / "cheat.pth").write_text("import os; open('/tmp/atk-04-pth', 'w').write('ran')\n")
    return ["submission.py", *(f"{name}.py" for name in NAMES)]
