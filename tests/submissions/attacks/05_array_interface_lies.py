# attack: 5
# form: an object that says, by NumPy's array interface, that its pixels lie where the process has no memory
# replaces: feature_maps
# found: feature_maps/returns_pairs student_error
# says: signal 11
class Elsewhere:
    shape = (64, 64, 4)
    __array_interface__ = {"version": 3, "shape": shape, "typestr": ">f4", "data": (4096, True)}


def feature_maps(model, image):
    print("ran")
    return [(layer.name, Elsewhere()) for layer in model.layers if "2D" in type(layer).__name__ or "2d" in layer.name]
