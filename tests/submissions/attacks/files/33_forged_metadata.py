# attack: 33
# form: nbgrader's metadata that says everything is graded and locked, with points, and a forged test cell
# status: graded
import json


def make(folder, wrong):
    points = {"nbgrader": {"grade": True, "grade_id": "plot_history", "locked": True, "points": 100, "score": 100,
                           "solution": False, "schema_version": 3, "task": False}}  # fmt: skip
    cells = [
        {"cell_type": "code", "metadata": points, "id": f"c{number}", "outputs": [], "execution_count": number, "source": text}
        for number, text in enumerate((wrong, "### BEGIN HIDDEN TESTS\nassert True\n### END HIDDEN TESTS"))
    ]
    metadata = {"celltoolbar": "Create Assignment", "grader": {"score": 100}, "kernelspec": {
        "name": "python3", "display_name": "Python 3", "language": "python", "argv": ["touch", "/tmp/atk-33-kernel"]}}  # fmt: skip
    (folder / "forged.ipynb").write_text(json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}))
    return ["forged.ipynb"]
