# attack: 15
# form: abstract sockets of this machine in every type, and the sockets of its services by path
# replaces: EarlyStoppingCallback
# denies: stream
# denies: datagram
# denies: packets
# denies: listed
# denies: by path
# allows: own abstract socket
# found: EarlyStoppingCallback/stops_when_both_hold failed
def EarlyStoppingCallback():
    import socket

    print("ran")
    for what, kind in {"stream": socket.SOCK_STREAM, "datagram": socket.SOCK_DGRAM, "packets": socket.SOCK_SEQPACKET}.items():
        for name in ("\0atk-door", "atk-door", "\0/tmp/.X11-unix/X0", "\0dbus", "\0/containerd-shim"):
            with socket.socket(socket.AF_UNIX, kind) as sock:
                try:
                    sock.connect(name)
                    print(f"reached: {name!r}")
                except OSError:
                    print(f"denied: {what}")
    with open("/proc/net/unix") as table:
        names = [line.split()[-1] for line in table.read().splitlines()[1:] if line.split()[-1][0] in "@/"]
    print(f"reached: {names}" if names else "denied: listed")
    for path in ("/run/docker.sock", "/var/run/docker.sock", "/run/dbus/system_bus_socket", "/run/systemd/private", "/dev/log", "/run/nscd/socket"):
        with socket.socket(socket.AF_UNIX) as sock:
            try:
                sock.connect(path)
                print(f"reached: {path}")
            except OSError:
                print("denied: by path")
    server = socket.socket(socket.AF_UNIX)
    server.bind("\0atk-own")
    server.listen()
    client = socket.socket(socket.AF_UNIX)
    client.connect("\0atk-own")
    client.send(b"own")
    print("allowed: own abstract socket" if server.accept()[0].recv(3) == b"own" else "refused: own abstract socket")
