# attack: 15
# form: a socket and a pair of every family and type by number, vsock, netlink, packet and the kernel's cryptography among them
# replaces: plot_history
# denies: vsock
# denies: netlink
# denies: packet
# denies: alg
# denies: others
# allows: unix
# layer: seccomp
# found: plot_history/returns_figure failed
def plot_history(history):
    import ctypes
    import platform

    print("ran")
    library = ctypes.CDLL(None, use_errno=True)
    numbers = {"x86_64": (41, 53), "aarch64": (198, 199)}[platform.machine()]
    names = {40: "vsock", 16: "netlink", 17: "packet", 38: "alg"}
    pair = (ctypes.c_int * 2)()
    opened = []
    for family in range(47):
        # The kernel looks at the low half alone.
        for high in (0, 1 << 32):
            for kind in (1, 2, 3, 5, 10):
                word = ctypes.c_long(family | high)
                made = library.syscall(ctypes.c_long(numbers[0]), word, ctypes.c_long(kind), ctypes.c_long(0))
                paired = library.syscall(ctypes.c_long(numbers[1]), word, ctypes.c_long(kind), ctypes.c_long(0), pair)
                opened += [family] if made >= 0 or paired >= 0 else []
    for family, name in names.items():
        print(f"reached: {name}" if family in opened else f"denied: {name}")
    others = set(opened) - {1} - set(names)
    print(f"reached: {others}" if others else "denied: others")
    print("allowed: unix" if 1 in opened else "refused: unix")
