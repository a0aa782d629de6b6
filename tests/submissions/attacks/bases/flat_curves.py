def plot_history(history):
    figure, axes = plt.subplots(1, 2)
    for ax in axes:
        ax.plot([0, 0, 0], label="a")
        ax.set(title="a", xlabel="a", ylabel="a")
        ax.legend(title="a")
    return figure
