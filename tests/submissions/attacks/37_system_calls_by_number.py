# attack: 37
# form: system calls by number, with arguments that a kernel without a filter would take
# replaces: plot_history
# layer: seccomp
# denies: memfd_create
# denies: ptrace
# denies: unshare
# denies: bpf
# denies: io_uring_setup
# denies: keyctl
# denies: userfaultfd
# denies: perf_event_open
# denies: memfd_secret
# denies: clone of a user namespace
# denies: clone3
# denies: pidfd_getfd
# denies: personality
# allows: getpid by number
# found: plot_history/returns_figure failed
def plot_history(history):
    import ctypes

    print("ran")
    libc = ctypes.CDLL(None, use_errno=True)
    intel = os.uname().machine == "x86_64"
    name, params = ctypes.create_string_buffer(b"atk-"), ctypes.create_string_buffer(256)
    event = ctypes.create_string_buffer((1).to_bytes(4, "little") + (64).to_bytes(4, "little"), 64)
    calls = {
        "memfd_create": (319, 279, name, 0),
        "ptrace": (101, 117, 0, 0, 0, 0),
        "unshare": (272, 97, 0x10000000),
        "bpf": (321, 280, 0, params, 64),
        "io_uring_setup": (425, 425, 8, params),
        "keyctl": (250, 219, 0, -3, 1),
        "userfaultfd": (323, 282, 1),
        "perf_event_open": (298, 241, event, 0, -1, -1, 0),
        "memfd_secret": (447, 447, 0),
        "clone of a user namespace": (56, 220, 0x10000000 | 17, 0, 0, 0, 0),
        "clone3": (435, 435, params, 88),
        "pidfd_getfd": (438, 438, 0, 0, 0),
        "personality": (135, 92, 0x0040000),
    }
    for what, (x86_64, aarch64, *arguments) in calls.items():
        words = [ctypes.c_long(word) if isinstance(word, int) else word for word in arguments]
        got = libc.syscall(ctypes.c_long(x86_64 if intel else aarch64), *words)
        code = ctypes.get_errno()
        # EPERM, and ENOSYS for clone3; anything else comes from the call itself.
        print(f"denied: {what}" if got < 0 and code in (1, 38) else f"reached: {what} gave {got}, errno {code}")
    own = libc.syscall(ctypes.c_long(39 if intel else 172))
    print("allowed: getpid by number" if own == os.getpid() else f"refused: getpid by number gave {own}")
