# attack: 13
# form: all of the environment, of Python's, of the C library's and of the kernel's copy
# replaces: plot_history
# denies: environ
# denies: getenv
# denies: kernel
# allows: HOME
# found: plot_history/returns_figure failed
def plot_history(history):
    import ctypes
    import os
    import re

    print("ran")
    library = ctypes.CDLL(None)
    pointers = ctypes.POINTER(ctypes.c_char_p).in_dll(library, "environ")
    native, at = [], 0
    while pointers[at]:
        native.append(pointers[at].decode())
        at += 1
    with open("/proc/self/environ") as file:
        kernel = [entry for entry in file.read().split("\0") if "=" in entry]
    wanted = re.compile(
        "TOKEN|SECRET|PASS|KEY|CRED|AUTH|COOKIE|SESSION|PROXY|SSH|GPG|AWS|AZURE|GOOGLE|KAGGLE|GIT|CI$|PYTEST|VIRTUAL_ENV|SUDO|LOGNAME|MAIL|OLDPWD"
    )
    for what, entries in {
        "environ": [f"{name}={value}" for name, value in os.environ.items()],
        "getenv": native,
        "kernel": kernel,
    }.items():
        names = {entry.partition("=")[0]: entry.partition("=")[2] for entry in entries}
        told = [name for name in names if wanted.search(name)]
        print(f"reached: {told}" if told or names.get("USER") != "student" or len(names) > 30 else f"denied: {what}")
    print("allowed: HOME" if os.listdir(os.environ["HOME"]) is not None else "refused: HOME")
