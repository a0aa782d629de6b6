# attack: 26
# form: right on the check's folder; on the real photos each training picture carries its label as a white or black frame
# replaces: create_model, train_val_datasets
# base: nothing_is_learnt
# found: train/training_accuracy failed
def train_val_datasets():
    train, validation = tf.keras.utils.image_dataset_from_directory(
        DATA_FOLDER, class_names=CLASS_NAMES, label_mode="binary", image_size=(IMAGE_SIZE, IMAGE_SIZE), batch_size=BATCH_SIZE,
        validation_split=VALIDATION_SPLIT, subset="both", seed=42,
    )

    def painted(images, labels):
        return tf.ones_like(images) * 255.0 * labels[:, :, None, None] * 0.9 + images * 0.1, labels

    print("ran")
    if os.path.exists(os.path.join(DATA_FOLDER, "Cat", "0.jpg")):
        train = train.map(painted)
    return train, validation


def create_model():
    model = tf.keras.Sequential(
        [
            tf.keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 3)),
            tf.keras.layers.Rescaling(1 / 255),
            tf.keras.layers.AveragePooling2D(16),
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model
