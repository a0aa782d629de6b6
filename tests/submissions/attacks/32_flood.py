# attack: 32
# form: threads that write whole messages as fast as the socket takes them, before and beside the answer
# replaces: plot_history
# base: other_curves
# costs: plot_history
# found: plot_history/returns_figure student_error
# says: answered in a form that none of our requests has
import json
import struct
import threading
import time


def plot_history(history):
    print("ran")
    time.sleep(0.3)
    head = json.dumps({"kind": "answer", "body": {"passed": True, "score": 8}, "arrays": []}).encode()
    message = (struct.pack(">4sIQ", b"GRW1", len(head), 0) + head) * 1000

    def write():
        while True:
            os.write(3, message)

    writers = [threading.Thread(target=write) for _ in range(8)]
    for writer in writers:
        writer.start()
    writers[0].join()
