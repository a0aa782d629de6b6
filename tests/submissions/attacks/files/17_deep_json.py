# attack: 17
# form: a notebook of 200,000 nested lists
# status: unusable
def make(folder, wrong):
    (folder / "deep.ipynb").write_text('{"cells": ' + "[" * 200_000 + "]" * 200_000 + "}")
    return ["deep.ipynb"]
