# attack: 27
# form: draws the first history that it is given, and that one again for every later history
# replaces: plot_history
# base: made_up_plot
# found: plot_history/loss_curves failed
FIRST = []


def plot_history(history):
    print("ran")
    FIRST.append(history.history)
    figure, axes = plt.subplots(1, 2)
    for ax, name in zip(axes, ["loss", "accuracy"], strict=True):
        for key in (name, f"val_{name}"):
            ax.plot(FIRST[0][key], label=key)
        ax.set(xlabel="epoch", ylabel=name)
        ax.legend()
    return figure
