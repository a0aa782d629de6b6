# attack: 45
# form: half an answer, then an end by SIGKILL, as if the machine had done it: whoever asks again meets the same
# replaces: plot_history
# found: plot_history/returns_figure student_error
import signal
import struct


def plot_history(history):
    print("ran", flush=True)
    os.write(3, struct.pack(">4sIQ", b"GRW1", 1 << 16, 1 << 20) + b'{"kind":"answer","body":{"axes":[')
    os.kill(os.getpid(), signal.SIGKILL)
