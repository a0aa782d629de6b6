# attack: 5
# form: lines that draw a flat zero and, asked for their values, name those of the history
# replaces: plot_history
# base: flat_lines
# found: plot_history/loss_curves failed
# found: plot_history/accuracy_curves failed
def plot_history(history):
    from matplotlib.lines import Line2D

    class Line(Line2D):
        def get_ydata(self, orig=True):
            return history.history[self.key]

    print("ran")
    figure, axes = plt.subplots(1, 2)
    for ax, name in zip(axes, ["loss", "accuracy"], strict=True):
        for key in (name, f"val_{name}"):
            line = Line(range(len(history.history[key])), [0.0] * len(history.history[key]), label=key)
            line.key = key
            ax.add_line(line)
        ax.set(xlabel="epoch", ylabel=name)
        ax.legend()
    return figure
