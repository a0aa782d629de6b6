# attack: 10
# form: leaves files, links and modules in every folder that it may write to, and in those that it may not
# replaces: plot_history
# denies: packages
# denies: grader
# denies: standard library
# denies: system
# denies: devices
# allows: own folder
# allows: temporary
# found: plot_history/returns_figure failed
def plot_history(history):
    import os
    import sysconfig

    import grader

    print("ran")
    paths = sysconfig.get_paths()
    packages = os.path.dirname(os.path.dirname(__import__("numpy").__file__))
    for what, folder in {
        "own folder": ".",
        "temporary": "/tmp",
        "shared memory": "/dev/shm",
        "packages": packages,
        "grader": os.path.dirname(grader.__file__),
        "standard library": paths["stdlib"],
        "system": "/usr/lib",
        "root": "/",
        "devices": "/dev",
        "settings": "/etc",
        "other temporary": "/var/tmp",
    }.items():
        ours = what in ("own folder", "temporary", "shared memory")
        for name in ("atk-left.txt", "atk-left.pth", "sitecustomize.py", "keras.py", "__pycache__/atk-left.pyc"):
            try:
                os.makedirs(os.path.dirname(f"{folder}/{name}"), exist_ok=True)
                with open(f"{folder}/{name}", "w") as file:
                    file.write("print('reached: left code')\n")
                print(f"allowed: {what}" if ours else f"reached: {folder}/{name}")
                os.symlink("/", f"{folder}/atk-link-{name.partition('/')[0]}")
            except OSError as error:
                print(f"refused: {what} {error}" if ours else f"denied: {what}")
