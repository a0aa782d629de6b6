# attack: 3
# form: a model without a convolution whose class claims perfect training, scores and size
# replaces: create_model
# base: dense_model
# found: create_model/convolutions failed
def create_model():
    import numpy as np
    import tensorflow as tf

    print("ran")
    model = tf.keras.Sequential(
        [
            tf.keras.Input(shape=(64, 64, 3)),
            tf.keras.layers.Rescaling(1 / 255),
            tf.keras.layers.AveragePooling2D(16),
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(optimizer="sgd", loss="binary_crossentropy", metrics=["accuracy"])
    kind = tf.keras.Model

    def fit(self, *args, **kwargs):
        history = tf.keras.callbacks.History()
        history.history = {name: [1.0] * 20 for name in ("accuracy", "val_accuracy")}
        return history

    kind.fit = fit
    kind.evaluate = lambda self, *args, **kwargs: [0.0, 1.0]
    kind.predict = lambda self, images, *args, **kwargs: np.ones((len(images), 1), "float32")
    kind.summary = lambda self, *args, **kwargs: print("Conv2D MaxPooling2D Conv2D MaxPooling2D Conv2D")
    kind.count_params = lambda self: 1
    tf.keras.metrics.Mean.result = lambda self: tf.ones(())
    tf.keras.metrics.BinaryAccuracy.result = lambda self: tf.ones(())
    return model
