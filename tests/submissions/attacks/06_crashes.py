# attack: 6
# form: a crash in native code, as a broken library would have it
# replaces: feature_maps
# costs: feature_maps
# found: feature_maps/returns_pairs student_error
# says: ended by signal 11
def feature_maps(model, image):
    import ctypes

    print("ran", flush=True)
    ctypes.string_at(8)
