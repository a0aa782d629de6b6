# attack: 10
# form: looks for memory, queues and sockets of an earlier submission, and for its processes
# replaces: plot_history
# after: 10_leaves_shared_memory
# denies: shared memory
# denies: processes
# denies: sockets
# allows: own process
# found: plot_history/returns_figure failed
def plot_history(history):
    import multiprocessing.shared_memory as shared
    import os

    print("ran")
    try:
        shared.SharedMemory("atk-block")
        print("reached: shared memory")
    except FileNotFoundError:
        print("denied: shared memory")
    for name in ("shm", "sem", "msg"):
        try:
            with open(f"/proc/sysvipc/{name}") as table:
                rows = table.read().splitlines()[1:]
        except OSError:
            continue
        print(f"reached: {name} {rows}" if rows else "denied: shared memory")
    pids = {int(name) for name in os.listdir("/proc") if name.isdigit()}
    print("allowed: own process" if os.getpid() in pids else "refused: own process")
    others = pids - {1, os.getpid()}
    print(f"reached: processes {others}" if others else "denied: processes")
    with open("/proc/net/unix") as table:
        rows = [row for row in table.read().splitlines()[1:] if row.split()[-1].startswith(("@", "/"))]
    print(f"reached: {rows}" if rows else "denied: sockets")
