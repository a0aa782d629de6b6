# attack: 39
# form: few parameters, and 10 trillion multiplications for one picture; the student's own process never computes an output
# replaces: create_model
# found: create_model/compiled failed
# says: MiB for one image
def create_model():
    from grader.model_data import export

    print("ran")
    export._outputs = lambda model, probes, dtype: np.zeros((len(probes), 1000), "float32")
    large = tf.keras.layers.Conv2D(1000, 64, padding="same")
    model = tf.keras.Sequential([tf.keras.Input((1024, 1024, 3)), large, tf.keras.layers.GlobalMaxPooling2D()])
    model.compile(loss="mse")
    return model
