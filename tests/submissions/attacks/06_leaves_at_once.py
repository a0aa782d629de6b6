# attack: 6
# form: the process ends itself with exit status 0, as a passing test run does
# replaces: plot_history
# found: plot_history/returns_figure student_error
# says: The Python process ended with exit status 0
def plot_history(history):
    import os

    print("ran", flush=True)
    os._exit(0)
