# attack: 14
# form: TensorFlow's own file functions, native code that no patch of open() would stop
# replaces: plot_history
# denies: gfile
# denies: list_files
# denies: read_file
# denies: writing
# allows: own file
# found: plot_history/returns_figure failed
def plot_history(history):
    import os

    import grader
    import tensorflow as tf

    print("ran")
    root = os.path.dirname(os.path.dirname(grader.__file__))
    tf.io.write_file("own.txt", "own")
    print("allowed: own file" if tf.io.read_file("own.txt") == b"own" else "refused: own file")
    ways = {
        "gfile": lambda path: tf.io.gfile.glob(f"{path}/*") or tf.io.gfile.listdir(path),
        "list_files": lambda path: list(tf.data.Dataset.list_files(f"{path}/*")),
        "read_file": lambda path: tf.io.read_file(f"{path}/reference.py"),
        "writing": lambda path: tf.io.write_file(f"{root}/grader/atk-left.txt", "left") or True,
    }
    week = "week1_larger_dataset"
    for path in (f"{root}/solutions/{week}", f"{root}/exercises/{week}/hidden_tests", f"{root}/tests", "/etc/shadow"):
        for what, way in ways.items():
            try:
                print(f"reached: {what} {way(path)}"[:200])
            except (tf.errors.OpError, OSError, ValueError):
                print(f"denied: {what}")
