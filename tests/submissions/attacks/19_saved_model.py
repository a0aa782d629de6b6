# attack: 19
# form: a TFSMLayer that loads a SavedModel, with its file operations, from a folder of the student's
# replaces: create_model
# found: create_model/compiled failed
# says: saved models are not loaded
def create_model():
    class Reads(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec((None, 64, 64, 3))])
        def serve(self, x):
            tf.io.write_file("/tmp/atk-saved-model", tf.io.read_file("/etc/passwd"))
            return tf.reduce_mean(x, axis=[1, 2, 3])[:, None]

    print("ran")
    tf.saved_model.save(Reads(), "/tmp/saved", signatures=None)
    layer = tf.keras.layers.TFSMLayer("/tmp/saved", call_endpoint="serve")
    inputs = tf.keras.Input((64, 64, 3))
    model = tf.keras.Model(inputs, layer(inputs))
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model
