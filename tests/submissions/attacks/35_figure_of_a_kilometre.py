# attack: 35
# form: a figure 40 km wide that says one inch when asked, and artists that draw a million points each
# replaces: plot_history
# base: other_curves
# costs: plot_history
def plot_history(history):
    from matplotlib.figure import Figure

    print("ran")

    class Wide(Figure):
        def get_size_inches(self):
            return np.array([1.0, 1.0])

    figure = Wide(figsize=(1_600_000, 1_600_000), dpi=1_000_000)
    ax = figure.add_subplot()
    ax.plot(np.arange(1_000_000), np.random.default_rng(0).normal(size=1_000_000), label="<img src=x onerror=alert(1)>")
    return figure
