# mistake: only the convolutions are frozen, the BatchNormalization layers stay trainable
# fails: create_pre_trained_model/frozen, train/backbone_identical
# may_fail: train/unseen_accuracy
# fix_first: create_pre_trained_model/frozen
import keras
import numpy as np
from keras.layers import BatchNormalization, Conv2D, Dense, DepthwiseConv2D, Dropout, GlobalMaxPooling2D

TRAIN_FOLDER = "./data/train"
VALIDATION_FOLDER = "./data/validation"
LOCAL_WEIGHTS_FILE = "./data/mobilenet_v2_0.35_96_no_top.weights.h5"
CLASS_NAMES = ["horses", "humans"]
IMAGE_SIZE = 96  # params: 96=image_size
BATCH_SIZE = 32  # params: 32=batch_size
BACKBONE_ALPHA = 0.35
LAST_LAYER = "block_13_expand_relu"


def preprocess(images, labels):
    return keras.applications.mobilenet_v2.preprocess_input(images), labels


def make_dataset(folder, shuffle):
    ds = keras.utils.image_dataset_from_directory(
        folder,
        label_mode="binary",
        image_size=(IMAGE_SIZE, IMAGE_SIZE),
        batch_size=BATCH_SIZE,
        shuffle=shuffle,
        seed=1,
    )
    return ds.map(preprocess)


def train_val_datasets():
    return make_dataset(TRAIN_FOLDER, True), make_dataset(VALIDATION_FOLDER, False)


def freeze(model):
    """Lock every layer that has filters."""
    for layer in model.layers:
        if isinstance(layer, (Conv2D, DepthwiseConv2D)):
            layer.trainable = False
    return model


def create_pre_trained_model():
    model = keras.applications.MobileNetV2(
        input_shape=(IMAGE_SIZE, IMAGE_SIZE, 3),
        alpha=BACKBONE_ALPHA,
        include_top=False,
        weights=None,
    )
    model.load_weights(LOCAL_WEIGHTS_FILE)
    return freeze(model)


def output_of_last_layer(pre_trained_model):
    for layer in pre_trained_model.layers:
        if layer.name == LAST_LAYER:
            return layer.output


def create_final_model(pre_trained_model, last_output):
    x = GlobalMaxPooling2D()(last_output)
    x = Dropout(0.2)(x)
    x = Dense(32, activation="relu")(x)
    x = Dense(1, activation="sigmoid")(x)
    model = keras.Model(pre_trained_model.input, x)
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="binary_crossentropy", metrics=["accuracy"])
    return model


def extract_features(pre_trained_model, dataset):
    rows, labels = [], []
    for batch, answer in dataset:
        maps = np.array(pre_trained_model(batch, training=False))
        for picture, label in zip(maps, np.array(answer)):
            rows.append(picture.ravel())
            labels.append(label)
    return np.array(rows), np.array(labels)


def fine_tune(model, n_layers):
    names = [layer.name for layer in model.layers]
    stop = names.index(LAST_LAYER) + 1
    start = stop - n_layers
    for number, layer in enumerate(model.layers):
        if number < start:
            layer.trainable = False
        elif number < stop:
            layer.trainable = not isinstance(layer, BatchNormalization)
    optimizer = keras.optimizers.Adam(learning_rate=float(model.optimizer.learning_rate) / 10)
    model.compile(optimizer=optimizer, loss=model.loss, metrics=["accuracy"])
    return model


if __name__ == "__main__":
    train, val = train_val_datasets()
    backbone = create_pre_trained_model()
    final = create_final_model(backbone, output_of_last_layer(backbone))
    final.summary()
    final.fit(train, epochs=10, validation_data=val)
