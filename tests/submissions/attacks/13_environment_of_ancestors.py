# attack: 13
# form: environment and command line of whatever started the process, and what lies above its own stack
# replaces: EarlyStoppingCallback
# denies: process 1
# denies: stack
# allows: own stack
# found: EarlyStoppingCallback/stops_when_both_hold failed
def EarlyStoppingCallback():
    import os
    import re

    print("ran")
    for pid in {1, os.getppid(), 0, 2}:
        for path in (f"/proc/{pid}/environ", f"/proc/{pid}/task/{pid}/environ"):
            try:
                print(f"reached: {open(path, 'rb').read(64)}" if pid != os.getpid() else "own")
            except OSError:
                print("denied: process 1")
    for line in open("/proc/self/maps"):
        if line.rstrip().endswith("[stack]"):
            start, end = (int(number, 16) for number in line.split()[0].split("-"))
            with open("/proc/self/mem", "rb", buffering=0) as memory:
                memory.seek(start)
                stack = memory.read(end - start)
    entries = {entry.decode() for entry in re.findall(rb"(?<=\0)([A-Z][A-Z_0-9]{2,30})=[^\0]{2,}(?=\0)", stack)}
    print("allowed: own stack" if {"HOME", "USER"} <= entries else f"refused: own stack {entries}")
    told = [name for name in entries if re.search("TOKEN|SECRET|KEY|PASS|PYTEST|LOGNAME|SHELL|SSH|VIRTUAL|SUDO", name)]
    print(f"reached: {told}" if told else "denied: stack")
