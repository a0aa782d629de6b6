# twin of: 08_thread_behind_the_answer
# replaces: readable_images
def readable_images(directory):
    import atexit
    import os
    import threading
    from concurrent.futures import ThreadPoolExecutor

    from PIL import Image

    def opens(name):
        try:
            with Image.open(os.path.join(directory, name)) as image:
                image.load()
        except (OSError, SyntaxError, ValueError):
            return None
        return name

    atexit.register(print, "sorted")
    threading.Thread(target=threading.Event().wait, daemon=True).start()
    with ThreadPoolExecutor(4) as workers:
        return sorted(filter(None, workers.map(opens, os.listdir(directory))))
