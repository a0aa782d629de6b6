# attack: 14
# form: looks for peers' submissions, reports and cells in all places where graders keep them, and in the table of mounts
# replaces: train_val_datasets
# denies: peers
# denies: cells of others
# denies: mounts
# allows: own photos
# costs: create_model, train
# found: train_val_datasets/returns_two_datasets failed
def train_val_datasets():
    import glob
    import os
    import sys

    print("ran")
    places = (
        "/home/*/*", "/root/*.py", "/srv/*", "/mnt/*", "/media/*", "/opt/*", "/var/*", "/run/*", "/autograder/*", "/grade/*",
        "/gradescope/*", "/workspace/*", "/content/*", "/submissions/*", "/tmp/*", "/dev/shm/*", "../*", "../../*.ipynb",
    )
    ours = {os.path.realpath(path) for path in ("/tmp", "/dev/shm", ".", "..")} | {"/cell/tmp", "/cell/shm", "/cell/work"}
    peers = [path for place in places for path in glob.glob(place) if os.path.realpath(path) not in ours]
    peers = [path for path in peers if not path.startswith("../") or os.path.dirname(os.path.realpath(path)) != "/cell"]
    # Where a checkout lies below /tmp, its libraries do, too.
    peers = [path for path in peers if not any(library.startswith(os.path.realpath(path)) for library in sys.path)]
    print(f"reached: {peers[:5]}" if peers else "denied: peers")
    cells = [name for name in os.listdir("/cell") if name not in ("work", "tmp", "shm")]
    print(f"reached: {cells}" if cells else "denied: cells of others")
    mounts = [line.split() for line in open("/proc/self/mountinfo")]
    writable = [
        words[4] for words in mounts
        if "rw" in words[5].split(",") and words[4] not in ("/cell", "/tmp", "/dev/shm", "/proc") and not words[4].startswith("/dev/")
    ]
    names = [words[3] for words in mounts if any(part in words[3] for part in ("solutions", "exercises", "submissions", "report"))]
    covered = [words[4] for words in mounts if words[4] in writable and os.access(words[4], os.W_OK)]
    print(f"reached: mounts {names or covered}" if names or covered else "denied: mounts")
    print("allowed: own photos" if glob.glob(f"{DATA_FOLDER}/*/*") else "refused: own photos")
