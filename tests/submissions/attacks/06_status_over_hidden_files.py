# attack: 6
# form: leaves with a status made of a hidden file's bytes, to carry it out by the report
# replaces: readable_images, plot_history
# found: readable_images/returns_file_names student_error
# says: ended by itself while `readable_images` ran
def readable_images(directory):
    import os

    os._exit(min(len(os.listdir(directory)), 255))


def plot_history(history):
    # What is printed over hidden files is not shown.
    print("ran")
