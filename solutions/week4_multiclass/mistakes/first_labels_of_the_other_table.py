# mistake: a script of 2020 that gives the test pictures the labels of the training table
# fails: train_val_datasets/labels
# may_fail: train/unseen_accuracy, train/every_class
# fix_first: train_val_datasets/labels
import csv
from os import getcwd

import numpy as np
import tensorflow as tf
from tensorflow.keras.preprocessing.image import ImageDataGenerator


def get_data(filename):
    labels, images = [], []
    with open(filename) as training_file:
        rows = csv.reader(training_file, delimiter=",")
        next(rows)
        for row in rows:
            labels.append(row[0])
            images.append(np.array_split(row[1:785], 28))
    return np.array(images).astype("float"), np.array(labels).astype("float")


path_train = f"{getcwd()}/../tmp2/sign_mnist_train.csv"
path_test = f"{getcwd()}/../tmp2/sign_mnist_test.csv"
training_images, training_labels = get_data(path_train)
testing_images, testing_labels = get_data(path_test)

print(training_images.shape)
print(training_labels.shape)

training_images = np.expand_dims(training_images, axis=3)
testing_images = np.expand_dims(testing_images, axis=3)

train_datagen = ImageDataGenerator(
    rescale=1.0 / 255.0, rotation_range=10, width_shift_range=0.1, height_shift_range=0.1, zoom_range=0.1, fill_mode="nearest"
)
validation_datagen = ImageDataGenerator(rescale=1 / 255)

model = tf.keras.models.Sequential([
    tf.keras.layers.Conv2D(64, (3, 3), activation="relu", input_shape=training_images.shape[1:]),
    tf.keras.layers.MaxPooling2D(2, 2),
    tf.keras.layers.Conv2D(64, (3, 3), activation="relu"),
    tf.keras.layers.MaxPooling2D(2, 2),
    tf.keras.layers.Flatten(),
    tf.keras.layers.Dense(128, activation=tf.nn.relu),
    tf.keras.layers.Dense(26, activation=tf.nn.softmax),
])

model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["acc"])

history = model.fit_generator(
    train_datagen.flow(training_images, training_labels, batch_size=32),
    steps_per_epoch=len(training_images) / 32,
    epochs=2,
    validation_data=validation_datagen.flow(testing_images, training_labels[: len(testing_images)], batch_size=32),
    validation_steps=len(testing_images) / 32,
)

model.evaluate(testing_images, testing_labels, verbose=0)
