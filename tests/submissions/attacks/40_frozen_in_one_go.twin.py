# twin of: 40_property_says_frozen
# exercise: week3_transfer_learning
# replaces: create_final_model
class Head(tf.keras.layers.Dense):
    def __init__(self, **options):
        super().__init__(1, activation="sigmoid", **options)


def create_final_model(pre_trained_model, last_output):
    for layer in pre_trained_model.layers:
        layer.trainable = False
    x = tf.keras.layers.Flatten()(last_output)
    x = tf.keras.layers.Dense(128, activation="relu")(x)
    x = tf.keras.layers.Dropout(0.2)(x)
    model = tf.keras.Model(pre_trained_model.input, Head()(x))
    model.compile(optimizer=tf.keras.optimizers.Adam(1e-3), loss="binary_crossentropy", metrics=["accuracy"])
    return model
