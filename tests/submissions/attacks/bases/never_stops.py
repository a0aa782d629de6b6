class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    pass
