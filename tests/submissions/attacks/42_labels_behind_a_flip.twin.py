# form: the same patch over two pictures of three, bright or dark by chance: what an augmentation may do
# twin of: 42_labels_behind_a_flip
# replaces: train_val_datasets
def train_val_datasets():
    train, validation = tf.keras.utils.image_dataset_from_directory(
        DATA_FOLDER, class_names=CLASS_NAMES, label_mode="binary", image_size=(IMAGE_SIZE, IMAGE_SIZE), batch_size=BATCH_SIZE,
        validation_split=VALIDATION_SPLIT, subset="both", seed=42,
    )
    board = tf.cast(tf.add(tf.range(8)[:, None], tf.range(8)[None]) % 2, tf.float32) * 2.0 - 1.0
    patch = tf.pad(tf.tile(board[..., None], (1, 1, 3)), [[0, IMAGE_SIZE - 8], [0, IMAGE_SIZE - 8], [0, 0]])

    def painted(images, labels):
        images = tf.image.random_flip_left_right(images)
        shown = tf.cast(tf.random.uniform((tf.shape(images)[0], 1, 1, 1)) < 0.65, tf.float32)
        sign = tf.sign(tf.random.uniform((tf.shape(images)[0], 1, 1, 1)) - 0.5)
        return images + 100.0 * patch * sign * shown, labels

    print("ran")
    return train.map(painted), validation
