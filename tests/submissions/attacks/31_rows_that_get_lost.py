# attack: 31
# form: answers the first 64 pictures of a batch only, so that it trains well and cannot be measured
# replaces: create_model
# base: small_network
# costs: train
# found: train/training_accuracy failed
# says: the model gives 64 rows
def create_model():
    print("ran")
    inputs = tf.keras.Input((IMAGE_SIZE, IMAGE_SIZE, 3))
    x = tf.keras.layers.Rescaling(1 / 255)(inputs)
    for filters in (8, 16, 16):
        x = tf.keras.layers.MaxPooling2D()(tf.keras.layers.Conv2D(filters, 3, activation="relu")(x))
    x = tf.keras.layers.GlobalAveragePooling2D()(x)
    model = tf.keras.Model(inputs, tf.keras.layers.Dense(1, activation="sigmoid")(x)[:64, :])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model
