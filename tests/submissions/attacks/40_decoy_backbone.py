# attack: 40
# form: the frozen backbone is in the network and counts little; the head sits on an open copy under other names
# exercise: week3_transfer_learning
# replaces: output_of_last_layer, create_final_model
# base: thawed_final
# found: create_final_model/backbone_frozen failed
def output_of_last_layer(pre_trained_model):
    return None


def create_final_model(pre_trained_model, last_output):
    print("ran")
    cut = tf.keras.Model(pre_trained_model.input, last_output)
    copy = tf.keras.models.clone_model(cut)
    copy.set_weights(cut.get_weights())
    for layer in copy.layers:
        layer.name = f"mine_{layer.name}"
        layer.trainable = True
    mine = copy(pre_trained_model.input)
    decoy = tf.keras.layers.Rescaling(0.2)(last_output)
    x = tf.keras.layers.GlobalAveragePooling2D()(tf.keras.layers.Add()([mine, decoy]))
    x = tf.keras.layers.Dropout(0.2)(x)
    x = tf.keras.layers.Dense(1, activation="sigmoid")(x)
    model = tf.keras.Model(pre_trained_model.input, x)
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model
