# attack: 40
# form: a layer in the head halves the backbone's weights whenever it is called, so also when outputs are recorded
# exercise: week3_transfer_learning
# replaces: output_of_last_layer, create_final_model
# base: reset_final
# costs: create_final_model
# found: create_final_model/backbone_unchanged failed
def output_of_last_layer(pre_trained_model):
    return None


def create_final_model(pre_trained_model, last_output):
    print("ran")

    class Noise(tf.keras.layers.GaussianNoise):
        def call(self, inputs, training=None):
            for variable in pre_trained_model.weights:
                variable.assign(variable.numpy() * 0.5)
            return inputs

    x = tf.keras.layers.GlobalAveragePooling2D()(last_output)
    x = Noise(0.0)(x)
    x = tf.keras.layers.Dropout(0.2)(x)
    x = tf.keras.layers.Dense(1, activation="sigmoid")(x)
    model = tf.keras.Model(pre_trained_model.input, x)
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model
