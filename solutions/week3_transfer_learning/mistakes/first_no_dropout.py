# mistake: a script of 2020 without dropout
# fails: create_final_model/dropout
# fix_first: create_final_model/dropout
import os
import zipfile
from os import getcwd

import tensorflow as tf
from tensorflow.keras import Model
from tensorflow.keras import layers
from tensorflow.keras.applications.mobilenet_v2 import MobileNetV2
from tensorflow.keras.optimizers import RMSprop
from tensorflow.keras.preprocessing.image import ImageDataGenerator

path_weights = f"{getcwd()}/../tmp2/mobilenet_v2_0.35_96_no_top.weights.h5"

local_weights_file = path_weights

SIZE = 96  # param: image_size
pre_trained_model = MobileNetV2(input_shape=(SIZE, SIZE, 3), alpha=0.35, include_top=False, weights=None)  # params: 0.35=backbone_alpha

pre_trained_model.load_weights(local_weights_file)

for layer in pre_trained_model.layers:
    layer.trainable = False

pre_trained_model.summary()

last_layer = pre_trained_model.get_layer('block_13_expand_relu')  # params: 'block_13_expand_relu'=last_layer
print('last layer output shape: ', last_layer.output_shape)
last_output = last_layer.output


class myCallback(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs={}):
        if logs.get('acc') > 0.97:
            print("\nReached 97.0% accuracy so cancelling training!")
            self.model.stop_training = True


x = layers.Flatten()(last_output)
x = layers.Dense(1024, activation='relu')(x)
x = layers.Dense(1, activation='sigmoid')(x)

model = Model(pre_trained_model.input, x)

model.compile(optimizer=RMSprop(lr=0.0001),
              loss='binary_crossentropy',
              metrics=['acc'])

model.summary()

path_horse_or_human = f"{getcwd()}/../tmp2/horse-or-human.zip"
path_validation_horse_or_human = f"{getcwd()}/../tmp2/validation-horse-or-human.zip"

local_zip = path_horse_or_human
zip_ref = zipfile.ZipFile(local_zip, 'r')
zip_ref.extractall('/tmp/training')
zip_ref.close()

local_zip = path_validation_horse_or_human
zip_ref = zipfile.ZipFile(local_zip, 'r')
zip_ref.extractall('/tmp/validation')
zip_ref.close()

train_dir = '/tmp/training'
validation_dir = '/tmp/validation'

train_horses_dir = os.path.join(train_dir, 'horses')
train_humans_dir = os.path.join(train_dir, 'humans')
validation_horses_dir = os.path.join(validation_dir, 'horses')
validation_humans_dir = os.path.join(validation_dir, 'humans')

train_horses_fnames = os.listdir(train_horses_dir)
train_humans_fnames = os.listdir(train_humans_dir)
print(len(train_horses_fnames))
print(len(train_humans_fnames))

train_datagen = ImageDataGenerator(rescale=1./255.,
                                   rotation_range=40,
                                   width_shift_range=0.2,
                                   height_shift_range=0.2,
                                   shear_range=0.2,
                                   zoom_range=0.2,
                                   horizontal_flip=True)

test_datagen = ImageDataGenerator(rescale=1.0/255.)

train_generator = train_datagen.flow_from_directory(train_dir,
                                                    batch_size=20,
                                                    class_mode='binary',
                                                    target_size=(SIZE, SIZE))

validation_generator = test_datagen.flow_from_directory(validation_dir,
                                                        batch_size=20,
                                                        class_mode='binary',
                                                        target_size=(SIZE, SIZE))

callbacks = myCallback()
history = model.fit_generator(
    train_generator,
    validation_data=validation_generator,
    steps_per_epoch=100,
    epochs=100,
    validation_steps=50,
    verbose=2,
    callbacks=[callbacks])

import matplotlib.pyplot as plt

acc = history.history['acc']
val_acc = history.history['val_acc']
plt.plot(range(len(acc)), acc, 'r', label='Training accuracy')
plt.plot(range(len(acc)), val_acc, 'b', label='Validation accuracy')
plt.legend(loc=0)
plt.show()
