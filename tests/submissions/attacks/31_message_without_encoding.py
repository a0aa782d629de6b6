# attack: 31
# form: an exception whose message holds half a surrogate pair, as the name of a damaged file does, which no UTF-8 can carry
# replaces: plot_history
# found: plot_history/returns_figure student_error
# says: no photo
def plot_history(history):
    print("ran")
    raise FileNotFoundError("no photo \udcff.jpg")
