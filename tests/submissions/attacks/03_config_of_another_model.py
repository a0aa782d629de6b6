# attack: 3
# form: get_config tells of a network with convolutions, while weights and outputs are those of a single dense layer
# replaces: create_model
# base: dense_model
# costs: create_model, train
# found: create_model/compiled failed
# says: weights are not those of its layers
def create_model():
    import tensorflow as tf

    print("ran")
    layers = tf.keras.layers
    shown = tf.keras.Sequential(
        [
            tf.keras.Input(shape=(64, 64, 3)),
            layers.Rescaling(1 / 255),
            *[layer for n in (16, 32, 64) for layer in (layers.Conv2D(n, 3, activation="relu"), layers.MaxPooling2D())],
            layers.Flatten(),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    config = shown.get_config()
    model = tf.keras.Sequential(
        [tf.keras.Input(shape=(64, 64, 3)), layers.AveragePooling2D(16), layers.Flatten(), layers.Dense(1, activation="sigmoid")]
    )
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    for method in ("get_config", "serialize_from_config"):
        setattr(tf.keras.Sequential, method, lambda self, *args, **kwargs: config)
    return model
