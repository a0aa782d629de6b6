# attack: 15
# form: makes the one socket that it holds into another: connects, binds, listens and sends to other addresses
# replaces: EarlyStoppingCallback
# denies: connect
# denies: bind
# denies: sendto
# denies: option
# allows: own socket
# found: EarlyStoppingCallback/stops_when_both_hold failed
def EarlyStoppingCallback():
    import os
    import socket

    print("ran")
    channel = socket.socket(fileno=os.dup(3))
    for what, way in {
        "connect": lambda: channel.connect("\0atk-door"),
        "bind": lambda: channel.bind("/etc/atk-bound"),
        "sendto": lambda: channel.sendto(b"x", "\0atk-door"),
        "option": lambda: channel.setsockopt(socket.SOL_SOCKET, 33, 1 << 30),
    }.items():
        try:
            print(f"reached: {what} {way()}")
        except OSError:
            print(f"denied: {what}")
    own = socket.socket(socket.AF_UNIX)
    own.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 16)
    own.bind("/tmp/own.sock")
    print("allowed: own socket")
