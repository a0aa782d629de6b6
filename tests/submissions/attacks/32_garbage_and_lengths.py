# attack: 32
# form: no magic bytes; a head of 4 GB; arrays of 2**63 bytes; a head that is no JSON: one in each cell
# replaces: plot_history, create_model, EarlyStoppingCallback, feature_maps
# found: plot_history/returns_figure student_error
# found: create_model/compiled student_error
# found: EarlyStoppingCallback/stops_when_both_hold student_error
# found: feature_maps/returns_pairs student_error
# says: by writing into the channel that carries the results
import struct
import time


def send(data):
    print("ran")
    os.write(3, data)
    time.sleep(60)


def plot_history(history):
    send(os.urandom(16) * 64)


def create_model():
    send(struct.pack(">4sIQ", b"GRW1", 2**32 - 1, 0) + b" " * 100)


def EarlyStoppingCallback():
    send(struct.pack(">4sIQ", b"GRW1", 2, 2**63) + b"{}")


def feature_maps(model, image):
    send(struct.pack(">4sIQ", b"GRW1", 40, 0) + b'{"kind":"answer","body":{},"arrays":[]' + b"\xff\xfe")
