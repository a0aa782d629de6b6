# attack: 11
# form: looks for rights that were left to it: capabilities, new privileges, an open filter, a network that it may set up
# replaces: plot_history
# denies: capabilities
# denies: new privileges
# denies: system calls
# denies: network
# allows: own identity
# found: plot_history/returns_figure failed
def plot_history(history):
    import fcntl
    import socket
    import struct

    print("ran")
    with open("/proc/self/status") as file:
        status = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
    held = [name for name in status if name.startswith("Cap") and int(status[name], 16)]
    print(f"reached: {held}" if held else "denied: capabilities")
    print("denied: new privileges" if status["NoNewPrivs"] == "1" else "reached: new privileges")
    print("denied: system calls" if status["Seccomp"] == "2" else "reached: system calls")
    try:
        with socket.socket(socket.AF_UNIX) as sock:
            # SIOCSIFFLAGS: the loopback device up.
            fcntl.ioctl(sock, 0x8914, struct.pack("16sh14x", b"lo", 1))
        print("reached: network")
    except OSError:
        print("denied: network")
    print("allowed: own identity" if os.getuid() != 0 else "refused: own identity")
