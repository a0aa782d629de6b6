# attack: 19
# form: number formats as texts, which no class check sees: quantised policies and strings for the layers of a convolutional model
# replaces: create_model
# found: create_model/compiled failed
def create_model():
    from grader.model_data import export

    print("ran")
    own = export._config
    formats = ["int8_from_float32", "float8_from_float32", "int4_from_mixed_bfloat16", "string", "complex64"]

    def config(model):
        written = own(model)
        for at, layer in enumerate(written["config"]["layers"][1:]):
            layer["config"]["dtype"] = formats[at % len(formats)]
        return written

    export._config = config
    model = tf.keras.Sequential(
        [tf.keras.Input((64, 64, 3)), tf.keras.layers.Dense(3), tf.keras.layers.Dense(3), tf.keras.layers.Conv2D(4, 3),
         tf.keras.layers.Flatten(), tf.keras.layers.Dense(1, activation="sigmoid")]
    )
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model
