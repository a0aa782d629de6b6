# attack: 19
# form: a registered layer of one's own that says it comes from Keras and serialises itself under its own module
# replaces: create_model
# found: create_model/compiled failed
# says: Your model contains a `Sharpen`
def create_model():
    @tf.keras.utils.register_keras_serializable(package="keras.layers")
    class Sharpen(tf.keras.layers.Layer):
        def call(self, x):
            return x * 2

        @classmethod
        def from_config(cls, config):
            os._exit(0)

    # The exporter asks the class where it comes from.
    Sharpen.__module__ = "keras.src.layers.core.dense"
    print("ran")
    model = tf.keras.Sequential(
        [tf.keras.Input((64, 64, 3)), Sharpen(), tf.keras.layers.Flatten(), tf.keras.layers.Dense(1, activation="sigmoid")]
    )
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model
