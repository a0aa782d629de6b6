# attack: 17
# form: a Python file with NUL characters, and a notebook with lone surrogates in its source
# status: unusable
import json


def make(folder, wrong):
    (folder / "nul.py").write_bytes(b"x = 1\0\nimport os\0")
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": "x = '\ud800'"}
    (folder / "lone.ipynb").write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return ["nul.py", "lone.ipynb"]
