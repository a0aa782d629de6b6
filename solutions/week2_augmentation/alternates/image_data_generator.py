# alternate: ImageDataGenerator feeds and rescales; a Pipeline layer augments inside the network
from tensorflow.keras.preprocessing.image import ImageDataGenerator
import tensorflow as tf
from tensorflow.keras.layers import *
from tensorflow.keras.models import Sequential

def train_val_datasets():
    gen = ImageDataGenerator(rescale=1./255, validation_split=0.2)  # params: 0.2=validation_split
    flow = dict(directory='./PetImages', target_size=(64, 64), batch_size=32, class_mode='binary', seed=3)  # params: 64=image_size, 32=batch_size
    return gen.flow_from_directory(subset='training', **flow), gen.flow_from_directory(subset='validation', **flow)

def create_augmentation_model():
    return Sequential([
        Input(shape=(64, 64, 3)),  # params: 64=image_size
        Pipeline([RandomFlip('horizontal'), RandomZoom(0.2), RandomRotation(0.1)]),
    ])

def create_model():
    model = Sequential([
        Input(shape=(64, 64, 3)),  # params: 64=image_size
        create_augmentation_model(),
        Conv2D(16, (3,3), activation='relu'),
        MaxPooling2D(2,2),
        Conv2D(32, (3,3), activation='relu'),
        MaxPooling2D(2,2),
        Dropout(0.2),
        Conv2D(64, (3,3), activation='relu'),
        MaxPooling2D(2,2),
        Flatten(),
        Dense(64, activation='relu'),
        Dropout(0.5),
        Dense(1, activation='sigmoid')
    ])
    model.compile(optimizer='adam', loss='binary_crossentropy', metrics=['acc'])
    return model

class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs={}):
        acc = logs.get('accuracy', logs.get('acc'))
        val = logs.get('val_accuracy', logs.get('val_acc'))
        if acc >= 0.8 and val >= 0.8:  # params: 0.8=stop_accuracy, 0.8=stop_val_accuracy
            self.model.stop_training = True

def overfitting_gap(history):
    acc = history.history['acc'] if 'acc' in history.history else history.history['accuracy']
    val_acc = history.history['val_acc'] if 'val_acc' in history.history else history.history['val_accuracy']
    best_epoch = 0
    for epoch in range(len(val_acc)):
        if val_acc[epoch] > val_acc[best_epoch]:
            best_epoch = epoch
    return (acc[best_epoch] - val_acc[best_epoch]) * 100
