# attack: 6
# form: SystemExit(0) at the top of the file, before any function exists
# replaces: plot_history
# found: plot_history/returns_figure student_error
# says: SystemExit
import sys

STYLE = print("ran", flush=True) or sys.exit(0)


def plot_history(history):
    return STYLE
