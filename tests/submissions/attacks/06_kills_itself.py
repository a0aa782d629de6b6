# attack: 6
# form: SIGKILL to itself, so that nothing in the process can tell how it ended
# replaces: EarlyStoppingCallback
# found: EarlyStoppingCallback/stops_when_both_hold student_error
# says: ended by signal 9
def EarlyStoppingCallback():
    import os
    import signal

    print("ran", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
