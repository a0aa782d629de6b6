# attack: 14
# form: what lies beside the grader's package and above it, by links, by a held folder, by handle and by a covered mount
# replaces: EarlyStoppingCallback
# denies: beside
# denies: by descriptor
# denies: by handle
# denies: by mount
# allows: the package
# found: EarlyStoppingCallback/stops_when_both_hold failed
def EarlyStoppingCallback():
    import ctypes
    import os
    import platform

    import grader

    print("ran")
    package = os.path.dirname(grader.__file__)
    root = os.path.dirname(package)
    print("allowed: the package" if "student" in os.listdir(package) else "refused: the package")
    secret = ("exercises", "solutions", "tests", "docs", ".git", "pyproject.toml", "data", ".assignment", "release", "submissions")
    for name in secret:
        for path in (f"{root}/{name}", f"/proc/self/root{root}/{name}", f"{package}/../{name}", f"/proc/self/cwd/../..{root}/{name}"):
            print(f"reached: {path}" if os.path.lexists(path) else "denied: beside")
        held = os.open(package, os.O_RDONLY)
        try:
            print(f"reached: {os.open(f'../{name}', os.O_PATH, dir_fd=held)} {name}")
        except OSError:
            print("denied: by descriptor")
        os.close(held)
    library = ctypes.CDLL(None, use_errno=True)
    number = {"x86_64": 304, "aarch64": 265}[platform.machine()]
    # Inode 2 is the root of an ext4 file system; the allow-list's own files may lie on the same one.
    handle = ctypes.create_string_buffer(b"\x08\0\0\0\x01\0\0\0\x02\0\0\0\0\0\0\0", 128)
    opened = library.syscall(ctypes.c_long(number), ctypes.c_long(os.open(package, os.O_RDONLY)), handle, ctypes.c_long(0))
    print("reached: by handle" if opened >= 0 else "denied: by handle")
    for target in (root, os.path.dirname(root), "/tmp", "/cell", "/"):
        print(f"reached: {target}" if library.umount2(target.encode(), 2) == 0 else "denied: by mount")
