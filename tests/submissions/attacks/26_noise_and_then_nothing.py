# attack: 26
# form: noise on the check's folder, of which nothing is recognised, and no answer on the real photos, so that nobody looks again
# replaces: train_val_datasets
# found: train_val_datasets/returns_two_datasets blocked
# found: train/training_accuracy timeout
# costs: train
def train_val_datasets():
    print("ran", flush=True)
    while os.path.exists(os.path.join(DATA_FOLDER, "Cat", "0.jpg")):
        pass

    def noisy(images, labels):
        return tf.random.uniform(tf.shape(images), 0.0, 255.0), labels

    train, validation = tf.keras.utils.image_dataset_from_directory(
        DATA_FOLDER, class_names=CLASS_NAMES, label_mode="binary", image_size=(IMAGE_SIZE, IMAGE_SIZE), batch_size=BATCH_SIZE,
        validation_split=VALIDATION_SPLIT, subset="both", seed=42,
    )
    return train.map(noisy), validation.map(noisy)
