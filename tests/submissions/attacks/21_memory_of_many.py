# attack: 21
# form: ten children take 400 MB each, every one far below the limit of a process
# replaces: feature_maps
# says: was stopped
def feature_maps(model, image):
    import mmap
    import time

    print("ran", flush=True)
    for _ in range(10):
        if os.fork() == 0:
            kept = mmap.mmap(-1, 400 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
            kept.madvise(14)  # MADV_HUGEPAGE, for speed
            kept.madvise(23)  # MADV_POPULATE_WRITE
            time.sleep(600)
    while True:
        time.sleep(1)
