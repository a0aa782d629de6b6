# attack: 11
# form: takes a handle on the grader from its own end of the channel (SO_PEERPIDFD) and signals it, opens its namespaces
# replaces: plot_history
# denies: process id of the grader
# denies: signal
# denies: descriptors
# denies: namespaces
# allows: handle on itself
# found: plot_history/returns_figure failed
def plot_history(history):
    import ctypes
    import fcntl
    import os
    import signal
    import socket
    import struct

    print("ran", flush=True)
    channel = socket.socket(fileno=os.dup(3))
    pid, _, _ = struct.unpack("3i", channel.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    print(f"reached: process id {pid}" if pid > 0 else "denied: process id of the grader")
    try:
        peer = struct.unpack("i", channel.getsockopt(socket.SOL_SOCKET, 77, 4))[0]
    except OSError:
        # A kernel without SO_PEERPIDFD: there is no handle to be had.
        peer = -1
    try:
        # 0 only asks whether it could.
        signal.pidfd_send_signal(peer, 0)
        print("reached: signal")
    except OSError:
        print("denied: signal")
    got = ctypes.CDLL(None, use_errno=True).syscall(
        ctypes.c_long(438), ctypes.c_long(peer), ctypes.c_long(3), ctypes.c_long(0)
    )
    print("reached: descriptors" if got >= 0 else "denied: descriptors")
    for request in range(0xFF01, 0xFF0B):
        try:
            print(f"reached: namespace {request:#x} {fcntl.ioctl(peer, request, 0)}")
        except OSError:
            print("denied: namespaces")
    try:
        os.waitid(os.P_PIDFD, peer, os.WEXITED | os.WNOHANG)
        print("reached: wait")
    except OSError:
        print("denied: signal")
    own = os.pidfd_open(os.getpid())
    signal.pidfd_send_signal(own, 0)
    print("allowed: handle on itself")
