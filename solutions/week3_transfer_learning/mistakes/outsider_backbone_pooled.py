# mistake: the backbone is built with pooling="avg", so it ends in a vector instead of maps
# fails: create_pre_trained_model/no_top
# fix_first: create_pre_trained_model/no_top
# %%
import numpy as np
import tensorflow as tf
from tensorflow import keras

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
    datasets = []
    for folder in (TRAIN_FOLDER, VALIDATION_FOLDER):
        dataset = keras.utils.image_dataset_from_directory(
            folder,
            label_mode="int",
            class_names=CLASS_NAMES,
            image_size=(IMAGE_SIZE, IMAGE_SIZE),
            batch_size=BATCH_SIZE,
            shuffle=folder == TRAIN_FOLDER,
        )
        dataset = dataset.map(lambda x, y: (keras.applications.mobilenet_v2.preprocess_input(x), y))
        datasets.append(dataset.prefetch(tf.data.AUTOTUNE))
    return tuple(datasets)


# %%
def create_pre_trained_model():
    backbone = keras.applications.MobileNetV2(
        input_shape=(IMAGE_SIZE, IMAGE_SIZE, 3),
        alpha=BACKBONE_ALPHA,
        include_top=False,
        pooling="avg",
        weights=None,
    )
    backbone.load_weights(LOCAL_WEIGHTS_FILE)
    backbone.trainable = False
    return backbone


# %%
def output_of_last_layer(pre_trained_model):
    last_layer = pre_trained_model.get_layer(LAST_LAYER)
    print("output shape:", last_layer.output.shape)
    return last_layer.output


# %%
def create_final_model(pre_trained_model, last_output):
    x = keras.layers.GlobalAveragePooling2D()(last_output)
    x = keras.layers.Dense(128, activation="relu")(x)
    x = keras.layers.Dropout(0.2)(x)
    x = keras.layers.Dense(1, activation="sigmoid")(x)
    model = keras.Model(inputs=pre_trained_model.input, outputs=x)
    model.compile(
        optimizer=keras.optimizers.RMSprop(learning_rate=0.001),
        loss="binary_crossentropy",
        metrics=["accuracy"],
    )
    return model


# %%
def extract_features(pre_trained_model, dataset):
    features, labels = [], []
    for x, y in dataset:
        f = pre_trained_model.predict_on_batch(x)
        features.append(f.reshape(len(f), -1))
        labels.append(np.array(y))
    return np.concatenate(features), np.concatenate(labels)


# %%
def fine_tune(model, n_layers):
    cut = [layer.name for layer in model.layers].index(LAST_LAYER)
    backbone = model.layers[: cut + 1]
    for layer in backbone:
        layer.trainable = False
    for layer in backbone[-n_layers:]:
        if not isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = True
    new_rate = float(model.optimizer.learning_rate) * 0.1
    model.compile(optimizer=keras.optimizers.RMSprop(new_rate), loss=model.loss, metrics=["accuracy"])
    return model


# %%
if __name__ == "__main__":
    train_dataset, validation_dataset = train_val_datasets()
    pre_trained_model = create_pre_trained_model()
    model = create_final_model(pre_trained_model, output_of_last_layer(pre_trained_model))
    model.fit(train_dataset, epochs=10, validation_data=validation_dataset)
