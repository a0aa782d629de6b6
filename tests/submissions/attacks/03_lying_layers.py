# attack: 3
# form: a dense model whose layers pass for convolutions by class name, module, `__class__` and isinstance
# replaces: create_model
# base: dense_model
# costs: create_model, train
# found: create_model/compiled failed
# says: Keras cannot build your model from its own configuration
def create_model():
    import tensorflow as tf

    print("ran")

    class Conv2D(tf.keras.layers.AveragePooling2D):
        filters, kernel_size = 16, (3, 3)

        @property
        def __class__(self):
            return tf.keras.layers.Conv2D

    Conv2D.__module__ = "keras.layers"
    Conv2D.__qualname__ = "Conv2D"
    model = tf.keras.Sequential(
        [
            tf.keras.Input(shape=(64, 64, 3)),
            tf.keras.layers.Rescaling(1 / 255),
            Conv2D(2, name="conv2d"), Conv2D(2, name="conv2d_1"), Conv2D(4, name="conv2d_2"),
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(optimizer="sgd", loss="binary_crossentropy", metrics=["accuracy"])
    return model
