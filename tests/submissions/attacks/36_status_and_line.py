# attack: 36
# form: the exit status carries how many hidden files there are
# replaces: readable_images, plot_history
# found: readable_images/returns_file_names student_error
# says: The Python process ended by itself
STYLE = print("ran") or "o-"


def readable_images(directory):
    sizes = sum(os.stat(os.path.join(directory, name)).st_size for name in os.listdir(directory))
    os._exit(STYLE and sizes % 199 + 1)


def plot_history(history):
    return STYLE and None
