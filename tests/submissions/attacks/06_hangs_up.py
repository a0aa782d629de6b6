# attack: 6
# form: closes the channel and goes on as if nothing were, so that the end looks like that of the machine
# replaces: plot_history
# found: plot_history/returns_figure student_error
# says: ended with exit status 70
def plot_history(history):
    import os

    print("ran", flush=True)
    os.close(3)
