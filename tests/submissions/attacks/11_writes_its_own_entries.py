# attack: 11
# form: changes what the kernel keeps of its own process: how it is chosen when memory runs out, what a crash would dump
# replaces: plot_history
# denies: own entry
# allows: reading
# found: plot_history/returns_figure failed
def plot_history(history):
    print("ran")
    for name in ("oom_score_adj", "coredump_filter", "timerslack_ns", "clear_refs"):
        path = f"/proc/self/{name}"
        try:
            with open(path, "w") as file:
                file.write("1000")
            print(f"reached: {name}")
        except OSError:
            print("denied: own entry")
    with open("/proc/self/status") as file:
        print("allowed: reading" if file.read() else "refused: reading")
