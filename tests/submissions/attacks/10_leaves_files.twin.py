# twin of: 10_leaves_files
# replaces: plot_history
def plot_history(history):
    import json
    import os
    import tempfile

    import matplotlib.pyplot as plt

    with open("history.json", "w") as file:
        json.dump(history.history, file)
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(os.path.abspath("history.json"), f"{folder}/link.json")
        with open(f"{folder}/link.json") as file:
            values = json.load(file)
    figure, axes = plt.subplots(1, 2)
    for ax, name in zip(axes, ["loss", "accuracy"], strict=True):
        for prefix, side in (("", "training"), ("val_", "validation")):
            ax.plot(values[prefix + name], label=f"{side} {name}")
        ax.set(xlabel="epoch", ylabel=name)
        ax.legend()
    figure.savefig("history.png")
    return figure
