# attack: 10
# form: the next fork looks for what the last one has written into modules and code
# replaces: plot_history
# after: 10_poisons_the_parent
# denies: modules
# denies: code
# found: plot_history/returns_figure failed
def plot_history(history):
    import ctypes

    import keras
    import numpy as np

    from grader.student import failures

    print("ran")
    marked = [one for one in (np, keras, ctypes.CDLL) if hasattr(one, "atk_marker")]
    print(f"reached: {marked}" if marked or hasattr(failures, "TEXT") else "denied: modules")
    address = ctypes.cast(ctypes.CDLL(None).lcong48, ctypes.c_void_p).value
    print("reached: code" if ctypes.string_at(address, 4) == b"\xcc" * 4 else "denied: code")
