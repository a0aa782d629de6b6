# mistake: the output has a sigmoid and the loss is told from_logits=True
# fails: create_final_model/output_fits_loss
# fix_first: create_final_model/output_fits_loss
# %%
import numpy as np
import tensorflow as tf
from tensorflow.keras.applications.mobilenet_v2 import MobileNetV2, preprocess_input
from tensorflow.keras.layers import BatchNormalization, Dense, Dropout, GlobalAveragePooling2D
from tensorflow.keras.models import Model

# %%
TRAIN_FOLDER = "./data/train"
VALIDATION_FOLDER = "./data/validation"
LOCAL_WEIGHTS_FILE = "./data/mobilenet_v2_0.35_96_no_top.weights.h5"
CLASS_NAMES = ["horses", "humans"]
IMAGE_SIZE = 96  # params: 96=image_size
BATCH_SIZE = 32  # params: 32=batch_size
BACKBONE_ALPHA = 0.35
LAST_LAYER = "block_13_expand_relu"


# %%
def train_val_datasets():
    train_dataset = tf.keras.utils.image_dataset_from_directory(
        TRAIN_FOLDER,
        image_size=(IMAGE_SIZE, IMAGE_SIZE),
        batch_size=BATCH_SIZE,
        label_mode="binary",
    )
    validation_dataset = tf.keras.utils.image_dataset_from_directory(
        VALIDATION_FOLDER,
        image_size=(IMAGE_SIZE, IMAGE_SIZE),
        batch_size=BATCH_SIZE,
        label_mode="binary",
    )
    train_dataset = train_dataset.map(lambda x, y: (preprocess_input(x), y))
    validation_dataset = validation_dataset.map(lambda x, y: (preprocess_input(x), y))
    return train_dataset, validation_dataset


# %%
def create_pre_trained_model():
    pre_trained_model = MobileNetV2(
        input_shape=(IMAGE_SIZE, IMAGE_SIZE, 3), alpha=BACKBONE_ALPHA, include_top=False, weights=None
    )
    pre_trained_model.load_weights(LOCAL_WEIGHTS_FILE)
    for layer in pre_trained_model.layers:
        layer.trainable = False
    return pre_trained_model


# %%
def output_of_last_layer(pre_trained_model):
    last_output = pre_trained_model.get_layer(LAST_LAYER).output
    return last_output


# %%
def create_final_model(pre_trained_model, last_output):
    x = GlobalAveragePooling2D()(last_output)
    x = Dense(100, activation="relu")(x)
    x = Dropout(0.2)(x)
    x = Dense(1, activation="sigmoid")(x)
    model = Model(pre_trained_model.input, x)
    model.compile(
        optimizer=tf.keras.optimizers.Adam(learning_rate=0.001),
        loss=tf.keras.losses.BinaryCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model


# %%
def extract_features(pre_trained_model, dataset):
    features_list, labels_list = [], []
    for images, labels in dataset:
        features_list.append(pre_trained_model.predict(images, verbose=0))
        labels_list.append(labels.numpy())
    return np.concatenate(features_list), np.concatenate(labels_list)


# %%
def fine_tune(model, n_layers):
    last = [layer.name for layer in model.layers].index(LAST_LAYER)
    for i in range(last + 1):
        if isinstance(model.layers[i], BatchNormalization):
            model.layers[i].trainable = False
        else:
            model.layers[i].trainable = i > last - n_layers
    learning_rate = float(model.optimizer.learning_rate) / 10
    model.compile(optimizer=tf.keras.optimizers.Adam(learning_rate), loss=model.loss, metrics=["accuracy"])
    return model


# %%
# train_dataset, validation_dataset = train_val_datasets()
# pre_trained_model = create_pre_trained_model()
# last_output = output_of_last_layer(pre_trained_model)
# model = create_final_model(pre_trained_model, last_output)
# history = model.fit(train_dataset, epochs=10, validation_data=validation_dataset)
