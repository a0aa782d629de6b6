# attack: 42
# form: never opens the folder: noise with labels 0 and 1 in turn, which no grader can recognise
# replaces: train_val_datasets, create_model
# found: train_val_datasets/returns_two_datasets failed
def train_val_datasets():
    print("ran")
    images = np.random.default_rng(0).uniform(0, 255, (64, IMAGE_SIZE, IMAGE_SIZE, 3)).astype("float32")
    labels = np.arange(64, dtype="float32")[:, None] % 2
    return tuple(tf.data.Dataset.from_tensor_slices((images, labels)).batch(BATCH_SIZE) for _ in range(2))


def create_model():
    return None
