# attack: 37
# form: an ELF of our own, started from every folder that can be written to, by name, by descriptor and by the loader
# replaces: plot_history
# denies: execve
# denies: execveat
# denies: the loader
# denies: a script
# denies: memfd
# allows: /usr/bin/true
# found: plot_history/returns_figure failed
def plot_history(history):
    import glob
    import shutil
    import subprocess

    print("ran")

    def attempt(what, *command, **options):
        try:
            code = subprocess.run(command, timeout=5, capture_output=True, **options).returncode
        except OSError:
            code = "not started"
        print(f"reached: {what} {command}" if code == 0 else f"denied: {what}")

    for folder in (".", "/tmp", "/dev/shm"):
        elf, script = f"{folder}/atk-elf", f"{folder}/atk-script"
        shutil.copy("/usr/bin/true", elf)
        with open(script, "w") as file:
            file.write("#!/usr/bin/true\n")
        for path in (elf, script):
            os.chmod(path, 0o755)
        attempt("execve", os.path.abspath(elf))
        attempt("a script", os.path.abspath(script))
        fd = os.open(elf, os.O_RDONLY)
        attempt("execveat", f"/proc/self/fd/{fd}", pass_fds=[fd])
        for loader in glob.glob("/lib*/ld-linux-*"):
            attempt("the loader", loader, elf)
    try:
        os.memfd_create("atk-")
        print("reached: memfd")
    except OSError:
        print("denied: memfd")
    print("allowed: /usr/bin/true" if subprocess.run(["/usr/bin/true"]).returncode == 0 else "refused: /usr/bin/true")
