# attack: 10
# form: looks for what an earlier submission has left in any folder
# replaces: EarlyStoppingCallback
# after: 10_leaves_files
# denies: files of others
# allows: own file
# found: EarlyStoppingCallback/stops_when_both_hold failed
def EarlyStoppingCallback():
    import os
    import sys

    print("ran")
    with open("/tmp/own.txt", "w") as file:
        file.write("own")
    found = []
    for root in (".", "/cell", "/tmp", "/dev/shm", "/var/tmp", os.path.expanduser("~")):
        for folder, folders, files in os.walk(root):
            found += [f"{folder}/{name}" for name in [*folders, *files]]
    # Where a checkout lies below /tmp, its libraries do, too.
    libraries = tuple(path for path in sys.path if path.startswith("/"))
    found = [name.replace("/cell/tmp/", "/tmp/") for name in found]
    found = [name for name in found if not name.startswith(libraries) and not any(path.startswith(name) for path in libraries)]
    others = [name for name in found if not name.endswith(("own.txt", "/tmp", "/shm", "/work"))]
    print("allowed: own file" if os.path.exists("/tmp/own.txt") else "refused: own file")
    print(f"reached: {others[:5]}" if others else "denied: files of others")
