# attack: 33
# form: two cells with one identifier, of which the first is right and the last, which counts, is wrong
# status: graded
import json


def make(folder, wrong):
    start = wrong.index("def plot_history")
    parts = (wrong[:start], "def plot_history(history):\n    return right\n", wrong[start:])
    cells = [
        {"cell_type": "code", "metadata": {"tags": ["plot_history", "skip", "remove-cell"]}, "id": "same", "outputs": [],
         "execution_count": 1, "source": text}
        for text in parts
    ]  # fmt: skip
    (folder / "same.ipynb").write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return ["same.ipynb"]
