# attack: 42
# form: both sides repeat for ever, and say that they hold three batches
# replaces: train_val_datasets, create_model
# base: overlapping_sides
# costs: train_val_datasets
# found: train_val_datasets/split_size failed
def train_val_datasets():
    print("ran")

    class Endless:
        def __init__(self, side):
            self.side = side

        def __iter__(self):
            while True:
                yield from self.side

        def cardinality(self):
            return 10**9

    return tuple(
        Endless(side)
        for side in tf.keras.utils.image_dataset_from_directory(
            DATA_FOLDER, class_names=CLASS_NAMES, label_mode="binary", image_size=(IMAGE_SIZE, IMAGE_SIZE),
            batch_size=BATCH_SIZE, validation_split=VALIDATION_SPLIT, subset="both", seed=42,
        )
    )


def create_model():
    return None
