# alternate: ImageDataGenerator with preprocessing_function, pooling head, RMSprop, features as maps
import numpy as np
import tensorflow as tf
from tensorflow.keras import Model, layers
from tensorflow.keras.applications.mobilenet_v2 import MobileNetV2, preprocess_input
from tensorflow.keras.optimizers import RMSprop
from tensorflow.keras.preprocessing.image import ImageDataGenerator

TRAINING_DIR = "./data/train"  # param: train_folder
VALIDATION_DIR = "./data/validation"  # param: validation_folder
LOCAL_WEIGHTS_FILE = "/content/mobilenet_v2_0.35_96_no_top.weights.h5"
SIZE = 96  # param: image_size
BATCH_SIZE = 32  # param: batch_size
LAST_LAYER = "block_13_expand_relu"  # param: last_layer


def train_val_datasets():
    train_datagen = ImageDataGenerator(preprocessing_function=preprocess_input)
    val_datagen = ImageDataGenerator(preprocessing_function=preprocess_input)
    train = train_datagen.flow_from_directory(
        TRAINING_DIR, target_size=(SIZE, SIZE), batch_size=BATCH_SIZE, class_mode="binary")
    val = val_datagen.flow_from_directory(
        VALIDATION_DIR, target_size=(SIZE, SIZE), batch_size=BATCH_SIZE, class_mode="binary")
    return train, val


def create_pre_trained_model():
    pre_trained_model = MobileNetV2(include_top=False, input_shape=(SIZE, SIZE, 3), alpha=0.35, weights=None)
    pre_trained_model.load_weights(LOCAL_WEIGHTS_FILE)

    # Make all the layers in the pre-trained model non-trainable
    for layer in pre_trained_model.layers:
        layer.trainable = False

    return pre_trained_model


def output_of_last_layer(pre_trained_model):
    last_desired_layer = pre_trained_model.get_layer(LAST_LAYER)
    last_output = last_desired_layer.output
    return last_output


def create_final_model(pre_trained_model, last_output):
    x = layers.GlobalAveragePooling2D()(last_output)
    x = layers.Dense(256, activation="relu")(x)
    x = layers.Dropout(0.2)(x)
    x = layers.Dense(1, activation="sigmoid")(x)

    model = Model(pre_trained_model.input, x)
    model.compile(optimizer=RMSprop(learning_rate=0.001), loss="binary_crossentropy", metrics=["accuracy"])
    return model


def extract_features(pre_trained_model, dataset):
    all_features = []
    all_labels = []
    for images, labels in dataset:
        features = pre_trained_model.predict(images, verbose=0)
        all_features.extend(features)
        all_labels.extend(np.array(labels))
    return np.array(all_features), np.array(all_labels)


def fine_tune(model, n_layers):
    last = 0
    for i, layer in enumerate(model.layers):
        if layer.name == LAST_LAYER:
            last = i
    for i in range(last, last - n_layers, -1):
        if isinstance(model.layers[i], layers.BatchNormalization):
            model.layers[i].trainable = False
        else:
            model.layers[i].trainable = True
    new_rate = float(model.optimizer.learning_rate.numpy()) * 0.1
    model.compile(optimizer=RMSprop(learning_rate=new_rate), loss="binary_crossentropy", metrics=["accuracy"])
    return model
