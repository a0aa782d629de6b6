# attack: 31
# form: pictures of one pixel, half a channel's worth of them, in batches of one
# replaces: train_val_datasets
# base: right_pipeline
# costs: train_val_datasets, train
# found: train_val_datasets/image_shape failed
def train_val_datasets():
    print("ran")
    return tuple(
        side.map(lambda images, labels: (tf.image.resize(images, (1, 1))[..., :1], labels)).unbatch().batch(1)
        for side in tf.keras.utils.image_dataset_from_directory(
            DATA_FOLDER, label_mode="binary", image_size=(8, 8), validation_split=0.2, subset="both", seed=1
        )
    )
