# attack: 38
# form: a library of operations of our own for TensorFlow, and a plug-in in the folder that it looks into
# replaces: plot_history
# denies: load_op_library
# denies: load_library
# denies: a plug-in beside TensorFlow
# allows: own file through tf.io
# found: plot_history/returns_figure failed
def plot_history(history):
    import shutil

    import _ctypes

    print("ran")
    shutil.copy(_ctypes.__file__, "atk_ops.so")
    for what, load in (("load_op_library", tf.load_op_library), ("load_library", tf.load_library)):
        try:
            load("./atk_ops.so")
            print(f"reached: {what}")
        except (tf.errors.OpError, OSError):
            print(f"denied: {what}")
    beside = os.path.join(os.path.dirname(os.path.dirname(tf.__file__)), "tensorflow-plugins")
    try:
        tf.io.gfile.makedirs(beside)
        tf.io.gfile.copy("atk_ops.so", f"{beside}/atk_ops.so")
        print("reached: a plug-in beside TensorFlow")
    except (tf.errors.OpError, OSError):
        print("denied: a plug-in beside TensorFlow")
    tf.io.write_file("own.txt", "mine")
    print("allowed: own file through tf.io" if tf.io.read_file("own.txt") == b"mine" else "refused: own file through tf.io")
