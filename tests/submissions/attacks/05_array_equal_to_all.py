# attack: 5
# form: a subclass of ndarray whose ufuncs and comparisons answer True, and whose shape is whatever is asked for
# replaces: feature_maps
# base: maps_of_zeros
# found: feature_maps/layers_in_order passed
# found: feature_maps/values failed
# says: differ from what the layer puts out
class Flattering(np.ndarray):
    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return True

    def __array_function__(self, function, types, args, kwargs):
        return True

    def __eq__(self, other):
        return True

    def __array__(self, dtype=None, copy=None):
        return self

    def astype(self, *args, **kwargs):
        return self


def feature_maps(model, image):
    print("ran")
    layers = [layer for layer in model.layers if "Conv2D" in type(layer).__name__ or "Pooling" in type(layer).__name__]
    return [(layer.name, np.zeros(layer.output.shape[1:], dtype="float32").view(Flattering)) for layer in layers]
