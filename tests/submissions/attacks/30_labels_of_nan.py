# attack: 30
# form: labels of NaN and pictures of infinity from the real folder; the probe folder gets clean ones
# replaces: train_val_datasets, create_model
# base: overlapping_sides
# costs: train_val_datasets
def train_val_datasets():
    print("ran")
    public = len(os.listdir(os.path.join(DATA_FOLDER, CLASS_NAMES[0]))) > 150
    images = np.random.default_rng(0).uniform(0, 255, (64, IMAGE_SIZE, IMAGE_SIZE, 3)).astype("float32")
    labels = np.arange(64, dtype="float32")[:, None] % 2
    if public:
        images[3], labels[5] = np.inf, np.nan
    side = tf.data.Dataset.from_tensor_slices((images, labels)).batch(BATCH_SIZE)
    return side, side


def create_model():
    return None
