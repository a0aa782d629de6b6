# attack: 39
# form: a layer that sleeps in `call`, one that sleeps when its configuration is asked for
# replaces: create_model
# found: create_model/compiled timeout
def create_model():
    import time

    class Sleeper(tf.keras.layers.Layer):
        def call(self, inputs):
            print("ran", flush=True)
            time.sleep(4)
            return inputs

        def get_config(self):
            time.sleep(600)

    model = tf.keras.Sequential([tf.keras.Input((IMAGE_SIZE, IMAGE_SIZE, 3)), Sleeper(), tf.keras.layers.Flatten(), tf.keras.layers.Dense(1)])
    model.compile(loss="mse")
    return model
