# attack: 21
# form: memory that belongs to no process: memfd, shared anonymous maps, System V, /dev/zero, and /dev/shm to its end
# replaces: create_model
# denies: memfd
# denies: shared map
# denies: System V
# denies: /dev/zero
# denies: more of /dev/shm
# allows: private map
# allows: map of a file
# found: create_model/compiled failed
def create_model():
    import ctypes
    import mmap

    def attempt(name, make):
        try:
            make()
            print(f"reached: {name}")
        except OSError:
            print(f"denied: {name}")

    def system_v():
        if ctypes.CDLL(None, use_errno=True).shmget(0, ctypes.c_size_t(1 << 30), 0o1600) < 0:
            raise OSError(ctypes.get_errno(), "shmget")

    def fill():
        with open("/dev/shm/atk-full", "wb") as file:
            for _ in range(400):
                file.write(bytes(1 << 20))
                file.flush()

    print("ran")
    attempt("memfd", lambda: os.memfd_create("atk-memfd"))
    attempt("shared map", lambda: mmap.mmap(-1, 1 << 20))
    attempt("System V", system_v)
    attempt("/dev/zero", lambda: mmap.mmap(os.open("/dev/zero", os.O_RDWR), 1 << 20))
    with open("/dev/shm/atk-small", "wb+") as file:
        file.truncate(1 << 20)
        with mmap.mmap(file.fileno(), 1 << 20) as mapped:
            mapped[:5] = b"works"
        print("allowed: map of a file" if os.pread(file.fileno(), 5, 0) == b"works" else "refused: map of a file")
    mmap.mmap(-1, 1 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)[:1] = b"x"
    print("allowed: private map")
    attempt("more of /dev/shm", fill)
    return None
