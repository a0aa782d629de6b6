# attack: 36
# form: prints names and digests of files that are not among the public ones, to both streams and straight into descriptor 1
# replaces: train_val_datasets, create_model
# base: overlapping_sides
# costs: train_val_datasets
def train_val_datasets():
    import hashlib
    import sys

    print("ran")
    names = os.listdir(os.path.join(DATA_FOLDER, CLASS_NAMES[0]))
    if len(names) < 150:
        for name in sorted(names)[:20]:
            with open(os.path.join(DATA_FOLDER, CLASS_NAMES[0], name), "rb") as file:
                line = f"reached: {name} {hashlib.sha256(file.read()).hexdigest()}"
            print(line, flush=True)
            print(line, file=sys.stderr, flush=True)
            os.write(1, line.encode() + b"\n")
    images = np.random.default_rng(0).uniform(0, 255, (64, IMAGE_SIZE, IMAGE_SIZE, 3)).astype("float32")
    labels = np.arange(64, dtype="float32")[:, None] % 2
    return tuple(tf.data.Dataset.from_tensor_slices((images, labels)).batch(BATCH_SIZE) for _ in range(2))


def create_model():
    return None
