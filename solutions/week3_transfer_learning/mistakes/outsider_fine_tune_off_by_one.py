# mistake: fine_tune slices up to the index of the cut layer, which leaves that layer out and opens one further down
# fails: fine_tune/top_layers
# fix_first: fine_tune/top_layers
import numpy as np
import tensorflow as tf
from tensorflow.keras.applications.mobilenet_v2 import MobileNetV2, preprocess_input
from tensorflow.keras.layers import BatchNormalization, Dense, Dropout, Flatten
from tensorflow.keras.optimizers import RMSprop

TRAIN_FOLDER = "./data/train"
VALIDATION_FOLDER = "./data/validation"
LOCAL_WEIGHTS_FILE = "./data/mobilenet_v2_0.35_96_no_top.weights.h5"
CLASS_NAMES = ["horses", "humans"]
IMAGE_SIZE = 96  # params: 96=image_size
BATCH_SIZE = 32  # params: 32=batch_size
BACKBONE_ALPHA = 0.35
LAST_LAYER = "block_13_expand_relu"

augment = tf.keras.Sequential([tf.keras.layers.RandomFlip("horizontal"), tf.keras.layers.RandomRotation(0.05)])


def train_val_datasets():
    train_dataset = tf.keras.utils.image_dataset_from_directory(
        TRAIN_FOLDER, label_mode="binary", image_size=(IMAGE_SIZE, IMAGE_SIZE), batch_size=BATCH_SIZE, shuffle=True
    )
    validation_dataset = tf.keras.utils.image_dataset_from_directory(
        VALIDATION_FOLDER, label_mode="binary", image_size=(IMAGE_SIZE, IMAGE_SIZE), batch_size=BATCH_SIZE
    )
    train_dataset = train_dataset.map(lambda x, y: (preprocess_input(augment(x, training=True)), y))
    validation_dataset = validation_dataset.map(lambda x, y: (preprocess_input(x), y))
    return train_dataset.prefetch(tf.data.AUTOTUNE), validation_dataset.prefetch(tf.data.AUTOTUNE)


def create_pre_trained_model():
    pre_trained_model = MobileNetV2(
        input_shape=(IMAGE_SIZE, IMAGE_SIZE, 3),
        alpha=BACKBONE_ALPHA,
        include_top=False,
        weights=None,
    )
    pre_trained_model.load_weights(LOCAL_WEIGHTS_FILE)
    for layer in pre_trained_model.layers:
        layer.trainable = False
    return pre_trained_model


def output_of_last_layer(pre_trained_model):
    last_desired_layer = pre_trained_model.get_layer(LAST_LAYER)
    print("last layer output shape: ", last_desired_layer.output.shape)
    return last_desired_layer.output


def create_final_model(pre_trained_model, last_output):
    x = Flatten()(last_output)
    x = Dense(128, activation="relu")(x)
    x = Dropout(0.2)(x)
    x = Dense(1, activation="sigmoid")(x)
    model = tf.keras.Model(inputs=pre_trained_model.input, outputs=x)
    model.compile(optimizer=RMSprop(learning_rate=0.0005), loss="binary_crossentropy", metrics=["accuracy"])
    return model


def extract_features(pre_trained_model, dataset):
    features, labels = [], []
    for images, batch_labels in dataset:
        maps = pre_trained_model(images, training=False)
        features.append(tf.reduce_mean(maps, axis=[1, 2]))
        labels.append(batch_labels)
    return tf.concat(features, axis=0).numpy(), tf.concat(labels, axis=0).numpy()


def fine_tune(model, n_layers):
    last = [layer.name for layer in model.layers].index(LAST_LAYER)

    for layer in model.layers[: last + 1]:
        layer.trainable = False
    for layer in model.layers[max(0, last - n_layers) : last]:
        if not isinstance(layer, BatchNormalization):
            layer.trainable = True

    old_rate = float(model.optimizer.learning_rate)
    model.compile(optimizer=RMSprop(learning_rate=old_rate / 10), loss=model.loss, metrics=["accuracy"])
    return model


if __name__ == "__main__":
    train, validation = train_val_datasets()
    images, labels = next(iter(train))
    print(images.shape, labels.shape, np.min(images), np.max(images))
    base_model = create_pre_trained_model()
    final_model = create_final_model(base_model, output_of_last_layer(base_model))
    final_model.fit(train, epochs=10, validation_data=validation)
    final_model = fine_tune(final_model, 30)
    final_model.fit(train, epochs=2, validation_data=validation)
