# attack: 10
# form: leaves memory, semaphores, queues and keys of the kernel's own, which no process has to hold
# replaces: plot_history
# denies: shmget
# denies: semget
# denies: msgget
# denies: mq_open
# denies: add_key
# denies: memfd_create
# allows: own shared memory
# layer: seccomp
# found: plot_history/returns_figure failed
def plot_history(history):
    import ctypes
    import multiprocessing.shared_memory as shared
    import platform

    print("ran")
    library = ctypes.CDLL(None, use_errno=True)
    numbers = {
        "x86_64": {"shmget": 29, "semget": 64, "msgget": 68, "mq_open": 240, "add_key": 248, "memfd_create": 319},
        "aarch64": {"shmget": 194, "semget": 190, "msgget": 186, "mq_open": 180, "add_key": 217, "memfd_create": 279},
    }[platform.machine()]
    key, create = ctypes.c_long(0x61746B), ctypes.c_long(0o1666)
    arguments = {
        "shmget": (key, ctypes.c_long(4096), create),
        "semget": (key, ctypes.c_long(1), create),
        "msgget": (key, create),
        "mq_open": (b"atk-queue", ctypes.c_long(0o102), ctypes.c_long(0o666), None),
        "add_key": (b"user", b"atk-key", b"left", ctypes.c_long(4), ctypes.c_long(-4)),
        "memfd_create": (b"atk-memory", ctypes.c_long(0)),
    }
    for name, number in numbers.items():
        result = library.syscall(ctypes.c_long(number), *arguments[name])
        print(f"denied: {name}" if result < 0 else f"reached: {name}")
    try:
        block = shared.SharedMemory("atk-block", create=True, size=4096)
        block.buf[:4] = b"left"
        print("allowed: own shared memory")
    except OSError as error:
        print(f"refused: own shared memory {error}")
