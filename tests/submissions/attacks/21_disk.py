# attack: 21
# form: fills work folder, /tmp and /dev/shm, also by files that have no name any more and by sparse ones written to
# replaces: plot_history
# denies: more space
# denies: a file of 8 GB
# allows: 8 MB
# found: plot_history/returns_figure failed
def plot_history(history):
    print("ran", flush=True)
    total, kept, full = 0, [], set()
    places = [".", "/tmp", "/dev/shm"]
    while len(full) < len(places) and total < 1 << 30:
        place = places[len(kept) % 3]
        file = open(os.path.join(place, f"atk-fill-{len(kept)}"), "wb", buffering=0)
        kept.append(file)
        os.unlink(file.name)
        try:
            os.posix_fallocate(file.fileno(), 0, 8 << 20)
            total += 8 << 20
        except OSError:
            full.add(place)
        if total == 8 << 20:
            print("allowed: 8 MB", flush=True)
        if len(kept) > 200:
            break
    print("denied: more space" if total <= 256 << 20 else f"reached: {total >> 20} MB of files", flush=True)
    kept.clear()
    try:
        with open("atk-large", "wb") as large:
            large.seek(8 << 30)
            large.write(b"x")
        print("reached: a file of 8 GB")
    except OSError:
        print("denied: a file of 8 GB")
