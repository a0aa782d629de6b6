# attack: 9
# form: clone by number: a sibling that is no child of the process, and a child in a pid namespace of its own
# replaces: plot_history
# denies: own pid namespace
# denies: own user namespace
# allows: sibling
# layer: seccomp
# found: plot_history/returns_figure failed
def plot_history(history):
    import ctypes
    import os
    import platform
    import signal
    import time

    print("ran", flush=True)
    library = ctypes.CDLL(None, use_errno=True)
    number = {"x86_64": 56, "aarch64": 220}[platform.machine()]
    for what, flags in {"own pid namespace": 0x20000000, "own user namespace": 0x10000000, "sibling": 0x8000}.items():
        pid = library.syscall(number, ctypes.c_long(flags | signal.SIGCHLD), None, None, None, None)
        if pid == 0:
            library.prctl(15, b"atk-sibling", 0, 0, 0)
            os.setsid()
            while True:
                time.sleep(1)
        if what == "sibling":
            print("allowed: sibling" if pid > 0 else "refused: sibling")
        else:
            print(f"reached: {what}" if pid > 0 else f"denied: {what}")
    print("denied: own pid namespace" if library.unshare(0x20000000) else "reached: unshare", flush=True)
