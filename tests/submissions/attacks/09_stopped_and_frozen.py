# attack: 9
# form: children that stop themselves, and a parent that stops too, so that no signal but one is taken
# replaces: EarlyStoppingCallback
# found: EarlyStoppingCallback/stops_when_both_hold timeout
def EarlyStoppingCallback():
    import ctypes
    import os
    import signal

    print("ran", flush=True)
    for _ in range(4):
        if os.fork() == 0:
            ctypes.CDLL(None).prctl(15, b"atk-stopped", 0, 0, 0)
            os.setsid()
            while True:
                os.kill(os.getpid(), signal.SIGSTOP)
    while True:
        os.kill(os.getpid(), signal.SIGSTOP)
