# twin of: 07_terminal_and_page
# replaces: plot_history
def plot_history(history):
    import matplotlib.pyplot as plt

    print("\x1b[1mepochs\x1b[0m:", len(history.history["loss"]), "<b>done</b> | 8 / 8 passed |")
    figure, axes = plt.subplots(1, 2)
    for ax, name in zip(axes, ["loss", "accuracy"], strict=True):
        for prefix, side in (("", "training"), ("val_", "validation")):
            ax.plot(history.history[prefix + name], label=f"{side} {name}")
        ax.set(xlabel="epoch", ylabel=name)
        ax.legend()
    return figure
