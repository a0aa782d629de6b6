def train_val_datasets():
    everything = tf.keras.utils.image_dataset_from_directory(
        DATA_FOLDER, class_names=CLASS_NAMES, label_mode="binary", image_size=(IMAGE_SIZE, IMAGE_SIZE), batch_size=None, seed=42
    )
    images, labels = (np.stack(column) for column in zip(*((i.numpy(), t.numpy()) for i, t in everything)))
    held = int(VALIDATION_SPLIT * len(images))
    return tuple(
        tf.data.Dataset.from_tensor_slices((images[:n], labels[:n])).batch(BATCH_SIZE) for n in (len(images) - held, held)
    )


def create_model():
    return None
