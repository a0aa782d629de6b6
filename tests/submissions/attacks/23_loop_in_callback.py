# attack: 23
# form: a callback that never comes back from its second epoch
# replaces: EarlyStoppingCallback
# found: EarlyStoppingCallback/stops_when_both_hold timeout
class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        while epoch:
            print("ran" if epoch == 1 else "", end="\n" if epoch == 1 else "", flush=True)
            epoch += 1
