# attack: 40
# form: weights halved inside `create_final_model`, then `get_weights`, `numpy` and `weights` give the old ones
# exercise: week3_transfer_learning
# replaces: output_of_last_layer, create_final_model
# base: reset_final
# found: create_final_model/backbone_unchanged failed
def output_of_last_layer(pre_trained_model):
    return None


def create_final_model(pre_trained_model, last_output):
    print("ran")
    old = pre_trained_model.get_weights()
    for layer in pre_trained_model.layers:
        layer.set_weights([value * 0.5 for value in layer.get_weights()])
    x = tf.keras.layers.GlobalAveragePooling2D()(last_output)
    x = tf.keras.layers.Dropout(0.2)(x)
    x = tf.keras.layers.Dense(1, activation="sigmoid")(x)
    model = tf.keras.Model(pre_trained_model.input, x)
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    model.get_weights = pre_trained_model.get_weights = lambda: old
    for layer in pre_trained_model.layers:
        layer.get_weights = lambda: old
    return model
