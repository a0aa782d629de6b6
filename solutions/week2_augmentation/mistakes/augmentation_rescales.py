# mistake: rescaled in the augmentation and again in the model
# fails: create_augmentation_model/range, create_model/rescaling
# fix_first: create_augmentation_model/range
# may_fail: train/training_accuracy, train/unseen_accuracy, train/gap

import glob, os, random
import numpy as np
import tensorflow as tf
from tensorflow.keras import layers, models

size = 64  # param: image_size
batch = 32  # param: batch_size
split = 0.2  # param: validation_split


def load(path, label):
    img = tf.io.decode_jpeg(tf.io.read_file(path), channels=3)
    img = tf.image.resize(img, (size, size))
    return img, label

def train_val_datasets():
    cats = sorted(glob.glob('PetImages/Cat/*'))
    dogs = sorted(glob.glob('PetImages/Dog/*'))
    files = [(f, 0.0) for f in cats] + [(f, 1.0) for f in dogs]
    random.Random(5).shuffle(files)
    n = int(len(files) * (1 - split))
    train, val = files[:n], files[n:]
    def make(part):
        paths, labels = zip(*part)
        return tf.data.Dataset.from_tensor_slices((list(paths), list(labels)))
    train_ds = make(train).shuffle(len(train)).map(load).batch(batch)
    val_ds = make(val).map(load).batch(batch)
    return train_ds, val_ds


def create_augmentation_model():
    model = models.Sequential()
    model.add(layers.Input(shape=(size, size, 3)))
    model.add(layers.Rescaling(1./255))
    model.add(layers.RandomFlip('horizontal'))
    model.add(layers.RandomZoom(0.2))
    model.add(layers.RandomRotation(0.15, fill_mode='nearest'))
    return model


def create_model():
    model = models.Sequential()
    model.add(layers.Input(shape=(size, size, 3)))
    model.add(create_augmentation_model())
    model.add(layers.Rescaling(1./255))
    model.add(layers.Conv2D(16, (3, 3), activation='relu'))
    model.add(layers.MaxPooling2D(2, 2))
    model.add(layers.Conv2D(32, (3, 3), activation='relu'))
    model.add(layers.MaxPooling2D(2, 2))
    model.add(layers.Conv2D(64, (3, 3), activation='relu'))
    model.add(layers.MaxPooling2D(2, 2))
    model.add(layers.Flatten())
    model.add(layers.Dropout(0.2))
    model.add(layers.Dense(128, activation='relu'))
    model.add(layers.Dropout(0.2))
    model.add(layers.Dense(1, activation='sigmoid'))
    model.compile(loss='binary_crossentropy', optimizer=tf.keras.optimizers.RMSprop(learning_rate=0.001), metrics=['accuracy'])
    return model


class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs={}):
        if logs.get('accuracy') >= 0.8 and logs.get('val_accuracy') >= 0.8:  # params: 0.8=stop_accuracy, 0.8=stop_val_accuracy
            print('\nDone!')
            self.model.stop_training = True


def overfitting_gap(history):
    h = history.history
    name = 'acc' if 'acc' in h else 'accuracy'
    best, gap = -1, None
    for a, v in zip(h[name], h['val_' + name]):
        if v > best:
            best, gap = v, (a - v) * 100
    return float(gap)
