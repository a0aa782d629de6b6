# attack: 1
# form: has Python itself bring the tests: linecache, loaders, the grader's own functions for folders and exercises
# replaces: plot_history
# denies: linecache
# denies: hidden_tests_dir
# denies: solutions_dir
# denies: load_exercise
# denies: import
# allows: public source
# found: plot_history/returns_figure failed
def plot_history(history):
    import gc
    import importlib
    import inspect
    import linecache

    print("ran")
    lines = [name for name, entry in linecache.cache.items() if "test_" in name.rpartition("/")[2] or "hidden_tests" in name]
    print(f"reached: {lines}" if lines else "denied: linecache")
    import grader.checks.files
    from grader import paths
    from grader.exercises import load_exercise

    for name, ask in {
        "hidden_tests_dir": lambda: list(paths.hidden_tests_dir("week1_larger_dataset").iterdir()),
        "solutions_dir": lambda: list(paths.solutions_dir().iterdir()),
        "load_exercise": lambda: load_exercise("week1_larger_dataset").test_files,
    }.items():
        try:
            print(f"reached: {name} {ask()}")
        except Exception:
            print(f"denied: {name}")
    for name in ("grader_instructor", "exercises", "solutions", "tests", "hidden_tests", "reference", "conftest"):
        try:
            module = importlib.import_module(name)
            # TensorFlow's packages bring names of their own.
            if "site-packages" not in str(module.__dict__.get("__path__", module.__dict__.get("__file__"))):
                print(f"reached: {name} {module}")
        except ImportError:
            print("denied: import")
    codes = [one.co_filename for one in gc.get_objects() if inspect.iscode(one) and "hidden_tests" in one.co_filename]
    print(f"reached: {codes}" if codes else "allowed: public source" if inspect.getsource(grader.checks.files) else "refused: source")
