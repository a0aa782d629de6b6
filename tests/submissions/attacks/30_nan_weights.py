# attack: 30
# form: NaN in one kernel and infinity in another, so that every comparison of outputs is false
# replaces: create_model
# found: create_model/compiled failed
# says: weights hold values that are not finite numbers
def create_model():
    print("ran")
    model = tf.keras.Sequential(
        [
            tf.keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 3)),
            tf.keras.layers.Rescaling(1 / 255),
            *[part for n in (16, 32, 64) for part in (tf.keras.layers.Conv2D(n, 3), tf.keras.layers.MaxPooling2D())],
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    for layer, value in ((model.layers[1], np.nan), (model.layers[-1], np.inf)):
        kernel, bias = layer.get_weights()
        kernel.flat[7] = value
        layer.set_weights([kernel, bias])
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model
