# attack: 23
# form: a callback that never comes back from the second epoch that it sees
# replaces: EarlyStoppingCallback
# found: EarlyStoppingCallback/stops_when_both_hold timeout
class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    seen = 0

    def on_epoch_begin(self, epoch, logs=None):
        type(self).seen += 1
        if self.seen > 1:
            print("ran", flush=True)
            while True:
                pass
