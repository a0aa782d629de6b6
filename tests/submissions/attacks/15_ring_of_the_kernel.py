# attack: 15
# form: io_uring opens and connects sockets without a system call for each
# replaces: plot_history
# denies: io_uring_setup
# denies: io_uring_enter
# denies: io_uring_register
# allows: epoll
# layer: seccomp
# found: plot_history/returns_figure failed
def plot_history(history):
    import ctypes
    import os
    import select

    print("ran")
    library = ctypes.CDLL(None, use_errno=True)
    for name, number in {"io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427}.items():
        ctypes.set_errno(0)
        result = library.syscall(ctypes.c_long(number), ctypes.c_long(8), ctypes.create_string_buffer(256), None, None)
        # A filter says EPERM; what got through finds its arguments wrong.
        print(f"denied: {name}" if result < 0 and ctypes.get_errno() in (1, 38) else f"reached: {name} {ctypes.get_errno()}")
    read, write = os.pipe()
    os.write(write, b"x")
    with select.epoll() as waiting:
        waiting.register(read, select.EPOLLIN)
        print("allowed: epoll" if waiting.poll(0) else "refused: epoll")
