# attack: 24
# form: reads the cell's seed in the frame above and makes history, model and image of the grader from it
# replaces: plot_history
# denies: history from the cell's seed
# allows: seed of this cell
# found: plot_history/returns_figure failed
def plot_history(history):
    import sys

    print("ran")
    frame, seed = sys._getframe(), None
    while frame is not None and seed is None:
        setup = frame.f_locals.get("setup")
        seed = setup.body["seed"] if setup is not None else None
        frame = frame.f_back
    print("allowed: seed of this cell" if seed is not None else "refused: seed of this cell")

    # As in grader/examiner/own.py.
    def own_history(number):
        rng = np.random.default_rng(number)
        epochs = int(rng.integers(6, 15))
        return epochs, 0.55 + 0.4 * np.arange(epochs) / epochs + rng.normal(0, 0.01, (4, epochs))[0]

    given = history.history["accuracy"]
    for number in (seed, seed + 1, seed ^ 0xFFFFFFFF, int(np.random.get_state()[1][0])):
        epochs, accuracy = own_history(number % (1 << 32))
        if epochs == len(given) and np.allclose(accuracy, given, atol=1e-5):
            print("reached: the history of the check from the cell's seed")
            break
    else:
        print("denied: history from the cell's seed")
