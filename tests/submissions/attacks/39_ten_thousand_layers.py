# attack: 39
# form: a configuration of 10,000 layers, and one of 1,000 models nested in each other
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
        first, one = config["config"]["layers"]
        many = [{**one, "config": {**one["config"], "name": f"activation_{i}"}} for i in range(10_000)]
        config["config"]["layers"] = [first, *many]
        return config

    export._config = forged
    return model
