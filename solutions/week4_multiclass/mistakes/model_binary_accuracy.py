# mistake: binary accuracy, left over from weeks 1 and 2
# fails: create_model/accuracy_metric
# may_fail: train/training_accuracy
# fix_first: create_model/accuracy_metric
import numpy as np
import tensorflow as tf
from tensorflow.keras import layers, models

size = 28  # param: image_size
batch = 32  # param: batch_size


def train_val_datasets():
    train_ds = tf.keras.utils.image_dataset_from_directory(
        './data/train/', label_mode='int', color_mode='grayscale',
        image_size=(size, size), batch_size=batch)
    val_ds = tf.keras.utils.image_dataset_from_directory(
        './data/validation/', label_mode='int', color_mode='grayscale',
        image_size=(size, size), batch_size=batch)
    return train_ds, val_ds


def create_model():
    model = models.Sequential()
    model.add(layers.Input((size, size, 1)))
    model.add(layers.Rescaling(1./255))
    model.add(layers.Conv2D(32, (3,3), activation='relu'))
    model.add(layers.MaxPooling2D((2,2)))
    model.add(layers.Conv2D(64, (3,3), activation='relu'))
    model.add(layers.MaxPooling2D((2,2)))
    model.add(layers.Flatten())
    model.add(layers.Dense(128, activation='relu'))
    model.add(layers.Dense(24, activation='softmax'))
    model.compile(loss='sparse_categorical_crossentropy',
                  optimizer=tf.keras.optimizers.Adam(learning_rate=0.001),
                  metrics=['binary_accuracy'])
    return model


def decode_predictions(probabilities, class_names, top=3):
    result = []
    for p in probabilities:
        pairs = [(name, float(v)) for name, v in zip(class_names, p)]
        pairs.sort(key=lambda pair: pair[1], reverse=True)
        result.append(pairs[:top])
    return result


def confusion_matrix(model, dataset):
    y_true, y_pred = [], []
    for images, labels in dataset:
        labels = labels.numpy()
        if labels.ndim == 2:
            labels = labels.argmax(axis=1)
        y_true.extend(labels)
        y_pred.extend(model.predict(images, verbose=0).argmax(axis=1))
    n = model.output_shape[-1]
    return tf.math.confusion_matrix(y_true, y_pred, num_classes=n).numpy()
