# attack: 32
# form: a forged answer without a picture first, a second one with the true curves behind it
# replaces: plot_history
# found: plot_history/returns_figure failed
# says: holds no lines
import json
import struct
import time


def plot_history(history):
    print("ran")
    time.sleep(0.3)

    def message(axes, arrays):
        listing = [[name, str(array.dtype), list(array.shape)] for name, array in arrays.items()]
        body = {"axes": axes, "legend": [], "title": "", "images": 0, "tuple": False}
        head = json.dumps({"kind": "answer", "body": body, "arrays": listing}).encode()
        data = b"".join(array.tobytes() for array in arrays.values())
        return struct.pack(">4sIQ", b"GRW1", len(head), len(data)) + head + data

    png = {"png": np.zeros(4, "uint8")}
    axes, arrays = [], dict(png)
    for number, (name, curve) in enumerate(history.history.items()):
        arrays |= {f"x{number}": np.arange(len(curve)) * 1.0, f"y{number}": np.array(curve)}
        axes.append({"title": name, "xlabel": "x", "ylabel": "y", "legend": [], "position": [0, 1, 0, 1],
                     "lines": [{"label": name, "number": number}]})  # fmt: skip
    os.write(3, message([], png) + message(axes, arrays))
    time.sleep(60)
