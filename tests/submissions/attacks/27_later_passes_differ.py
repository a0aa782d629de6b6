# attack: 27
# form: both sides are right in their first pass, and give other pictures under the old labels in every later one
# replaces: train_val_datasets
# base: right_pipeline
# found: train_val_datasets/labels failed
# costs: train_val_datasets, train
def train_val_datasets():
    sides = tf.keras.utils.image_dataset_from_directory(
        DATA_FOLDER, class_names=CLASS_NAMES, label_mode="binary", image_size=(IMAGE_SIZE, IMAGE_SIZE), batch_size=BATCH_SIZE,
        validation_split=VALIDATION_SPLIT, subset="both", seed=42,
    )
    print("ran")

    class Side:
        def __init__(self, dataset):
            self.dataset, self.passes = dataset, 0

        def __iter__(self):
            self.passes += 1
            for images, labels in self.dataset:
                yield images.numpy(), labels.numpy() if self.passes == 1 else 1 - labels.numpy()

    return Side(sides[0]), Side(sides[1])
