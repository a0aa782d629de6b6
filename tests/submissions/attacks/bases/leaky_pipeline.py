def train_val_datasets():
    common = {
        "class_names": CLASS_NAMES,
        "label_mode": "binary",
        "image_size": (IMAGE_SIZE, IMAGE_SIZE),
        "batch_size": BATCH_SIZE,
        "seed": 42,
    }
    make = tf.keras.utils.image_dataset_from_directory
    return make(DATA_FOLDER, **common), make(DATA_FOLDER, validation_split=VALIDATION_SPLIT, subset="validation", **common)
