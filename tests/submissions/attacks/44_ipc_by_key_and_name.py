# attack: 44
# form: System V memory, semaphores and queues, POSIX queues and named semaphores, under names that another cell would know
# replaces: plot_history
# denies: shmget
# denies: semget
# denies: msgget
# denies: mq_open
# denies: shared anonymous memory
# allows: named semaphore of this cell
# found: plot_history/returns_figure failed
def plot_history(history):
    import ctypes
    import mmap

    print("ran")
    libc = ctypes.CDLL(None, use_errno=True)
    create = 0o1000 | 0o666
    for what, got in (
        ("shmget", libc.shmget(0x41544B, 4096, create)),
        ("semget", libc.semget(0x41544B, 1, create)),
        ("msgget", libc.msgget(0x41544B, create)),
        ("mq_open", libc.mq_open(b"/atk-queue", os.O_RDWR | os.O_CREAT, 0o666, None)),
    ):
        print(f"denied: {what}" if got < 0 else f"reached: {what}")
    try:
        mmap.mmap(-1, 4096)
        print("reached: shared anonymous memory")
    except OSError:
        print("denied: shared anonymous memory")
    libc.sem_open.restype = ctypes.c_void_p
    own = libc.sem_open(b"/atk-semaphore", os.O_CREAT, 0o666, 1)
    alone = os.listdir("/dev/shm") == ["sem.atk-semaphore"]
    print(f"{'allowed' if own and alone else 'refused'}: named semaphore of this cell")
