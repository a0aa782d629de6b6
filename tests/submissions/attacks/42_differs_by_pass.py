# attack: 42
# form: the split is clean in the first pass and overlaps in those that follow
# replaces: train_val_datasets, create_model
# base: overlapping_sides
# found: train_val_datasets/split_disjoint failed
# says: turn up on both sides
def train_val_datasets():
    print("ran")
    train, validation = tf.keras.utils.image_dataset_from_directory(
        DATA_FOLDER, class_names=CLASS_NAMES, label_mode="binary", image_size=(IMAGE_SIZE, IMAGE_SIZE),
        batch_size=BATCH_SIZE, validation_split=VALIDATION_SPLIT, subset="both", seed=42,
    )

    class ByPass:
        passes = 0

        def __iter__(self):
            self.passes += 1
            return iter(validation if self.passes == 1 else train.take(len(validation)))

        def __len__(self):
            return len(validation)

    return train, ByPass()


def create_model():
    return None
