# mistake: `take` from a quick try was left in the pipeline
# fails: train_val_datasets/split_size
# fix_first: train_val_datasets/split_size
import tensorflow as tf
import numpy as np
import os, random
import matplotlib.pyplot as plt
from PIL import Image
from tensorflow.keras import layers, models

size = 64  # param: image_size
batch = 32  # param: batch_size
split = 0.2  # param: validation_split


def readable_images(directory):
    good = []
    for f in os.listdir(directory):
        path = os.path.join(directory, f)
        if not os.path.isfile(path):
            continue
        if os.path.getsize(path) == 0:
            print(f, "is zero length, so ignoring")
            continue
        try:
            img = Image.open(path)
            img.load()
            good.append(f)
        except (OSError, SyntaxError):
            print(f, "is broken, so ignoring")
    good.sort()
    return good


def train_val_datasets():
    train_ds = tf.keras.utils.image_dataset_from_directory(
        './PetImages/', image_size=(size, size), batch_size=batch, label_mode='binary',
        validation_split=split, subset='training', seed=123)
    val_ds = tf.keras.utils.image_dataset_from_directory(
        './PetImages/', image_size=(size, size), batch_size=batch, label_mode='binary',
        validation_split=split, subset='validation', seed=123)
    return train_ds.take(10), val_ds.take(2)  # quick try first


def create_model():
    model = models.Sequential()
    model.add(layers.Input((size, size, 3)))
    model.add(layers.Rescaling(1./255))
    model.add(layers.Conv2D(32, (3,3), activation='relu'))
    model.add(layers.MaxPooling2D((2,2)))
    model.add(layers.Conv2D(64, (3,3), activation='relu'))
    model.add(layers.MaxPooling2D((2,2)))
    model.add(layers.Conv2D(64, (3,3), activation='relu'))
    model.add(layers.MaxPooling2D((2,2)))
    model.add(layers.Flatten())
    model.add(layers.Dense(64, activation='relu'))
    model.add(layers.Dense(1, activation='sigmoid'))
    model.compile(loss='binary_crossentropy',
                  optimizer=tf.keras.optimizers.Adam(learning_rate=0.001),
                  metrics=['accuracy'])
    return model


class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs={}):
        if logs.get('accuracy') >= 0.95 and logs.get('val_accuracy') >= 0.80:  # params: 0.95=stop_accuracy, 0.80=stop_val_accuracy
            print("\nReached 95% accuracy and 80% validation accuracy, stopping")
            self.model.stop_training = True


def plot_history(history):
    acc = history.history['accuracy']
    val_acc = history.history['val_accuracy']
    loss = history.history['loss']
    val_loss = history.history['val_loss']
    epochs = range(len(acc))
    fig = plt.figure(figsize=(10, 4))
    plt.subplot(1, 2, 1)
    plt.plot(epochs, acc, 'r', label='training accuracy')
    plt.plot(epochs, val_acc, 'b', label='validation accuracy')
    plt.xlabel('epoch')
    plt.ylabel('accuracy')
    plt.legend()
    plt.subplot(1, 2, 2)
    plt.plot(epochs, loss, 'r', label='training loss')
    plt.plot(epochs, val_loss, 'b', label='validation loss')
    plt.xlabel('epoch')
    plt.ylabel('loss')
    plt.legend()
    return fig


def feature_maps(model, image):
    names = [l.name for l in model.layers if 'Conv' in type(l).__name__ or 'Pooling2D' in type(l).__name__]
    outs = [model.get_layer(n).output for n in names]
    m = tf.keras.models.Model(inputs=model.inputs, outputs=outs)
    acts = m.predict(image.reshape((1,) + image.shape), verbose=0)
    return [(n, a) for n, a in zip(names, acts)]


def plot_feature_maps(maps):
    fig, axs = plt.subplots(len(maps), 1, figsize=(4, 3*len(maps)), squeeze=False)
    for i in range(len(maps)):
        name, a = maps[i]
        axs[i][0].imshow(np.squeeze(a)[:, :, 0], cmap='viridis')
        axs[i][0].set_title(name)
    return fig
