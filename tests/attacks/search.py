"""Looks for canaries everywhere a process can look. Its source goes, as it is, into submissions and hidden tests."""

# It runs inside cells: the calls of the system, and nothing that hides them.
# ruff: noqa: C901, PLR0912, PTH116, PTH118, PTH123, PTH208


def search(tops):
    """Where canaries are found: by place, the set of them. A long list of class names counts as one, whatever is in it.

    A canary is the word, a hyphen and 32 hexadecimal digits; the pattern does not match itself, so that the search does not
    find its own text.
    """
    import contextlib
    import gc
    import os
    import re
    import socket
    import sys

    pattern = re.compile(rb"canary-[0-9a-f]{32}")
    found = {}

    def look(place, data):
        if type(data) is str:
            data = data.encode("utf-8", "surrogateescape")
        found.setdefault(place, set()).update(match.decode() for match in pattern.findall(data))

    def read(path, size=1 << 18):
        with contextlib.suppress(OSError):
            fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
            try:
                return os.read(fd, size)
            finally:
                os.close(fd)
        return b""

    # Memory: every readable page, in pieces that overlap by more than a canary is long.
    with open("/proc/self/mem", "rb", 0) as memory, open("/proc/self/maps") as maps:
        for line in maps.read().splitlines():
            span, mode = line.split()[:2]
            low, high = (int(side, 16) for side in span.split("-"))
            while mode.startswith("r") and low < high:
                try:
                    memory.seek(low)
                    look("memory", memory.read(min(high - low, (1 << 24) + 64)))
                except (OSError, ValueError, OverflowError):
                    break
                low += 1 << 24

    # Objects, frames and modules.
    gc.collect()
    for thing in gc.get_objects():
        if type(thing) in (list, tuple) and len(thing) >= 100 and {*map(str, thing[:100])} == {"Cat", "Dog"}:
            found.setdefault("labels", set()).add("canary-of-labels")
        if type(thing) in (dict, list, tuple, set, frozenset):
            for part in (*thing, *(thing.values() if type(thing) is dict else ())):
                if type(part) in (str, bytes):
                    look("objects", part)
    frame = sys._getframe()
    while frame is not None:
        look(
            "frames", repr({name: value for name, value in frame.f_locals.items() if type(value) in (str, bytes, dict)})
        )
        frame = frame.f_back

    # Files: names of all, beginnings of all that are not huge, without the system's own and those of other libraries: to read
    # their gigabytes from a cold disk takes minutes, and no secret is ever written there.
    seen = set()
    system = ("/proc", "/sys", "/usr", sys.base_prefix)
    for top in tops:
        for folder, folders, names in os.walk(top):
            folders[:] = [name for name in folders if os.path.join(folder, name) not in system]
            if folder.endswith("site-packages"):
                folders[:] = [name for name in folders if "grader" in name]
            for name in (*folders, *names):
                look("names", name)
            for name in names:
                path = os.path.join(folder, name)
                with contextlib.suppress(OSError):
                    status = os.stat(path)
                    if (status.st_dev, status.st_ino) not in seen and status.st_size < 1 << 22:
                        seen.add((status.st_dev, status.st_ino))
                        look("files", read(path, 1 << 22))

    # Descriptors: by reading again from the start, and by a look at what waits on a socket.
    for name in os.listdir("/proc/self/fd"):
        look("descriptors", read(f"/proc/self/fd/{name}"))
        with contextlib.suppress(OSError):
            look("descriptors", os.pread(int(name), 1 << 20, 0))
        with contextlib.suppress(OSError):
            sock = socket.socket(fileno=os.dup(int(name)))
            look("descriptors", sock.recv(1 << 20, socket.MSG_PEEK | socket.MSG_DONTWAIT))

    # /proc: everything about every process.
    for pid in os.listdir("/proc"):
        names = (
            ("environ", "cmdline", "maps", "mountinfo", "status", "comm", "stack", "keys") if pid.isdigit() else ("",)
        )
        for name in names:
            look("proc", read(f"/proc/{pid}/{name}"))
    look("environment", repr(dict(os.environ)))
    return {place: hits for place, hits in found.items() if hits}
