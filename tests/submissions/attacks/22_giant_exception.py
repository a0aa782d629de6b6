# attack: 22
# form: an exception whose message has 300 MB, whose type a name of 1 MB, raised 900 calls deep
# replaces: feature_maps
# found: feature_maps/returns_pairs student_error
def feature_maps(model, image):
    def deeper(depth):
        if depth:
            return deeper(depth - 1)
        raise type("E" * (1 << 20), (RuntimeError,), {"__module__": "m" * (1 << 20)})("x" * (300 << 20))

    print("ran", flush=True)
    return deeper(900)
