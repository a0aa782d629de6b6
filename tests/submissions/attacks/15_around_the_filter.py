# attack: 15
# form: asks for a socket through the numbers of another architecture, so that the filter sees another call
# replaces: plot_history
# layer: seccomp
# found: plot_history/returns_figure student_error
# says: ended by signal 31
def plot_history(history):
    import ctypes

    print("ran", flush=True)
    # x32 on a PC: bit 30 set. On other machines the number means nothing.
    made = ctypes.CDLL(None).syscall(ctypes.c_long(0x40000000 | 41), ctypes.c_long(2), ctypes.c_long(1), ctypes.c_long(0))
    print("reached: socket" if made >= 0 else "the number is unknown")
