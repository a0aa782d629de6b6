# attack: 31
# form: a list in a list, 10,000 deep, where an array is due
# replaces: feature_maps
# found: feature_maps/returns_pairs student_error
# says: number of dimension
def feature_maps(model, image):
    print("ran")
    nested = []
    for _ in range(10_000):
        nested = [nested]
    return [(layer.name, nested) for layer in model.layers]
