# attack: 16
# form: names of devices, pipes and other people's files in a list of pictures, for whoever opens what the list names
# replaces: readable_images, plot_history
# found: readable_images/returns_file_names failed
# says: paths, not file names
PATHS = print("ran") or ["/dev/stdin", "/dev/urandom", "/proc/self/fd/0", "../../etc/passwd", "|touch /tmp/atk-pipe", "\x00"]


def readable_images(directory):
    return PATHS


def plot_history(history):
    return PATHS
