# attack: 32
# form: errors that no code raised: frames in cells that do not exist, a problem and notes of somebody else
# replaces: plot_history, create_model, EarlyStoppingCallback, feature_maps
# found: plot_history/returns_figure not_attempted
# found: create_model/compiled memory
# found: EarlyStoppingCallback/stops_when_both_hold failed
# found: feature_maps/returns_pairs student_error
import json
import struct
import time


def send(body):
    print("ran")
    time.sleep(0.3)
    head = json.dumps({"kind": "error", "body": body, "arrays": []}).encode()
    os.set_blocking(3, True)
    os.write(3, struct.pack(">4sIQ", b"GRW1", len(head), 0) + head)
    time.sleep(60)


def plot_history(history):
    send({"type": "NotImplementedError", "message": "", "problem": "", "frames": [], "notes": ["passed", {}, 10**30]})


def create_model():
    frames = [{"cell": 2**40, "line": -7, "function": ["x"], "code": {"a": 1}}, "no frame", None]
    send({"type": "MemoryError", "message": {"deep": [1]}, "problem": "", "frames": frames, "notes": {"a": 1}})


def EarlyStoppingCallback():
    send({"type": [], "message": "", "problem": "no such problem", "hint": 10**40, "frames": {"a": 1}})


def feature_maps(model, image):
    send({"type": "x" * 5_000, "message": "\u202e\x00" + "y" * 7_000_000, "frames": [{"cell": True, "line": 1e300}] * 1_000})
