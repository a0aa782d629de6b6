# attack: 10
# form: looks for what an earlier submission has left in any folder
# replaces: EarlyStoppingCallback
# after: 10_leaves_files
# denies: files of others
# allows: own file
# found: EarlyStoppingCallback/stops_when_both_hold failed
def EarlyStoppingCallback():
    import os

    print("ran")
    with open("/tmp/own.txt", "w") as file:
        file.write("own")
    found = []
    for root in (".", "/cell", "/tmp", "/dev/shm", "/var/tmp", os.path.expanduser("~")):
        for folder, folders, files in os.walk(root):
            found += [f"{folder}/{name}" for name in [*folders, *files]]
    others = [name for name in found if not name.endswith(("own.txt", "/tmp", "/shm", "/work"))]
    print("allowed: own file" if "/tmp/own.txt" in found else "refused: own file")
    print(f"reached: {others[:5]}" if others else "denied: files of others")
