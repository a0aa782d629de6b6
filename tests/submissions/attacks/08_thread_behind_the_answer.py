# attack: 8
# form: a thread that outlives the call and rewrites adapter, answer and frames while the grader sends
# replaces: plot_history
# base: figure_of_nothing
# found: plot_history/returns_figure failed
def plot_history(history):
    import os
    import sys
    import threading
    import time

    import matplotlib.pyplot as plt

    print("ran")

    def rewrite():
        main = threading.main_thread().ident
        end = time.monotonic() + 3
        while time.monotonic() < end:
            frame = sys._current_frames().get(main)
            while frame is not None:
                for value in list(frame.f_locals.values()):
                    if type(value).__name__ == "Message" and value.kind == "answer":
                        value.body.update(passed=True, score=100, images=1_000, title="passed")
                frame = frame.f_back
        os._exit(0)

    sys.setswitchinterval(1e-5)
    threading.Thread(target=rewrite).start()
    return plt.figure()
