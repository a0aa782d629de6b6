# alternate: a notebook of 2022: generators that take directories, an augmented training side, the weights file as argument
import os
import matplotlib.pyplot as plt
import tensorflow as tf
from tensorflow.keras import layers
from tensorflow.keras import Model
from tensorflow.keras.optimizers import RMSprop
from tensorflow.keras.preprocessing.image import ImageDataGenerator
from tensorflow.keras.applications.mobilenet_v2 import MobileNetV2

SIZE = 96  # param: image_size
LAST_LAYER = 'block_13_expand_relu'  # param: last_layer
ALPHA = 0.35  # param: backbone_alpha

train_dir = './data/train'  # param: train_folder
validation_dir = './data/validation'  # param: validation_folder

def train_val_generators(TRAINING_DIR, VALIDATION_DIR):
  train_datagen = ImageDataGenerator(rescale=1/127.5,
                                     preprocessing_function=lambda pixels: pixels - 127.5,
                                     rotation_range=20,
                                     zoom_range=0.1,
                                     horizontal_flip=True)
  train_generator = train_datagen.flow_from_directory(directory=TRAINING_DIR,
                                                      batch_size=32,  # params: 32=batch_size
                                                      class_mode='binary',
                                                      target_size=(SIZE, SIZE))
  validation_datagen = ImageDataGenerator(rescale=1/127.5, preprocessing_function=lambda pixels: pixels - 127.5)
  validation_generator = validation_datagen.flow_from_directory(directory=VALIDATION_DIR,
                                                                batch_size=32,  # params: 32=batch_size
                                                                class_mode='binary',
                                                                target_size=(SIZE, SIZE))
  return train_generator, validation_generator

train_generator, validation_generator = train_val_generators(train_dir, validation_dir)

local_weights_file = './data/mobilenet_v2_0.35_96_no_top.weights.h5'  # param: weights_file

def create_pre_trained_model(local_weights_file):
  pre_trained_model = MobileNetV2(input_shape=(SIZE, SIZE, 3), alpha=ALPHA, include_top=False, weights=None)
  pre_trained_model.load_weights(local_weights_file)
  for layer in pre_trained_model.layers:
    layer.trainable = False
  return pre_trained_model

pre_trained_model = create_pre_trained_model(local_weights_file)
pre_trained_model.summary()

class myCallback(tf.keras.callbacks.Callback):
  def on_epoch_end(self, epoch, logs={}):
    if logs.get('accuracy') > 0.999:
      print("\nReached 99.9% accuracy so cancelling training!")
      self.model.stop_training = True

def output_of_last_layer(pre_trained_model):
  last_desired_layer = pre_trained_model.get_layer(LAST_LAYER)
  print('last layer output shape: ', last_desired_layer.output.shape)
  last_output = last_desired_layer.output
  return last_output

last_output = output_of_last_layer(pre_trained_model)

def create_final_model(pre_trained_model, last_output):
  x = layers.Flatten()(last_output)
  x = layers.Dense(256, activation='relu')(x)
  x = layers.Dropout(0.2)(x)
  x = layers.Dense(1, activation='sigmoid')(x)
  model = Model(inputs=pre_trained_model.input, outputs=x)
  model.compile(optimizer=RMSprop(learning_rate=0.0005), loss='binary_crossentropy', metrics=['accuracy'])
  return model

model = create_final_model(pre_trained_model, last_output)
callbacks = myCallback()
history = model.fit(train_generator, validation_data=validation_generator, epochs=100, verbose=2, callbacks=callbacks)
