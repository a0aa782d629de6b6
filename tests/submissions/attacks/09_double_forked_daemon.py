# attack: 9
# form: a daemon in a session of its own that ignores every signal, by two forks, and the call returns at once
# replaces: plot_history
# allows: daemon
# found: plot_history/returns_figure failed
def plot_history(history):
    import ctypes
    import os
    import signal
    import time

    print("ran", flush=True)
    ready, tell = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            ctypes.CDLL(None).prctl(15, b"atk-daemon", 0, 0, 0)
            for number in set(signal.valid_signals()) - {signal.SIGKILL, signal.SIGSTOP}:
                try:
                    signal.signal(number, signal.SIG_IGN)
                except (OSError, ValueError):
                    continue
            os.write(tell, b"1")
            for fd in range(256):
                try:
                    os.close(fd)
                except OSError:
                    continue
            while True:
                time.sleep(1)
        os._exit(0)
    print("allowed: daemon" if os.read(ready, 1) else "refused: daemon")
