# attack: 26
# form: searches modules, paths, arguments and environment for the checks that run, to answer each by what it asks
# replaces: plot_history
# denies: loaded checks
# denies: hidden checks
# denies: name of the check
# allows: its own adapter
# found: plot_history/returns_figure failed
def plot_history(history):
    import importlib.util
    import sys

    print("ran")
    loaded = [name for name in sys.modules if "hidden_tests" in name or name.startswith("test_")]
    print(f"reached: {loaded}" if loaded else "denied: loaded checks")
    found = []
    for place, folders, names in os.walk("/"):
        # Neither the system nor another library holds a check, and they are a quarter of a million files.
        folders[:] = [name for name in folders if os.path.join(place, name) not in ("/proc", "/sys", "/usr", sys.base_prefix)
                      and ("grader" in name or os.path.basename(place) != "site-packages")]
        found += [os.path.join(place, name) for name in names
                  if name.startswith("test_5_plot_history") or (name == "reference.py" and "week" in place) or ".assignment" in place]
    print(f"reached: {found}" if found else "denied: hidden checks")
    told = " ".join([*sys.argv, *os.environ, *os.environ.values(), open("/proc/self/cmdline").read()])
    print(f"reached: {told}" if "week1" in told or "hidden" in told or "seed" in told.lower().replace("pythonhashseed", "") else "denied: name of the check")
    print("allowed: its own adapter" if importlib.util.find_spec("grader.student.adapters.figures") else "refused: its own adapter")
