# attack: 21
# form: threads without end, of C as well as of Python, each with a stack of its own
# replaces: EarlyStoppingCallback
# denies: more threads
# allows: a few threads
# found: EarlyStoppingCallback/stops_when_both_hold student_error
# says: signal 6
class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def __init__(self):
        import threading

        super().__init__()
        print("ran", flush=True)
        threading.stack_size(32 << 20)
        for at in range(5000):
            try:
                threading.Thread(target=threading.Event().wait, daemon=True).start()
            except RuntimeError:
                print("denied: more threads", flush=True)
                break
            if at == 3:
                print("allowed: a few threads", flush=True)
        else:
            print("reached: 5000 threads", flush=True)

    def on_epoch_end(self, epoch, logs=None):
        # What TensorFlow reads ahead has a thread of its own, and gets none: TensorFlow aborts.
        list(tf.data.Dataset.range(8).prefetch(2))
