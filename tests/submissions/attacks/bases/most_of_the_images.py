def readable_images(directory):
    names = []
    for name in sorted(os.listdir(directory)):
        try:
            with Image.open(os.path.join(directory, name)) as image:
                image.load()
        except (OSError, SyntaxError, ValueError):
            continue
        names.append(name)
    return [name for place, name in enumerate(names) if place % 4]


def plot_history(history):
    return None
