class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if (logs["accuracy"], logs["val_accuracy"]) == (0.95, 0.8):
            self.model.stop_training = True
