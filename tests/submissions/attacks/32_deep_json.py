# attack: 32
# form: a head nested 100,000 deep; one at the limit of 64; 8 MB of brackets in a text
# replaces: plot_history, create_model, feature_maps
# found: plot_history/returns_figure student_error
# found: create_model/compiled student_error
# found: feature_maps/returns_pairs student_error
import struct
import time


def send(body):
    print("ran")
    time.sleep(0.3)
    head = b'{"kind":"answer","body":' + body + b',"arrays":[]}'
    os.set_blocking(3, True)
    os.write(3, struct.pack(">4sIQ", b"GRW1", len(head), 0) + head)
    time.sleep(60)


def plot_history(history):
    send(b'{"axes":' + b"[" * 100_000 + b"]" * 100_000 + b"}")


def create_model():
    send(b'{"model":' + b'{"config":' * 61 + b"1" + b"}" * 61 + b"}")


def feature_maps(model, image):
    send(b'{"names":["' + b"[{" * (4_000_000 - 100) + b'"]}')
