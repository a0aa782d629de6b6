# attack: 17
# form: a notebook of one gigabyte, a hole in the disk that costs its author nothing
# status: unusable
def make(folder, wrong):
    with open(folder / "large.ipynb", "wb") as file:
        file.truncate(1 << 30)
    return ["large.ipynb"]
