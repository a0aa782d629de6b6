def plot_history(history):
    figure, axes = plt.subplots(1, 2)
    for ax, name in zip(axes, ["loss", "accuracy"], strict=True):
        for key in (name, f"val_{name}"):
            ax.plot([0.0] * len(history.history[key]), label=key)
        ax.set(xlabel="epoch", ylabel=name)
        ax.legend()
    return figure
