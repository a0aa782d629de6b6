# twin of: 06_system_exit_at_import
# replaces: plot_history
import sys

import matplotlib.pyplot as plt

if len(sys.argv) > 10:
    sys.exit("too many arguments")


def plot_history(history):
    try:
        sys.exit(0)
    except SystemExit:
        figure, axes = plt.subplots(1, 2)
    for ax, name in zip(axes, ["loss", "accuracy"], strict=True):
        for prefix, side in (("", "training"), ("val_", "validation")):
            ax.plot(history.history[prefix + name], label=f"{side} {name}")
        ax.set(xlabel="epoch", ylabel=name)
        ax.legend()
    return figure
