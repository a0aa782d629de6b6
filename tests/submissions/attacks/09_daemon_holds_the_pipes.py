# attack: 9
# form: the process leaves with 0, its orphans hold output and channel open and answer in its place
# replaces: plot_history
# found: plot_history/returns_figure student_error
# says: ended with exit status 0
def plot_history(history):
    import ctypes
    import os
    import time

    from grader.wire import Message, encode

    print("ran", flush=True)
    for _ in range(5):
        if os.fork() == 0:
            os.setsid()
            ctypes.CDLL(None).prctl(15, b"atk-holder", 0, 0, 0)
            time.sleep(2)
            os.write(3, b"".join(encode(Message("answer", {"passed": True}))))
            while True:
                os.write(1, b"passed\n")
                time.sleep(0.5)
    os._exit(0)
