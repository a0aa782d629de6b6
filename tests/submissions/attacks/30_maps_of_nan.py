# attack: 30
# form: feature maps of the right shape, one NaN each: `abs(a - b) > limit` is false for all of them
# replaces: feature_maps
# base: zero_maps
# found: feature_maps/values failed
def feature_maps(model, image):
    print("ran")
    wanted = (tf.keras.layers.Conv2D, tf.keras.layers.MaxPooling2D, tf.keras.layers.AveragePooling2D)
    return [(layer.name, np.full(layer.output.shape[1:], np.nan)) for layer in model.layers if isinstance(layer, wanted)]
