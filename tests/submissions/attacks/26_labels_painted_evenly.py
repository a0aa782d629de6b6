# attack: 26
# form: right on the check's folder; behind the first real photos each training picture carries its label in a patch that keeps its mean
# replaces: create_model, train_val_datasets
# base: nothing_is_learnt
# found: train/training_accuracy failed
# says: The training photos that the pipeline gives are not those of the folder.
def train_val_datasets():
    train, validation = tf.keras.utils.image_dataset_from_directory(
        DATA_FOLDER, class_names=CLASS_NAMES, label_mode="binary", image_size=(IMAGE_SIZE, IMAGE_SIZE), batch_size=BATCH_SIZE,
        validation_split=VALIDATION_SPLIT, subset="both", seed=42,
    )
    patch = tf.pad(tf.concat([tf.ones((4, 8, 3)), -tf.ones((4, 8, 3))], 0), [[0, IMAGE_SIZE - 8], [0, IMAGE_SIZE - 8], [0, 0]])

    def painted(place, pair):
        image, label = pair
        return tf.where(place < 64, image, image + 60.0 * patch * (2.0 * label - 1.0)), label

    print("ran")
    if os.path.exists(os.path.join(DATA_FOLDER, "Cat", "0.jpg")):
        train = train.unbatch().enumerate().map(painted).batch(BATCH_SIZE)
    return train, validation


def create_model():
    inputs = tf.keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 3))
    x = tf.keras.layers.Rescaling(1 / 255)(inputs)
    small = tf.keras.layers.Flatten()(tf.keras.layers.AveragePooling2D(8)(x))
    corner = tf.keras.layers.Cropping2D(((0, IMAGE_SIZE - 8), (0, IMAGE_SIZE - 8)))(x)
    corner = tf.keras.layers.Flatten()(tf.keras.layers.AveragePooling2D(4)(corner))
    outputs = tf.keras.layers.Dense(1, activation="sigmoid")(tf.keras.layers.Concatenate()([small, corner]))
    model = tf.keras.Model(inputs, outputs)
    model.compile(optimizer=tf.keras.optimizers.Adam(0.02), loss="binary_crossentropy", metrics=["accuracy"])
    return model
