# attack: 19
# form: a Lambda two levels down, inside allowed layers that hold layers
# replaces: create_model
# found: create_model/compiled failed
# says: Your model contains a `Lambda` layer
def create_model():
    from grader.model_data import export

    print("ran")
    own = export._config

    def pipeline(layer, name):
        return {"module": "keras.layers", "class_name": "Pipeline", "config": {"name": name, "layers": [layer]}, "registered_name": None}

    def config(model):
        written = own(model)
        code = {"module": "builtins", "class_name": "function", "config": "exit", "registered_name": "function"}
        inner = {"module": "keras.layers", "class_name": "Lambda", "config": {"name": "inner", "function": code}, "registered_name": None}
        written["config"]["layers"].insert(1, pipeline(pipeline(inner, "second"), "first"))
        return written

    export._config = config
    model = tf.keras.Sequential([tf.keras.Input((64, 64, 3)), tf.keras.layers.Flatten(), tf.keras.layers.Dense(1, activation="sigmoid")])
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model
