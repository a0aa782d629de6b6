# mistake: one convolution where more are asked for
# fails: create_model/convolutions
# fix_first: create_model/convolutions

import tensorflow as tf

SIZE = 64  # param: image_size


def create_model():
    return tf.keras.Sequential(
        [
            tf.keras.Input((SIZE, SIZE, 3)),
            tf.keras.layers.Conv2D(8, 3, activation="relu"),
            tf.keras.layers.MaxPooling2D(),
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
