# alternate: keras 3 namespace, functools.partial, one-hot labels with two softmax units, layers frozen one by one, average and max pooling joined, maps as features, compile_from_config in fine_tune
from functools import partial

import keras
import numpy as np
from keras import layers
from keras.applications import mobilenet_v2

# %%
TRAIN_FOLDER = "./data/train"
VALIDATION_FOLDER = "./data/validation"
LOCAL_WEIGHTS_FILE = "./data/mobilenet_v2_0.35_96_no_top.weights.h5"
CLASS_NAMES = ["horses", "humans"]

# %%
IMAGE_SIZE = 96  # params: 96=image_size
BATCH_SIZE = 32  # params: 32=batch_size

load_folder = partial(
    keras.utils.image_dataset_from_directory,
    labels="inferred",
    label_mode="categorical",
    class_names=CLASS_NAMES,
    image_size=(IMAGE_SIZE, IMAGE_SIZE),
    batch_size=BATCH_SIZE,
    interpolation="bilinear",
)


def in_range(images, labels):
    return mobilenet_v2.preprocess_input(images), labels


def train_val_datasets():
    train = load_folder(TRAIN_FOLDER, shuffle=True, seed=42)
    val = load_folder(VALIDATION_FOLDER, shuffle=False)
    return train.map(in_range).prefetch(2), val.map(in_range).cache().prefetch(2)


# %%
BACKBONE_ALPHA = 0.35

build_backbone = partial(
    mobilenet_v2.MobileNetV2,
    input_shape=(IMAGE_SIZE, IMAGE_SIZE, 3),
    alpha=BACKBONE_ALPHA,
    include_top=False,
    weights=None,
    pooling=None,
)


def create_pre_trained_model():
    backbone = build_backbone()
    backbone.load_weights(LOCAL_WEIGHTS_FILE)
    for layer in backbone.layers:
        layer.trainable = False
    assert not backbone.trainable_weights
    return backbone


# %%
LAST_LAYER = "block_13_expand_relu"


def output_of_last_layer(pre_trained_model):
    return next(filter(lambda layer: layer.name == LAST_LAYER, pre_trained_model.layers)).output


# %%
def create_final_model(pre_trained_model, last_output):
    average = layers.GlobalAveragePooling2D()(last_output)
    largest = layers.GlobalMaxPooling2D()(last_output)
    x = layers.Concatenate()([average, largest])
    x = layers.Dropout(0.25)(x)
    x = layers.Dense(48, activation="gelu")(x)
    x = layers.Dropout(0.25)(x)
    outputs = layers.Dense(2, activation="softmax")(x)

    model = keras.Model(pre_trained_model.input, outputs, name="horse_or_human")
    model.compile(
        optimizer=keras.optimizers.Nadam(learning_rate=1e-3),
        loss=keras.losses.CategoricalCrossentropy(),
        metrics=[keras.metrics.CategoricalAccuracy(name="accuracy")],
    )
    return model


# %%
def extract_features(pre_trained_model, dataset):
    pairs = [
        (keras.ops.convert_to_numpy(pre_trained_model(images, training=False)), np.asarray(labels))
        for images, labels in dataset
    ]
    features, labels = zip(*pairs)
    return np.concatenate(features, axis=0), np.concatenate(labels, axis=0)


# %%
def fine_tune(model, n_layers):
    last = model.layers.index(model.get_layer(LAST_LAYER))
    backbone = model.layers[: last + 1]
    frozen, opened = backbone[: len(backbone) - n_layers], backbone[len(backbone) - n_layers :]
    for layer in frozen:
        layer.trainable = False
    for layer in opened:
        layer.trainable = not isinstance(layer, layers.BatchNormalization)

    config = model.get_compile_config()
    config["optimizer"]["config"]["learning_rate"] = 0.1 * float(model.optimizer.learning_rate)
    model.compile_from_config(config)
    return model


# %%
def main():
    train, val = train_val_datasets()
    backbone = create_pre_trained_model()
    model = create_final_model(backbone, output_of_last_layer(backbone))
    model.fit(train, validation_data=val, epochs=10)
    fine_tune(model, 30).fit(train, validation_data=val, epochs=2)


if __name__ == "__main__":
    main()
