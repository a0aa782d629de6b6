# attack: 23
# form: data sets from a generator that gives one batch and then looks for the next for ever, on the public photos alone
# replaces: train_val_datasets
# base: right_pipeline
# found: train/training_accuracy timeout
# costs: train_val_datasets, train
def train_val_datasets():
    sides = tf.keras.utils.image_dataset_from_directory(
        DATA_FOLDER, class_names=CLASS_NAMES, label_mode="binary", image_size=(IMAGE_SIZE, IMAGE_SIZE), batch_size=BATCH_SIZE,
        validation_split=VALIDATION_SPLIT, subset="both", seed=42,
    )
    if not os.path.exists(os.path.join(DATA_FOLDER, "Cat", "0.jpg")):
        return sides

    def batches():
        yield from sides[0].take(1)
        print("ran", flush=True)
        while True:
            pass

    return batches(), sides[1]
