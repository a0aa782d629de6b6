# attack: 15
# form: TCP, UDP and raw sockets of IPv4 and IPv6, to this machine and beyond, and names
# replaces: plot_history
# denies: tcp
# denies: udp
# denies: raw
# denies: name
# denies: url
# allows: socket pair
# layer: seccomp
# found: plot_history/returns_figure failed
def plot_history(history):
    import socket
    import urllib.request

    print("ran")
    for what, kind in {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM, "raw": socket.SOCK_RAW}.items():
        for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET, "1.1.1.1"), (socket.AF_INET6, "::1")):
            try:
                with socket.socket(family, kind) as sock:
                    sock.settimeout(0.2)
                    print(f"reached: {what}, a socket of {family}")
                    sock.connect((host, 47110 if kind == socket.SOCK_STREAM else 53))
            except OSError:
                print(f"denied: {what}")
    for host in ("localhost", "example.com", "metadata.google.internal"):
        try:
            print(f"reached: {socket.getaddrinfo(host, 80)}" if host != "localhost" else "denied: name")
        except OSError:
            print("denied: name")
    for url in ("http://127.0.0.1:47110/", "http://169.254.169.254/latest/meta-data/", "https://example.com/"):
        try:
            print(f"reached: {urllib.request.urlopen(url, timeout=0.2).read(16)}")
        except OSError:
            print("denied: url")
    one, other = socket.socketpair()
    one.send(b"own")
    print("allowed: socket pair" if other.recv(3) == b"own" else "refused: socket pair")
