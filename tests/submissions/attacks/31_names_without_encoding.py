# attack: 31
# form: half a surrogate pair as the name of a layer, a NUL and a name of a million characters
# replaces: feature_maps
# base: zero_maps
# costs: feature_maps
# found: feature_maps/values failed
def feature_maps(model, image):
    print("ran")
    return [("\udcff", np.zeros((2, 2, 2))), ("\0", np.zeros((2, 2, 2))), ("x" * 1_000_000, np.zeros((2, 2, 2)))]
