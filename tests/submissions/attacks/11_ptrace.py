# attack: 11
# form: attaches to process 1, to its own child and to itself as a debugger would
# replaces: plot_history
# denies: seize
# denies: attach
# denies: own child
# denies: traceme
# allows: own mem
# layer: seccomp
# found: plot_history/returns_figure failed
def plot_history(history):
    import ctypes
    import os
    import signal

    print("ran", flush=True)
    library = ctypes.CDLL(None, use_errno=True)
    library.ptrace.restype = ctypes.c_long
    child = os.fork()
    if child == 0:
        while True:
            signal.pause()
    for what, request, pid in (("seize", 0x4206, 1), ("attach", 16, 1), ("own child", 0x4206, child), ("traceme", 0, 0)):
        result = library.ptrace(ctypes.c_long(request), ctypes.c_long(pid), None, None)
        print(f"denied: {what}" if result < 0 else f"reached: {what}")
    text = ctypes.create_string_buffer(b"read it back")
    with open("/proc/self/mem", "rb", buffering=0) as memory:
        memory.seek(ctypes.addressof(text))
        print("allowed: own mem" if memory.read(12) == b"read it back" else "refused: own mem")
    os.kill(child, signal.SIGKILL)
