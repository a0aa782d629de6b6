# attack: 41
# form: writes 1.0 into the logs, for those who look at them afterwards, and swaps the weights of the model
# replaces: EarlyStoppingCallback
# base: stops_on_one
# costs: EarlyStoppingCallback
# found: EarlyStoppingCallback/goes_on_while_one_is_missing failed
class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        print("ran")
        logs.update(accuracy=1.0, val_accuracy=1.0)
        self.model.set_weights([np.full_like(value, 1e9) for value in self.model.get_weights()])
        if epoch and logs["accuracy"] >= STOP_ACCURACY and logs["val_accuracy"] >= STOP_VAL_ACCURACY:
            self.model.stop_training = True
