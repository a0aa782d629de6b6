def readable_images(directory):
    return sorted(os.listdir(directory))


def plot_history(history):
    return None
