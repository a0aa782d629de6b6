# attack: 1
# form: searches the whole memory of the process for hidden tests, the reference and the seed
# replaces: plot_history
# denies: hidden tests
# denies: reference
# denies: seed
# allows: own text
# found: plot_history/returns_figure failed
def plot_history(history):
    import string

    print("ran")
    # The needles are written in ROT13, or the search would find itself.
    lower = string.ascii_lowercase
    turned = lower[13:] + lower[:13]
    table = bytes.maketrans((lower + lower.upper()).encode(), (turned + turned.upper()).encode())
    needles = {
        "hidden tests": [b"vzntrf gung oernx bss unys-jnl", b"Erpbtavfrf cvpgherf gung vg unf arire frra"],
        "reference": [b'znexre="b", ynory=s"genvavat'],
        "seed": [b"9p95n26sp2ns7r194735503093512prn", bytes.fromhex("9c95a26fc2af7e19473550").translate(table)],
        "own text": [b"Cynagrq urer sbe gur frnepu"],
    }
    own = bytes("here for the search".join(["Planted ", ""]), "ascii")
    found = dict.fromkeys(needles, 0)
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", buffering=0) as memory:
        for line in maps.read().splitlines():
            span, rights, _, _, inode, *name = line.split(maxsplit=5)
            if "r" not in rights or "w" not in rights or name and not name[0].startswith("[") and inode != "0":
                continue
            start, end = (int(number, 16) for number in span.split("-"))
            while start < end:
                memory.seek(start)
                try:
                    chunk = memory.read(min(end - start, 1 << 24)).translate(table)
                except OSError:
                    break
                for what, texts in needles.items():
                    found[what] += sum(chunk.count(text) for text in texts)
                start += max(1, len(chunk))
    assert own
    print("allowed: own text" if found.pop("own text") else "refused: own text")
    for what, count in found.items():
        print(f"reached: {what}" if count else f"denied: {what}")
