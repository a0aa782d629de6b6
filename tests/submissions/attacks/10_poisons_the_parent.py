# attack: 10
# form: writes into modules, code pages and every shared mapping that the process was forked with
# replaces: plot_history
# denies: shared mapping
# allows: own code page
# found: plot_history/returns_figure failed
def plot_history(history):
    import ctypes

    import numpy as np

    print("ran")
    np.atk_marker = __import__("keras").atk_marker = ctypes.CDLL.atk_marker = True
    import grader.student.failures as failures

    failures.TEXT = "atk-text"
    shared = [line for line in open("/proc/self/maps") if line.split()[1].startswith("rw") and line.split()[1].endswith("s")]
    print(f"reached: {shared}" if shared else "denied: shared mapping")
    library = ctypes.CDLL(None)
    address = ctypes.cast(library.lcong48, ctypes.c_void_p).value
    library.mprotect(ctypes.c_void_p(address & ~0xFFF), ctypes.c_size_t(8192), 7)
    ctypes.memmove(address, b"\xcc\xcc\xcc\xcc", 4)
    print("allowed: own code page" if ctypes.string_at(address, 4) == b"\xcc" * 4 else "refused: own code page")
