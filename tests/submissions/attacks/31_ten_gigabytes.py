# attack: 31
# form: an array of 10 GB that takes four bytes here, because its strides are zero
# replaces: feature_maps
# base: zero_maps
# costs: feature_maps
# found: feature_maps/returns_pairs failed
# says: MiB
def feature_maps(model, image):
    print("ran")
    return [(layer.name, np.broadcast_to(np.float32(0), (2500, 1000, 1000))) for layer in model.layers]
