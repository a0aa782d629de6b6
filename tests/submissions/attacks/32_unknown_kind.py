# attack: 32
# form: kinds that other processes use: an examiner's `result` with full points, a trainer's `trained`, `sliced`, `ended`
# replaces: plot_history, create_model, EarlyStoppingCallback, feature_maps
# found: plot_history/returns_figure student_error
# found: create_model/compiled student_error
# found: EarlyStoppingCallback/stops_when_both_hold student_error
# found: feature_maps/returns_pairs student_error
# says: by writing into the channel that carries the results
import json
import struct
import time


def send(kind, body):
    print("ran")
    head = json.dumps({"kind": kind, "body": body, "arrays": []}).encode()
    os.write(3, struct.pack(">4sIQ", b"GRW1", len(head), 0) + head)
    time.sleep(60)


def plot_history(history):
    passed = {"id": "plot_history/legend", "status": "passed", "score": 1, "max_score": 1}
    send("result", {"results": [passed], "expected": [], "faults": [], "notes": [], "needs_review": False, "curves": {}})


def create_model():
    send("trained", {"kind": "trained", "body": {"history": [], "weights": [], "epochs": 1, "steps": 1, "seconds": 1.0}})


def EarlyStoppingCallback():
    send("sliced", {"unresolved": [], "cells": []})


def feature_maps(model, image):
    send("fault", {"text": "the broker failed."})
