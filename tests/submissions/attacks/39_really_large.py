# attack: 39
# form: a dense layer of ten billion parameters, really built
# replaces: create_model
def create_model():
    print("ran", flush=True)
    model = tf.keras.Sequential([tf.keras.Input((IMAGE_SIZE, IMAGE_SIZE, 3)), tf.keras.layers.Flatten(), tf.keras.layers.Dense(814_000)])
    model.compile(loss="mse")
    return model
