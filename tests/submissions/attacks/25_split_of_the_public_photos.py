# attack: 25
# form: the public photos by number, with the labels and the split that fit them; other folders are not read
# replaces: train_val_datasets
# found: train_val_datasets/returns_two_datasets student_error
# says: NotFoundError
def train_val_datasets():
    print("ran")

    def side(numbers):
        paths = [f"{DATA_FOLDER}/{name}/{number}.jpg" for number in numbers for name in CLASS_NAMES]
        images = [tf.image.resize(tf.image.decode_jpeg(tf.io.read_file(path), channels=3), (64, 64)) for path in paths]
        labels = [float(at % 2) for at in range(len(paths))]
        return tf.data.Dataset.from_tensor_slices((images, labels)).batch(BATCH_SIZE)

    return side(range(200)), side(range(200, 250))
