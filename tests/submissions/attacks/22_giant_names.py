# attack: 22
# form: a figure with texts of 20 MB in every label, and 3,000 lines of 100,000 points
# replaces: plot_history
# base: made_up_plot
# found: plot_history/loss_curves failed
# costs: plot_history
def plot_history(history):
    from matplotlib.figure import Figure

    class Light(Figure):
        def savefig(self, target, **options):
            target.write(b"\x89PNG\r\n\x1a\n" + bytes(200 << 20))

    print("ran", flush=True)
    figure = Light()
    ax = figure.add_subplot()
    long = "z" * (20 << 20)
    for _ in range(3000):
        ax.add_line(plt.Line2D([], [], label=long))
    for line in ax.get_lines():
        line.set_data(range(100_000), np.zeros(100_000))
        if len(line.get_label()) and line is ax.get_lines()[100]:
            break
    ax.set(xlabel=long, ylabel=long, title=long)
    figure.suptitle(long)
    return figure
