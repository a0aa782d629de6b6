# attack: 32
# form: a header that announces 1 MB, half of it, then a byte every second for ever
# replaces: plot_history
# found: plot_history/returns_figure timeout
import struct
import time


def plot_history(history):
    print("ran")
    os.write(3, struct.pack(">4sIQ", b"GRW1", 1 << 20, 0) + b'{"kind":"answer","body":{"axes":[' + b" " * (1 << 19))
    while True:
        os.write(3, b" ")
        time.sleep(1)
