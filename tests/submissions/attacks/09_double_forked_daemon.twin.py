# twin of: 09_double_forked_daemon
# replaces: readable_images
def readable_images(directory):
    import multiprocessing
    import os

    with multiprocessing.get_context("fork").Pool(3) as pool:
        names = sorted(os.listdir(directory))
        return [name for name, good in zip(names, pool.map(opens, [f"{directory}/{name}" for name in names])) if good]


def opens(path):
    from PIL import Image

    try:
        with Image.open(path) as image:
            image.load()
    except (OSError, SyntaxError, ValueError):
        return False
    return True
