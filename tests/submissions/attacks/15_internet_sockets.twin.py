# twin of: 15_internet_sockets
# replaces: EarlyStoppingCallback
import urllib.request

import tensorflow as tf


class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_train_begin(self, logs=None):
        # It tells a server of one's own that the training has begun, where there is a network.
        try:
            urllib.request.urlopen("http://127.0.0.1:47110/begun", timeout=1)
        except OSError:
            pass

    def on_epoch_end(self, epoch, logs=None):
        if logs["accuracy"] >= 0.95 and logs["val_accuracy"] >= 0.80:
            self.model.stop_training = True
