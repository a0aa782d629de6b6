# attack: 21
# form: asks for more than there is in one piece, as list, array, map and tensor, and goes on after each refusal
# replaces: plot_history
# denies: array of 16 GB
# denies: bytes of 16 GB
# denies: map of 16 GB
# allows: array of 64 MB
# found: plot_history/returns_figure memory
# says: more memory than there is
def plot_history(history):
    import mmap

    print("ran", flush=True)
    size = 16 << 30
    for name, make in (
        ("array", lambda: np.empty(size, dtype=np.uint8)),
        ("bytes", lambda: bytearray(size)),
        ("map", lambda: mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)),
    ):
        try:
            kept = make()
            print(f"reached: {len(kept)} bytes", flush=True)
        except (MemoryError, OSError):
            print(f"denied: {name} of 16 GB", flush=True)
    print("allowed: array of 64 MB" if np.ones(64 << 20, dtype=np.uint8).all() else "refused: array of 64 MB", flush=True)
    return [0] * size
