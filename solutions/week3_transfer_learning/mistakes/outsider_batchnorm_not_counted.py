# mistake: fine_tune drops the BatchNormalization layers first and takes the last n of what remains
# fails: fine_tune/top_layers
# fix_first: fine_tune/top_layers
import keras
import numpy as np
from keras import layers, optimizers
from keras.applications.mobilenet_v2 import MobileNetV2, preprocess_input

TRAIN_FOLDER = "./data/train"
VALIDATION_FOLDER = "./data/validation"
LOCAL_WEIGHTS_FILE = "./data/mobilenet_v2_0.35_96_no_top.weights.h5"
CLASS_NAMES = ["horses", "humans"]
IMAGE_SIZE = 96  # params: 96=image_size
BATCH_SIZE = 32  # params: 32=batch_size
BACKBONE_ALPHA = 0.35
LAST_LAYER = "block_13_expand_relu"


def get_data(folder, shuffle=False):
    data = keras.utils.image_dataset_from_directory(
        folder,
        label_mode="categorical",
        class_names=CLASS_NAMES,
        image_size=(IMAGE_SIZE, IMAGE_SIZE),
        batch_size=BATCH_SIZE,
        shuffle=shuffle,
    )
    return data.map(lambda x, y: (preprocess_input(x), y))


def train_val_datasets():
    return get_data(TRAIN_FOLDER, shuffle=True), get_data(VALIDATION_FOLDER)


def create_pre_trained_model():
    net = MobileNetV2(
        input_shape=(IMAGE_SIZE, IMAGE_SIZE, 3), alpha=BACKBONE_ALPHA, include_top=False, weights=None
    )
    net.load_weights(LOCAL_WEIGHTS_FILE)
    net.trainable = False
    return net


def output_of_last_layer(pre_trained_model):
    return pre_trained_model.get_layer(LAST_LAYER).output


def create_final_model(pre_trained_model, last_output):
    x = layers.Flatten()(last_output)
    x = layers.Dropout(0.4)(x)
    x = layers.Dense(64, activation="relu")(x)
    x = layers.Dense(2, activation="softmax")(x)
    model = keras.Model(pre_trained_model.input, x)
    model.compile(
        optimizer=optimizers.Adam(learning_rate=4e-4), loss="categorical_crossentropy", metrics=["accuracy"]
    )
    return model


def extract_features(pre_trained_model, dataset):
    features = []
    labels = []
    for images, batch_labels in dataset:
        features.append(pre_trained_model.predict_on_batch(images))
        labels.append(np.array(batch_labels))
    features = np.concatenate(features)
    return features.reshape(len(features), -1), np.concatenate(labels)


def is_batch_norm(layer):
    return isinstance(layer, layers.BatchNormalization)


def fine_tune(model, n_layers):
    names = [layer.name for layer in model.layers]
    backbone = model.layers[: names.index(LAST_LAYER) + 1]

    for layer in backbone:
        layer.trainable = False

    candidates = [layer for layer in backbone if not is_batch_norm(layer)]
    for layer in candidates[-n_layers:]:
        layer.trainable = True

    lower_rate = float(model.optimizer.learning_rate) / 10
    model.compile(optimizer=optimizers.Adam(learning_rate=lower_rate), loss=model.loss, metrics=["accuracy"])
    return model


if __name__ == "__main__":
    train_dataset, validation_dataset = train_val_datasets()
    pre_trained_model = create_pre_trained_model()
    last_output = output_of_last_layer(pre_trained_model)
    model = create_final_model(pre_trained_model, last_output)
    history = model.fit(train_dataset, epochs=10, validation_data=validation_dataset)
    print("best:", max(history.history["val_accuracy"]))
    model = fine_tune(model, 30)
    model.fit(train_dataset, epochs=2, validation_data=validation_dataset)
