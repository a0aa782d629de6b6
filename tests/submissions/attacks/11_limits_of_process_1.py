# attack: 11
# form: takes all limits from process 1, which has to tell how the cell ended, and leaves with 0
# replaces: plot_history
# allows: own limits
# found: plot_history/returns_figure student_error
# says: The Python process ended
def plot_history(history):
    import os
    import resource

    print("ran", flush=True)
    kinds = sorted({value for name, value in vars(resource).items() if name.startswith("RLIMIT_")})
    for kind in kinds:
        try:
            resource.prlimit(1, kind, (0, 0))
        except (OSError, ValueError):
            continue
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    print("allowed: own limits", flush=True)
    os._exit(0)
