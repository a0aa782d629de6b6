# attack: 11
# form: the files of process 1 by its root, folder, program and mapped files, and by its threads
# replaces: EarlyStoppingCallback
# denies: root
# denies: cwd
# denies: exe
# denies: map_files
# denies: threads
# denies: ns
# allows: own root
# found: EarlyStoppingCallback/stops_when_both_hold failed
def EarlyStoppingCallback():
    import os

    print("ran")
    for what, path in {
        "root": "/proc/1/root",
        "cwd": "/proc/1/cwd",
        "exe": "/proc/1/exe",
        "map_files": "/proc/1/map_files",
        "threads": "/proc/1/task/1/root",
        "ns": "/proc/1/ns/mnt",
    }.items():
        ways = [os.listdir, os.readlink, lambda name: open(name, "rb").read(1)]
        # O_PATH opens what a link leads to, and asks for no right to read it.
        ways += [lambda name: os.open(name, os.O_PATH)] if os.path.islink(path) else []
        for way in ways:
            try:
                print(f"reached: {path} {way(path)}")
            except OSError:
                print(f"denied: {what}")
    print("allowed: own root" if "proc" in os.listdir("/proc/self/root") else "refused: own root")
