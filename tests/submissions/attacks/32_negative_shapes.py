# attack: 32
# form: shapes of -4 by -4, of more bytes than come, of 9 axes, and two arrays of one name
# replaces: plot_history, create_model, EarlyStoppingCallback, feature_maps
# found: plot_history/returns_figure student_error
# found: create_model/compiled student_error
# found: EarlyStoppingCallback/stops_when_both_hold student_error
# found: feature_maps/returns_pairs student_error
# says: by writing into the channel that carries the results
import json
import struct
import time


def send(arrays, data):
    print("ran")
    head = json.dumps({"kind": "answer", "body": {}, "arrays": arrays}).encode()
    os.write(3, struct.pack(">4sIQ", b"GRW1", len(head), len(data)) + head + data)
    time.sleep(60)


def plot_history(history):
    send([["png", "float32", [-4, -4]]], bytes(64))


def create_model():
    send([["weight:0", "float64", [2**62, 4]]], bytes(64))


def EarlyStoppingCallback():
    send([["a", "bool", [1] * 9]], bytes(1))


def feature_maps(model, image):
    send([["map0", "int8", [4]], ["map0", "int8", [4]]], bytes(8))
