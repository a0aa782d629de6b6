# attack: 2
# form: finds the socket among the descriptors and sends a `result` as the examiner would, framed as the wire wants it
# replaces: plot_history
# found: plot_history/returns_figure student_error
# says: by writing into the channel that carries the results
def plot_history(history):
    import json
    import os
    import struct

    print("ran", flush=True)
    checks = [
        {"id": f"plot_history/{name}", "task": "plot_history", "status": "passed", "points": 8, "earned": 8}
        for name in ("returns_figure", "loss_curves", "accuracy_curves", "axes_labelled", "legend")
    ]
    head = json.dumps({"kind": "result", "body": {"checks": checks, "score": 100, "max_score": 100}, "arrays": []}).encode()
    for name in os.listdir("/proc/self/fd"):
        try:
            if os.readlink(f"/proc/self/fd/{name}").startswith("socket:"):
                os.write(int(name), struct.pack(">4sIQ", b"GRW1", len(head), 0) + head)
        except OSError:
            continue
    os._exit(0)
