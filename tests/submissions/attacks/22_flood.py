# attack: 22
# form: lines without end on stdout and stderr at once
# replaces: plot_history
# found: plot_history/returns_figure output
# says: printed more than allowed
def plot_history(history):
    import sys

    print("ran", flush=True)
    while True:
        # Its own word stays at the end of what is kept.
        print("ran\n" * 5000)
        print("\x1b[2J" * 5000, "ran", sep="\n", file=sys.stderr)
