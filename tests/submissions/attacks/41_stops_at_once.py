# attack: 41
# form: stops before anything was learnt: when training begins, and with every batch and epoch
# replaces: EarlyStoppingCallback
# base: never_stops
# found: EarlyStoppingCallback/stops_when_both_hold failed
# says: Training always stopped after its first epoch
class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_train_begin(self, logs=None):
        print("ran")
        self.model.stop_training = True

    on_epoch_begin = on_epoch_end = on_train_batch_end = lambda self, *args, **kwargs: self.on_train_begin()
