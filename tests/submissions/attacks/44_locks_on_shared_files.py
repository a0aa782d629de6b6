# attack: 44
# form: locks, leases and watches on files that all cells share: the interpreter, libraries of the system and of Python
# replaces: plot_history
# denies: flock
# denies: read lock
# denies: open file lock
# denies: write lock
# denies: lease
# denies: inotify
# denies: notification
# allows: HDF5, which locks its files
# found: plot_history/returns_figure failed
def plot_history(history):
    import ctypes
    import fcntl
    import struct

    print("ran")
    libc = ctypes.CDLL(None, use_errno=True)
    shared = [os.path.realpath("/proc/self/exe"), "/usr/bin/env", np.__file__, tf.__file__]

    def attempt(what, path, do):
        fd = os.open(path, os.O_RDONLY)
        try:
            do(fd)
            print(f"reached: {what} on {os.path.basename(path)}")
        except OSError:
            print(f"denied: {what}")

    def posix(kind, command=fcntl.F_SETLK):
        return lambda fd: fcntl.fcntl(fd, command, struct.pack("hhqqi4x", kind, 0, 0, 0, 0))

    for path in shared:
        attempt("flock", path, lambda fd: fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB))
        attempt("read lock", path, posix(fcntl.F_RDLCK))
        attempt("open file lock", path, posix(fcntl.F_RDLCK, 37))
        attempt("write lock", path, posix(fcntl.F_WRLCK))
        attempt("lease", path, lambda fd: fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_RDLCK))
        watch = libc.inotify_init1(os.O_NONBLOCK)
        added = libc.inotify_add_watch(watch, path.encode(), 0x20 | 0x01)
        print(f"reached: inotify on {os.path.basename(path)}" if added >= 0 else "denied: inotify")
    try:
        fcntl.fcntl(os.open(os.path.dirname(tf.__file__), os.O_RDONLY), fcntl.F_NOTIFY, fcntl.DN_ACCESS | fcntl.DN_MULTISHOT)
        print("reached: notification on a folder of site-packages")
    except OSError:
        print("denied: notification")
    model = tf.keras.Sequential([tf.keras.Input((2,)), tf.keras.layers.Dense(1)])
    model.save_weights("own.weights.h5")
    model.load_weights("own.weights.h5")
    print("allowed: HDF5, which locks its files")
