def output_of_last_layer(pre_trained_model):
    return None


def create_final_model(pre_trained_model, last_output):
    for layer in pre_trained_model.layers:
        layer.set_weights([value * 0.5 for value in layer.get_weights()])
    x = tf.keras.layers.GlobalAveragePooling2D()(last_output)
    x = tf.keras.layers.Dropout(0.2)(x)
    x = tf.keras.layers.Dense(1, activation="sigmoid")(x)
    model = tf.keras.Model(pre_trained_model.input, x)
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model
