# attack: 23
# form: a loop without end at the top of the file, where every slice runs that needs its constant
# replaces: plot_history
# found: plot_history/returns_figure timeout
STYLE = print("ran", flush=True) or "o-"
while STYLE:
    STYLE = "o-"


def plot_history(history):
    return STYLE
