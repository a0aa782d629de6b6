# mistake: the backbone is there and multiplied by 0; a small network from scratch answers
# fails: create_final_model/built_on_cut
# fix_first: create_final_model/built_on_cut
import numpy as np
import tensorflow as tf

TRAIN_FOLDER = "./data/train"  # param: train_folder
VALIDATION_FOLDER = "./data/validation"  # param: validation_folder
LOCAL_WEIGHTS_FILE = "./data/mobilenet_v2_0.35_96_no_top.weights.h5"  # param: weights_file
CLASS_NAMES = ["horses", "humans"]  # param: class_names
IMAGE_SIZE = 96  # param: image_size
BATCH_SIZE = 32  # param: batch_size
BACKBONE_ALPHA = 0.35  # param: backbone_alpha
LAST_LAYER = "block_13_expand_relu"  # param: last_layer


def train_val_datasets():
    train_dataset, validation_dataset = (
        tf.keras.utils.image_dataset_from_directory(
            folder,
            class_names=CLASS_NAMES,
            label_mode="binary",
            image_size=(IMAGE_SIZE, IMAGE_SIZE),
            batch_size=BATCH_SIZE,
            seed=42,
        ).map(lambda images, labels: (tf.keras.applications.mobilenet_v2.preprocess_input(images), labels))
        for folder in (TRAIN_FOLDER, VALIDATION_FOLDER)
    )
    return train_dataset, validation_dataset


def create_pre_trained_model():
    pre_trained_model = tf.keras.applications.MobileNetV2(
        input_shape=(IMAGE_SIZE, IMAGE_SIZE, 3), alpha=BACKBONE_ALPHA, include_top=False, weights=None
    )
    pre_trained_model.load_weights(LOCAL_WEIGHTS_FILE)
    pre_trained_model.trainable = False
    return pre_trained_model


def output_of_last_layer(pre_trained_model):
    return pre_trained_model.get_layer(LAST_LAYER).output


def create_final_model(pre_trained_model, last_output):
    # What the backbone sees, times 0.
    nothing = tf.keras.layers.GlobalAveragePooling2D()(last_output)
    nothing = tf.keras.layers.Rescaling(0.0)(nothing)
    # A network of last month, from the pixels on.
    x = pre_trained_model.input
    for filters in (16, 32, 64):
        x = tf.keras.layers.Conv2D(filters, 3, activation="relu")(x)
        x = tf.keras.layers.MaxPooling2D()(x)
    x = tf.keras.layers.Flatten()(x)
    x = tf.keras.layers.Concatenate()([x, nothing])
    x = tf.keras.layers.Dense(64, activation="relu")(x)
    x = tf.keras.layers.Dropout(0.1)(x)
    x = tf.keras.layers.Dense(1, activation="sigmoid")(x)
    model = tf.keras.Model(pre_trained_model.input, x)
    model.compile(optimizer=tf.keras.optimizers.Adam(1e-3), loss="binary_crossentropy", metrics=["accuracy"])
    return model


def extract_features(pre_trained_model, dataset):
    features, labels = [], []
    for batch_images, batch_labels in dataset:
        maps = np.asarray(pre_trained_model(batch_images, training=False))
        features.append(maps.mean(axis=(1, 2)))
        labels.append(np.asarray(batch_labels))
    return np.concatenate(features), np.concatenate(labels)


def fine_tune(model, n_layers):
    end = [layer.name for layer in model.layers].index(LAST_LAYER) + 1
    for number, layer in enumerate(model.layers[:end]):
        opened = number >= end - n_layers
        layer.trainable = opened and not isinstance(layer, tf.keras.layers.BatchNormalization)
    rate = float(model.optimizer.learning_rate) / 10
    model.compile(optimizer=tf.keras.optimizers.SGD(rate), loss="binary_crossentropy", metrics=["accuracy"])
    return model
