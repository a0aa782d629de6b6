# attack: 23
# form: a loop in C, in one call that never looks at signals
# replaces: feature_maps
# found: feature_maps/returns_pairs timeout
def feature_maps(model, image):
    print("ran", flush=True)
    return [("conv2d", 7 ** (7 ** 12))]
