# attack: 32
# form: shapes that need no byte and that no array can have: (2**62, 0) and (2**40, 2**40, 0)
# replaces: plot_history, feature_maps
# found: plot_history/returns_figure student_error
# found: feature_maps/returns_pairs student_error
import json
import struct
import time


def send(shape):
    print("ran")
    head = json.dumps({"kind": "answer", "body": {}, "arrays": [["png", "float64", shape]]}).encode()
    os.write(3, struct.pack(">4sIQ", b"GRW1", len(head), 0) + head)
    time.sleep(60)


def plot_history(history):
    send([2**62, 0])


def feature_maps(model, image):
    send([2**40, 2**40, 0])
