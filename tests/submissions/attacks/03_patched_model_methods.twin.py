# twin of: 03_patched_model_methods
# replaces: create_model
def create_model():
    import tensorflow as tf

    layers = tf.keras.layers
    model = tf.keras.Sequential(
        [
            tf.keras.Input(shape=(64, 64, 3)),
            layers.Rescaling(1 / 255),
            *[layer for n in (16, 32, 64) for layer in (layers.Conv2D(n, 3, activation="relu"), layers.MaxPooling2D())],
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    model.summary = lambda *args, **kwargs: print(len(model.layers), "layers")
    tf.keras.Model.predict_one = lambda self, image: self.predict(image[None])[0]
    return model
