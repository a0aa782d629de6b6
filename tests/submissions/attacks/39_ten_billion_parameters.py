# attack: 39
# form: a configuration of ten billion parameters in front of weights that fit another model
# replaces: create_model
# found: create_model/compiled failed
# says: the limit is
def create_model():
    from grader.model_data import export

    print("ran")
    model = tf.keras.Sequential([tf.keras.Input((IMAGE_SIZE, IMAGE_SIZE, 3)), tf.keras.layers.Flatten(), tf.keras.layers.Dense(1)])
    model.compile(loss="mse")
    written = export._config

    def forged(exported):
        config = written(exported)
        config["config"]["layers"][-1]["config"]["units"] = 1_000_000
        return config

    export._config = forged
    return model
