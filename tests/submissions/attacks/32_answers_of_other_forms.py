# attack: 32
# form: whole answers with fields of other types, arrays of other ranks, numbers beyond any range
# replaces: plot_history, create_model, EarlyStoppingCallback, feature_maps
# found: plot_history/returns_figure student_error
# found: create_model/compiled student_error
# found: EarlyStoppingCallback/stops_when_both_hold student_error
# found: feature_maps/returns_pairs student_error
# says: answered in a form that none of our requests has
import json
import struct
import time


def send(body, arrays=()):
    print("ran")
    time.sleep(0.3)
    listing = [[name, str(array.dtype), list(array.shape)] for name, array in arrays]
    data = b"".join(array.tobytes() for _, array in arrays)
    head = json.dumps({"kind": "answer", "body": body, "arrays": listing}).encode()
    os.set_blocking(3, True)
    os.write(3, struct.pack(">4sIQ", b"GRW1", len(head), len(data)) + head + data)
    time.sleep(60)


def plot_history(history):
    axes = {"title": "", "xlabel": "", "ylabel": "", "legend": [], "position": [1e308, -1e308, 0, 0]}
    axes["lines"] = [{"label": "loss", "number": 10**30}]
    send({"axes": [axes], "legend": [], "images": 2**70}, [("png", np.zeros((2, 2), "float64"))])


def create_model():
    model = {"config": {"module": [], "class_name": {}, "config": 7}, "compile_config": {}, "weights": [["a", True]] * 3}
    model |= {"input": {"shape": [None, 2**31], "dtype": "object"}, "notes": [], "losses": []}
    send({"model": model}, [("weight:0", np.zeros(3)), ("probe_inputs", np.zeros((1, 1)))])


def EarlyStoppingCallback():
    send({"stops": [[True] * 3] * 100_000})


def feature_maps(model, image):
    send({"names": ["conv2d"] * 9_999}, [("map0", np.zeros(3, "bool"))])
