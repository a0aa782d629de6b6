def plot_history(history):
    figure, ax = plt.subplots()
    for number, name in enumerate(["loss", "accuracy", "val_loss", "val_accuracy"]):
        ax.plot(range(1, 4), [number, number + 1, number], label=name)
    ax.set(xlabel="epoch", ylabel="value")
    ax.legend()
    return figure
