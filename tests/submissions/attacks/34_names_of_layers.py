# attack: 34
# form: layers and a model whose names are markup, in a network that is refused, so that the names are told
# replaces: create_model
# base: lambda_model
# costs: train
# found: create_model/compiled failed
# says: Lambda
def create_model():
    print("ran")
    model = tf.keras.Sequential(
        [
            tf.keras.Input((IMAGE_SIZE, IMAGE_SIZE, 3)),
            tf.keras.layers.Lambda(lambda x: np.asarray(x), output_shape=(IMAGE_SIZE, IMAGE_SIZE, 3), name="<img src=x onerror=document.title='reached'>"),
            tf.keras.layers.Flatten(name="=1+1"),
            tf.keras.layers.Dense(1, activation="sigmoid", name="\u202e<b>"),
        ],
        name="<svg onload=document.title='reached'>",
    )
    model.compile(loss="binary_crossentropy", metrics=["accuracy"])
    return model
