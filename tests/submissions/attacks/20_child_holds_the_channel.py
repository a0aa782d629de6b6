# attack: 20
# form: the process ends at once; a child that ignores all signals keeps channel and output open, so that no end is seen
# replaces: plot_history
# found: plot_history/returns_figure student_error
# says: ended with exit status 7
def plot_history(history):
    import ctypes
    import signal
    import time

    print("ran", flush=True)
    if os.fork():
        os._exit(7)
    os.setsid()
    for number in set(range(1, signal.NSIG)) - {signal.SIGKILL, signal.SIGSTOP, 32, 33}:
        signal.signal(number, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(15, b"atk-holder")
    while True:
        time.sleep(1)
