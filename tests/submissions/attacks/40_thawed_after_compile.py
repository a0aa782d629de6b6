# attack: 40
# form: compiled while frozen, thawed afterwards, so that what `compile` saw looks right
# exercise: week3_transfer_learning
# replaces: output_of_last_layer, create_final_model
# base: thawed_final
# found: create_final_model/backbone_frozen failed
# says: thawed again
def output_of_last_layer(pre_trained_model):
    return None


def create_final_model(pre_trained_model, last_output):
    print("ran")
    x = tf.keras.layers.GlobalAveragePooling2D()(last_output)
    x = tf.keras.layers.Dropout(0.2)(x)
    x = tf.keras.layers.Dense(1, activation="sigmoid")(x)
    model = tf.keras.Model(pre_trained_model.input, x)
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    for layer in pre_trained_model.layers:
        layer.trainable = True
    return model
