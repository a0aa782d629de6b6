def readable_images(directory):
    def looks_right(name):
        with open(os.path.join(directory, name), "rb") as file:
            return file.read(2) in (b"\xff\xd8", b"\x89P")

    return [name for name in sorted(os.listdir(directory)) if looks_right(name)]


def plot_history(history):
    return None
