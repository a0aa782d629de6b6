# attack: 31
# form: an array with a side of 2**40 and none in it, 32 axes, a scalar, and a structured dtype behind `__array__`
# replaces: feature_maps
# found: feature_maps/returns_pairs failed
def feature_maps(model, image):
    print("ran")

    class Odd:
        def __array__(self, dtype=None, copy=None):
            return np.zeros(3, dtype=[("a", "f4"), ("b", "O")])

    odd = [np.empty((2**40, 0)), np.empty((1,) * 32), np.float32(1), np.zeros(3, "c16"), Odd()]
    return [(layer.name, array) for layer, array in zip(model.layers, odd)]
