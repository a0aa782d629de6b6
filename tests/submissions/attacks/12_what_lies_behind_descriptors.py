# attack: 12
# form: looks behind its descriptors: a terminal to type into, files of the grader's, the other end of a pipe
# replaces: plot_history
# denies: terminal
# denies: typing
# denies: files
# denies: stdin
# allows: own pipe
# found: plot_history/returns_figure failed
def plot_history(history):
    import fcntl
    import os
    import stat

    print("ran", flush=True)
    for path in ("/dev/tty", "/dev/console", "/dev/pts/0", "/dev/ptmx", "/dev/tty0"):
        try:
            print(f"reached: {os.open(path, os.O_RDWR)} {path}")
        except OSError:
            print("denied: terminal")
    kinds = {}
    for name in os.listdir("/proc/self/fd"):
        try:
            kinds[int(name)] = os.fstat(int(name)).st_mode
        except OSError:
            continue
    for fd, mode in sorted(kinds.items()):
        if stat.S_ISREG(mode) or stat.S_ISDIR(mode) or fd > 3:
            print(f"reached: {fd} {os.readlink(f'/proc/self/fd/{fd}')}")
        for request in (0x5412, 0x541C):
            try:
                fcntl.ioctl(fd, request, b"x")
                print(f"reached: typing {fd}")
            except OSError:
                print("denied: typing")
    print("denied: files")
    try:
        print("reached: stdin" if os.read(0, 16) else "denied: stdin")
        os.write(0, b"x")
        print("reached: stdin")
    except OSError:
        print("denied: stdin")
    read, write = os.pipe()
    os.write(write, b"own")
    print("allowed: own pipe" if os.read(read, 3) == b"own" else "refused: own pipe")
