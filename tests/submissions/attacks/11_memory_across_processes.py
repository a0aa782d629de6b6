# attack: 11
# form: process_vm_readv, process_vm_writev, pidfd_getfd, kcmp and process_madvise by number, on process 1 and on a child
# replaces: EarlyStoppingCallback
# denies: process_vm_readv
# denies: process_vm_writev
# denies: pidfd_getfd
# denies: kcmp
# denies: process_madvise
# allows: system call by number
# layer: seccomp
# found: EarlyStoppingCallback/stops_when_both_hold failed
def EarlyStoppingCallback():
    import ctypes
    import os
    import platform
    import signal

    print("ran", flush=True)
    library = ctypes.CDLL(None, use_errno=True)
    numbers = {
        "x86_64": {"process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312, "getpid": 39},
        "aarch64": {"process_vm_readv": 270, "process_vm_writev": 271, "kcmp": 272, "getpid": 172},
    }[platform.machine()] | {"pidfd_getfd": 438, "process_madvise": 440}

    class Piece(ctypes.Structure):
        _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))

    def call(name, *words):
        return library.syscall(ctypes.c_long(numbers[name]), *words)

    mine, theirs = ctypes.create_string_buffer(16), ctypes.create_string_buffer(b"of the parent")
    child = os.fork()
    if child == 0:
        while True:
            signal.pause()
    one = ctypes.c_long(1)
    local, remote = Piece(ctypes.addressof(mine), 12), Piece(ctypes.addressof(theirs), 12)
    for pid in (1, child):
        descriptor = ctypes.c_long(os.pidfd_open(pid))
        for name in ("process_vm_readv", "process_vm_writev"):
            moved = call(name, ctypes.c_long(pid), ctypes.byref(local), one, ctypes.byref(remote), one, ctypes.c_long(0))
            print(f"denied: {name}" if moved < 0 else f"reached: {name} {pid}")
        results = {
            "pidfd_getfd": call("pidfd_getfd", descriptor, ctypes.c_long(3), ctypes.c_long(0)),
            "kcmp": call("kcmp", ctypes.c_long(pid), ctypes.c_long(os.getpid()), ctypes.c_long(2), None, None),
            "process_madvise": call("process_madvise", descriptor, ctypes.byref(remote), one, ctypes.c_long(4), ctypes.c_long(0)),
        }
        for name, result in results.items():
            print(f"denied: {name}" if result < 0 else f"reached: {name} {pid}")
    os.kill(child, signal.SIGKILL)
    print("allowed: system call by number" if call("getpid") == os.getpid() else "refused: system call by number")
