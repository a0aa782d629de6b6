# attack: 30
# form: the callback writes NaN into the logs and sets `stop_training` to NaN, which is true and equals nothing
# replaces: EarlyStoppingCallback
# base: never_stops
# found: EarlyStoppingCallback/stops_when_both_hold failed
# says: Training always stopped after its first epoch
class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        print("ran")
        logs.update(dict.fromkeys(logs, float("nan")))
        self.model.stop_training = float("nan")
