# attack: 16
# form: every file of the folder gives way to a link, a FIFO, a loop or a sparse file before its size is read again
# replaces: readable_images, plot_history
# base: whole_listing
# found: readable_images/leaves_files_alone failed
# costs: readable_images
SEEN = print("ran") or ["/dev/full", "/proc/self/mem", "/proc/1/maps", "/dev/urandom", "/"]


def readable_images(directory):
    names = sorted(os.listdir(directory))
    for at, name in enumerate(names):
        path = os.path.join(directory, name)
        os.remove(path)
        if at % 3 == 0:
            os.symlink(SEEN[at % len(SEEN)], path)
        elif at % 3 == 1:
            os.mkfifo(path)
        else:
            with open(path, "wb") as file:
                file.truncate(200 << 20)
    os.symlink("atk-loop", os.path.join(directory, "atk-loop"))
    return names


def plot_history(history):
    return SEEN
