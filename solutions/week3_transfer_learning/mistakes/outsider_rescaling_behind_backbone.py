# mistake: the data sets give 0 to 255 and the final model preprocesses last_output instead of the pixels
# fails: create_final_model/preprocessing, train/unseen_accuracy
# fix_first: create_final_model/preprocessing
import numpy as np
import tensorflow as tf

TRAIN_FOLDER = "./data/train"
VALIDATION_FOLDER = "./data/validation"
LOCAL_WEIGHTS_FILE = "./data/mobilenet_v2_0.35_96_no_top.weights.h5"
CLASS_NAMES = ["horses", "humans"]
IMAGE_SIZE = 96  # params: 96=image_size
BATCH_SIZE = 32  # params: 32=batch_size
BACKBONE_ALPHA = 0.35
LAST_LAYER = "block_13_expand_relu"

L = tf.keras.layers


def train_val_datasets():
    """Raw pixels from 0 to 255, the final model preprocesses them."""

    def read(folder, shuffle):
        return tf.keras.utils.image_dataset_from_directory(
            folder,
            labels="inferred",
            label_mode="binary",
            image_size=(IMAGE_SIZE, IMAGE_SIZE),
            batch_size=BATCH_SIZE,
            shuffle=shuffle,
        )

    return read(TRAIN_FOLDER, True), read(VALIDATION_FOLDER, False)


def create_pre_trained_model():
    pre_trained_model = tf.keras.applications.MobileNetV2(
        input_shape=(IMAGE_SIZE, IMAGE_SIZE, 3),
        alpha=BACKBONE_ALPHA,
        include_top=False,
        weights=None,
    )
    pre_trained_model.load_weights(LOCAL_WEIGHTS_FILE)
    pre_trained_model.trainable = False
    return pre_trained_model


def output_of_last_layer(pre_trained_model):
    last_layer = pre_trained_model.get_layer(LAST_LAYER)
    return last_layer.output


def create_final_model(pre_trained_model, last_output):
    # same as preprocess_input
    x = L.Rescaling(1.0 / 127.5, offset=-1.0)(last_output)
    x = L.Flatten()(x)
    x = L.Dense(256, activation="relu")(x)
    x = L.Dropout(0.3)(x)
    x = L.Dense(1, activation="sigmoid")(x)

    model = tf.keras.Model(pre_trained_model.input, x)
    model.compile(
        optimizer=tf.keras.optimizers.RMSprop(learning_rate=0.001),
        loss=tf.keras.losses.BinaryCrossentropy(),
        metrics=["accuracy"],
    )
    return model


def extract_features(pre_trained_model, dataset):
    # the images of this data set are in the backbone's range already
    features = []
    targets = []
    for images, labels in dataset.as_numpy_iterator():
        maps = pre_trained_model.predict_on_batch(images)
        features.extend(maps.mean(axis=(1, 2)))
        targets.extend(labels)
    return np.array(features), np.array(targets)


def fine_tune(model, n_layers):
    names = [layer.name for layer in model.layers]
    n_backbone = names.index(LAST_LAYER) + 1

    for layer in model.layers[:n_backbone]:
        layer.trainable = False
    for layer in model.layers[n_backbone - n_layers : n_backbone]:
        layer.trainable = not isinstance(layer, L.BatchNormalization)

    model.compile(
        optimizer=tf.keras.optimizers.RMSprop(learning_rate=float(model.optimizer.learning_rate) / 10),
        loss=model.loss,
        metrics=["accuracy"],
    )
    return model
