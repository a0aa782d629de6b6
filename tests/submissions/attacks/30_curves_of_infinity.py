# attack: 30
# form: NaN and infinity as curves, also written into the history that was given
# replaces: plot_history
# base: other_curves
# found: plot_history/loss_curves failed
def plot_history(history):
    print("ran")
    figure, ax = plt.subplots()
    for name, value in zip(["loss", "accuracy", "val_loss", "val_accuracy"], [np.nan, np.inf, -np.inf, np.nan]):
        curve = history.history[name]
        curve[:] = [value] * len(curve)
        ax.plot(range(len(curve)), curve, label=name)
    ax.set(xlabel="epoch", ylabel="value")
    ax.legend()
    return figure
