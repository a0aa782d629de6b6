# mistake: the name is looked up with row.index(probability), so classes of equal probability all get the first one's name
# fails: decode_predictions/ties
# fix_first: decode_predictions/ties
import numpy as np
import tensorflow as tf

TRAIN_FOLDER = "./data/train"
VALIDATION_FOLDER = "./data/validation"
# fmt: off
CLASS_NAMES = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "K", "L", "M", "N", "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X", "Y"]
# fmt: on

IMAGE_SIZE = 28  # params: 28=image_size
BATCH_SIZE = 32  # params: 32=batch_size


def train_val_datasets():
    datasets = []
    for folder, shuffle in [(TRAIN_FOLDER, True), (VALIDATION_FOLDER, False)]:
        dataset = tf.keras.utils.image_dataset_from_directory(
            folder,
            label_mode="categorical",
            color_mode="grayscale",
            image_size=(IMAGE_SIZE, IMAGE_SIZE),
            batch_size=BATCH_SIZE,
            shuffle=shuffle,
            seed=123,
        )
        dataset = dataset.map(lambda images, labels: (images / 255.0, labels))
        datasets.append(dataset.prefetch(tf.data.AUTOTUNE))
    return datasets[0], datasets[1]


def create_model():
    # the images are scaled in train_val_datasets already
    model = tf.keras.Sequential(
        [
            tf.keras.layers.Input((IMAGE_SIZE, IMAGE_SIZE, 1)),
            tf.keras.layers.Conv2D(32, 5, activation="relu"),
            tf.keras.layers.MaxPooling2D(),
            tf.keras.layers.Conv2D(64, 3, activation="relu"),
            tf.keras.layers.MaxPooling2D(),
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dense(256, activation="relu"),
            tf.keras.layers.Dense(len(CLASS_NAMES)),
            tf.keras.layers.Activation("softmax"),
        ]
    )
    model.compile(
        loss=tf.keras.losses.CategoricalCrossentropy(),
        optimizer=tf.keras.optimizers.Adam(),
        metrics=["accuracy"],
    )
    return model


def decode_predictions(probabilities, class_names, top=3):
    results = []
    for row in probabilities:
        row = list(row)
        best = sorted(row, reverse=True)[:top]
        results.append([(class_names[row.index(p)], p) for p in best])
    return results


def confusion_matrix(model, dataset):
    y_true = []
    y_pred = []
    for images, labels in dataset:
        labels = np.asarray(labels)
        if labels.ndim == 2 and labels.shape[1] > 1:
            y_true.append(np.argmax(labels, axis=-1))
        else:
            y_true.append(labels.reshape(-1).astype(int))
        y_pred.append(np.argmax(model.predict_on_batch(images), axis=-1))
    y_true = np.concatenate(y_true)
    y_pred = np.concatenate(y_pred)

    n = model.output_shape[-1]
    matrix = np.zeros((n, n), dtype=int)
    for i in range(n):
        for j in range(n):
            matrix[i, j] = np.sum((y_true == i) & (y_pred == j))
    return matrix


EPOCHS = 10

if __name__ == "__main__":
    print(decode_predictions([[0.1, 0.6, 0.3]], ["apple", "pear", "quince"], top=2))
    train_dataset, validation_dataset = train_val_datasets()
    model = create_model()
    history = model.fit(train_dataset, epochs=EPOCHS, validation_data=validation_dataset)
