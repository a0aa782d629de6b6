def readable_images(directory):
    import os

    from PIL import Image

    for name in os.listdir(directory):
        try:
            with Image.open(os.path.join(directory, name)) as image:
                image.load()
        except (OSError, SyntaxError, ValueError):
            os.remove(os.path.join(directory, name))
    return sorted(os.listdir(directory))


def plot_history(history):
    return None
