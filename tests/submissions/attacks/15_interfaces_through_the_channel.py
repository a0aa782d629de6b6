# attack: 15
# form: the channel is a socket of the grader's own network: asks it for that network's interfaces and addresses
# replaces: plot_history
# denies: interfaces
# denies: addresses
# denies: hardware
# denies: handle on the network
# allows: own network
# found: plot_history/returns_figure failed
def plot_history(history):
    import ctypes
    import fcntl
    import socket
    import struct

    print("ran")

    def interfaces(fd):
        found = []
        for index in range(1, 64):
            try:
                # SIOCGIFNAME takes a number and gives a name.
                found.append(fcntl.ioctl(fd, 0x8910, struct.pack("16si12x", b"", index))[:16].rstrip(b"\0"))
            except OSError:
                continue
        return found

    with socket.socket(socket.AF_UNIX) as own:
        mine = interfaces(own.fileno())
        print("allowed: own network" if set(mine) <= {b"lo"} else f"refused: own network {mine}")
    names = set(interfaces(3)) - {b"lo"}
    print(f"reached: interfaces {names}" if names else "denied: interfaces")
    hardware = []
    for name in names:
        try:
            hardware.append(fcntl.ioctl(3, 0x8927, struct.pack("16s24x", name))[18:24].hex())
        except OSError:
            continue
    print(f"reached: hardware {hardware}" if hardware else "denied: hardware")
    table = ctypes.create_string_buffer(40 * 64)
    try:
        # SIOCGIFCONF gives all IPv4 addresses with the names of their interfaces.
        length = struct.unpack("iP", fcntl.ioctl(3, 0x8912, struct.pack("iP", len(table), ctypes.addressof(table))))[0]
    except OSError:
        length = 0
    rows = [table.raw[at : at + 40] for at in range(0, length, 40)]
    addresses = [".".join(map(str, row[20:24])) for row in rows if row[:16].rstrip(b"\0") != b"lo"]
    print(f"reached: addresses {addresses}" if addresses else "denied: addresses")
    try:
        # SIOCGSKNS
        print(f"reached: handle on the network {fcntl.ioctl(3, 0x894C, 0)}")
    except OSError:
        print("denied: handle on the network")
