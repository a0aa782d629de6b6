# attack: 23
# form: a layer whose `call` builds a graph without end, of a model that is right in everything else
# replaces: create_model
# found: create_model/compiled timeout
class Deeper(tf.keras.layers.Layer):
    def call(self, x):
        while True:
            x = tf.keras.ops.add(x, 0.0)
            if tf.is_tensor(x):
                print("ran", flush=True)
                while True:
                    pass


def create_model():
    model = tf.keras.Sequential(
        [tf.keras.Input((64, 64, 3)), tf.keras.layers.Rescaling(1 / 255), tf.keras.layers.Conv2D(8, 3), tf.keras.layers.Flatten(),
         tf.keras.layers.Dense(1, activation="sigmoid")]
    )
    model.layers[1].call = Deeper().call
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model
