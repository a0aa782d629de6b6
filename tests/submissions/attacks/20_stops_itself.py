# attack: 20
# form: stops itself and all its children, so that no signal that can be caught arrives any more
# replaces: EarlyStoppingCallback
# found: EarlyStoppingCallback/stops_when_both_hold timeout
# says: was stopped
class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        import signal

        print("ran", flush=True)
        for _ in range(3):
            if os.fork() == 0:
                os.setsid()
                break
        while True:
            os.kill(os.getpid(), signal.SIGSTOP)
