# attack: 24
# form: every clock of Python stands still, and the clock of the machine is to be set
# replaces: plot_history
# denies: set the clock
# denies: adjust the clock
# allows: read the clock
# found: plot_history/returns_figure timeout
def plot_history(history):
    import ctypes
    import time

    print("ran")
    print("allowed: read the clock" if time.time() > 1e9 else "refused: read the clock")
    libc = ctypes.CDLL(None, use_errno=True)
    for name in ("clock_settime", "settimeofday"):
        arguments = (0, (ctypes.c_long * 2)(0, 0)) if name == "clock_settime" else ((ctypes.c_long * 2)(0, 0), None)
        print("reached: " + name if getattr(libc, name)(*arguments) == 0 else "denied: set the clock")
    print("denied: adjust the clock" if libc.adjtimex((ctypes.c_long * 26)(0x0100)) < 0 else "reached: adjtimex", flush=True)
    for name in ("time", "monotonic", "perf_counter", "process_time", "thread_time"):
        setattr(time, name, lambda: 0.0)
        setattr(time, name + "_ns", lambda: 0)
    time.sleep = lambda seconds: None
    while time.monotonic() < 1:
        time.sleep(1)
