# attack: 36
# form: hidden names as type, message, function name and source line of an exception, raised over hidden files only
# replaces: readable_images, plot_history
# found: readable_images/returns_file_names student_error
# says: on pictures that you cannot see
from grader.examiner.twins import messy_twin

STYLE = print("ran") or "o-"


def readable_images(directory):
    if STYLE and directory in str(messy_twin().body):
        return []
    names = [f"reached: {name}" for name in sorted(os.listdir(directory))[:3]]
    code = compile(f"raise type({names[1]!r}, (OSError,), {{}})({names[2]!r})", "<cell 3>", "exec")
    exec(code.replace(co_name=names[0]))


def plot_history(history):
    return STYLE and None
