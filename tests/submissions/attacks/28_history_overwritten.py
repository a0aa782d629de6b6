# attack: 28
# form: overwrites the lists of the history that it was given with the numbers that it then draws
# replaces: plot_history
# base: made_up_plot
# found: plot_history/loss_curves failed
# found: plot_history/accuracy_curves failed
def plot_history(history):
    print("ran")
    figure, axes = plt.subplots(1, 2)
    for ax, name in zip(axes, ["loss", "accuracy"], strict=True):
        for key in (name, f"val_{name}"):
            history.history[key][:] = [0.1 * at for at in range(len(history.history[key]))]
            ax.plot(history.history[key], label=key)
        ax.set(xlabel="epoch", ylabel=name)
        ax.legend()
    return figure
