# attack: 11
# form: environment, memory map and descriptors of every other process, through /proc
# replaces: plot_history
# denies: environ
# denies: maps
# denies: fd
# denies: mem
# allows: own environ
# found: plot_history/returns_figure failed
def plot_history(history):
    import os

    print("ran")
    for what in ("environ", "maps", "fd", "mem"):
        for pid in [name for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]:
            path = f"/proc/{pid}/{what}"
            try:
                got = os.listdir(path) if what == "fd" else open(path, "rb").read(16)
                print(f"reached: {path} {got!r}")
            except OSError:
                print(f"denied: {what}")
    with open("/proc/self/environ", "rb") as own:
        print("allowed: own environ" if b"HOME=" in own.read() else "refused: own environ")
