# mistake: everything from layer 100 on is opened, as in TensorFlow's tutorial, whatever n_layers says
# fails: fine_tune/top_layers
# fix_first: fine_tune/top_layers
import numpy as np
import tensorflow as tf
from tensorflow.keras import Model, layers
from tensorflow.keras.applications.mobilenet_v2 import MobileNetV2, preprocess_input

TRAIN_FOLDER = "./data/train"  # param: train_folder
VALIDATION_FOLDER = "./data/validation"  # param: validation_folder
LOCAL_WEIGHTS_FILE = "./data/mobilenet_v2_0.35_96_no_top.weights.h5"  # param: weights_file
LAST_LAYER = "block_13_expand_relu"  # param: last_layer
IMAGE_SIZE = 96  # param: image_size
BATCH_SIZE = 32  # param: batch_size


# %%
def train_val_datasets():
    settings = dict(class_names=["horses", "humans"], label_mode="binary", image_size=(IMAGE_SIZE, IMAGE_SIZE),
                    batch_size=BATCH_SIZE)
    train = tf.keras.utils.image_dataset_from_directory(TRAIN_FOLDER, seed=3, **settings)
    validation = tf.keras.utils.image_dataset_from_directory(VALIDATION_FOLDER, seed=3, **settings)
    return (train.map(lambda x, y: (preprocess_input(x), y)),
            validation.map(lambda x, y: (preprocess_input(x), y)))


# %%
def create_pre_trained_model():
    pre_trained_model = MobileNetV2(input_shape=(IMAGE_SIZE, IMAGE_SIZE, 3), alpha=0.35, include_top=False, weights=None)
    pre_trained_model.load_weights(LOCAL_WEIGHTS_FILE)
    pre_trained_model.trainable = False
    return pre_trained_model


# %%
def output_of_last_layer(pre_trained_model):
    return pre_trained_model.get_layer(LAST_LAYER).output


# %%
def create_final_model(pre_trained_model, last_output):
    x = layers.Flatten()(last_output)
    x = layers.Dense(128, activation="relu")(x)
    x = layers.Dropout(0.2)(x)
    x = layers.Dense(1, activation="sigmoid")(x)
    model = Model(pre_trained_model.input, x)
    model.compile(optimizer=tf.keras.optimizers.Adam(0.001), loss="binary_crossentropy", metrics=["accuracy"])
    return model


# %%
train_dataset, validation_dataset = train_val_datasets()
pre_trained_model = create_pre_trained_model()
last_output = output_of_last_layer(pre_trained_model)
model = create_final_model(pre_trained_model, last_output)


# %%
def extract_features(pre_trained_model, dataset):
    features, feature_labels = [], []
    for images, labels in dataset:
        features.append(pre_trained_model.predict_on_batch(images))
        feature_labels.append(np.asarray(labels))
    return np.concatenate(features), np.concatenate(feature_labels)


# %%
history = model.fit(train_dataset, epochs=10, validation_data=validation_dataset)


# %%
def fine_tune(model, n_layers):
    fine_tune_at = 100
    for layer in model.layers[fine_tune_at:]:
        if not isinstance(layer, layers.BatchNormalization):
            layer.trainable = True
    rate = float(model.optimizer.learning_rate) / 10
    model.compile(optimizer=tf.keras.optimizers.Adam(rate), loss="binary_crossentropy", metrics=["accuracy"])
    return model


# %%
model = fine_tune(model, 30)
model.fit(train_dataset, epochs=2, validation_data=validation_dataset)
