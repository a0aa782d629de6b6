# attack: 31
# form: `get_config` gives a dictionary 10,000 deep
# replaces: create_model
# found: create_model/compiled failed
# says: cannot be rebuilt for grading
def create_model():
    print("ran")
    deep = {}
    for _ in range(10_000):
        deep = {"config": deep}
    model = tf.keras.Sequential([tf.keras.Input((IMAGE_SIZE, IMAGE_SIZE, 3)), tf.keras.layers.Flatten(), tf.keras.layers.Dense(1)])
    model.compile(loss="mse")
    type(model.layers[0]).get_config = lambda self: deep
    return model
