# attack: 6
# form: the process replaces itself by /usr/bin/true, which exits 0
# replaces: plot_history
# found: plot_history/returns_figure student_error
# says: The Python process ended with exit status 0
def plot_history(history):
    import os

    print("ran", flush=True)
    os.execv("/usr/bin/true", ["true"])
