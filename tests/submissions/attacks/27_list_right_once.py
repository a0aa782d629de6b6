# attack: 27
# form: reads the first folder that it is given, and returns that list for every later folder
# replaces: readable_images, plot_history
# base: most_of_the_images
# found: readable_images/keeps_unusual_images failed
FIRST = print("ran") or []


def readable_images(directory):
    if not FIRST:
        for name in sorted(os.listdir(directory)):
            try:
                with Image.open(os.path.join(directory, name)) as image:
                    image.load()
            except (OSError, SyntaxError, ValueError):
                continue
            FIRST.append(name)
    return FIRST


def plot_history(history):
    return FIRST
