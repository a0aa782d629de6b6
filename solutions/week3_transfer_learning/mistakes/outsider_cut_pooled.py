# mistake: output_of_last_layer averages the maps of the right layer before it returns them
# fails: output_of_last_layer/right_layer
# fix_first: output_of_last_layer/right_layer
import numpy as np
import tensorflow as tf
from tensorflow.keras import layers, models, optimizers
from tensorflow.keras.applications import mobilenet_v2
from tensorflow.keras.utils import image_dataset_from_directory

TRAIN_FOLDER = "./data/train"
VALIDATION_FOLDER = "./data/validation"
LOCAL_WEIGHTS_FILE = "./data/mobilenet_v2_0.35_96_no_top.weights.h5"
CLASS_NAMES = ["horses", "humans"]
IMAGE_SIZE = 96  # params: 96=image_size
BATCH_SIZE = 32  # params: 32=batch_size
BACKBONE_ALPHA = 0.35
LAST_LAYER = "block_13_expand_relu"
AUTOTUNE = tf.data.AUTOTUNE


def train_val_datasets():
    options = {"label_mode": "binary", "image_size": (IMAGE_SIZE, IMAGE_SIZE), "batch_size": BATCH_SIZE}
    training = image_dataset_from_directory(TRAIN_FOLDER, shuffle=True, **options)
    validation = image_dataset_from_directory(VALIDATION_FOLDER, shuffle=False, **options)

    rescale = layers.Rescaling(1 / 127.5, offset=-1)
    training = training.map(lambda image, label: (rescale(image), label), num_parallel_calls=AUTOTUNE)
    validation = validation.map(lambda image, label: (rescale(image), label), num_parallel_calls=AUTOTUNE)
    return training.prefetch(AUTOTUNE), validation.prefetch(AUTOTUNE)


def create_pre_trained_model():
    backbone = mobilenet_v2.MobileNetV2(
        input_shape=(IMAGE_SIZE, IMAGE_SIZE, 3), alpha=BACKBONE_ALPHA, include_top=False, weights=None
    )
    backbone.load_weights(LOCAL_WEIGHTS_FILE)
    backbone.trainable = False
    return backbone


def output_of_last_layer(pre_trained_model):
    last_layer = pre_trained_model.get_layer(LAST_LAYER)
    last_output = layers.GlobalAveragePooling2D(name="cut")(last_layer.output)
    return last_output


def create_final_model(pre_trained_model, last_output):
    x = layers.Flatten()(last_output)
    for units in (128, 32):
        x = layers.Dense(units, activation="relu")(x)
        x = layers.Dropout(0.2)(x)
    x = layers.Dense(1, activation="sigmoid")(x)
    model = models.Model(pre_trained_model.input, x)
    model.compile(optimizer=optimizers.Adam(5e-4), loss="binary_crossentropy", metrics=["accuracy"])
    return model


def extract_features(pre_trained_model, dataset):
    pool = layers.GlobalAveragePooling2D()
    features, labels = [], []
    for x, y in dataset:
        features.append(pool(pre_trained_model(x, training=False)).numpy())
        labels.append(y.numpy())
    return np.vstack(features), np.concatenate(labels)


def fine_tune(model, n_layers):
    cut = next(i for i, layer in enumerate(model.layers) if layer.name == LAST_LAYER)
    backbone = model.layers[: cut + 1]
    to_open = backbone[-n_layers:]
    for layer in backbone:
        layer.trainable = layer in to_open and not isinstance(layer, layers.BatchNormalization)
    model.compile(
        optimizer=optimizers.Adam(learning_rate=float(model.optimizer.learning_rate) / 10),
        loss=model.loss,
        metrics=["accuracy"],
    )
    return model


if __name__ == "__main__":
    train_ds, val_ds = train_val_datasets()
    base = create_pre_trained_model()
    model = create_final_model(base, output_of_last_layer(base))
    model.fit(train_ds, epochs=10, validation_data=val_ds)
    model = fine_tune(model, 30)
    model.fit(train_ds, epochs=2, validation_data=val_ds)
