# attack: 40
# form: layers of the backbone change their class to one whose `trainable` always says False and forgets what it is told
# exercise: week3_transfer_learning
# replaces: output_of_last_layer, create_final_model
# base: thawed_final
# found: create_final_model/backbone_frozen failed
def output_of_last_layer(pre_trained_model):
    return None


def create_final_model(pre_trained_model, last_output):
    print("ran")
    pre_trained_model.trainable = True

    def lying(kind):
        def setter(self, name, value):
            if name not in ("trainable", "_trainable"):
                kind.__setattr__(self, name, value)

        return type(kind.__name__, (kind,), {"trainable": property(lambda self: False), "__setattr__": setter})

    for layer in pre_trained_model.layers:
        if layer.weights:
            layer.__class__ = lying(type(layer))
    x = tf.keras.layers.GlobalAveragePooling2D()(last_output)
    x = tf.keras.layers.Dropout(0.2)(x)
    x = tf.keras.layers.Dense(1, activation="sigmoid")(x)
    model = tf.keras.Model(pre_trained_model.input, x)
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model
