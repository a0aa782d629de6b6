# attack: 39
# form: models that hold the same model twice, twelve deep: 8,000 layers out of a few lines
# replaces: create_model
# found: create_model/compiled failed
# says: layers
def create_model():
    from grader.model_data import export

    print("ran")
    model = tf.keras.Sequential([tf.keras.Input((IMAGE_SIZE, IMAGE_SIZE, 3)), tf.keras.layers.Activation("relu")])
    model.compile(loss="mse")
    written = export._config

    def forged(exported):
        config = written(exported)
        inner = config["config"]["layers"][-1]
        for i in range(12):
            inner = {**config, "config": {"name": f"model_{i}", "layers": [inner, inner]}}
        return inner

    export._config = forged
    return model
