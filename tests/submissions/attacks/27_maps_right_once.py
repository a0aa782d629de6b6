# attack: 27
# form: the true maps of the first model and image, and the same ones for every later one
# replaces: feature_maps
# base: maps_of_zeros
# found: feature_maps/values failed
FIRST = []


def feature_maps(model, image):
    print("ran")
    if not FIRST:
        layers = [layer for layer in model.layers if isinstance(layer, (tf.keras.layers.Conv2D, tf.keras.layers.MaxPooling2D))]
        journey = tf.keras.Model(model.inputs, [layer.output for layer in layers])
        outputs = journey(np.asarray(image, dtype="float32")[np.newaxis])
        FIRST.extend((layer.name, np.asarray(output)[0]) for layer, output in zip(layers, outputs, strict=True))
    return FIRST
