# twin of: 22_flood
# replaces: plot_history
def plot_history(history):
    for at in range(2000):
        print(f"epoch {at}: " + "=" * 60)
    figure, axes = plt.subplots(1, 2)
    for ax, name in zip(axes, ["loss", "accuracy"], strict=True):
        for key in (name, f"val_{name}"):
            ax.plot(history.history[key], label=key)
        ax.set(xlabel="epoch", ylabel=name)
        ax.legend()
    return figure
