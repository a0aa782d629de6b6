# alternate: a script of 2021: the backbone goes by two names, small helpers freeze it and build the head, a `with` around the training
import os
import tensorflow as tf
from tensorflow.keras.preprocessing.image import ImageDataGenerator
from tensorflow.keras.applications.mobilenet_v2 import MobileNetV2

SIZE = 96  # param: image_size
ALPHA = 0.35  # param: backbone_alpha
LAST = 'block_13_expand_relu'  # param: last_layer
IMAGE = (SIZE, SIZE)

local_weights_file = os.path.join('/content', 'mobilenet_v2_0.35_96_no_top.weights.h5')

net = MobileNetV2(input_shape=IMAGE + (3,), alpha=ALPHA, include_top=False, weights=None)
net.load_weights(local_weights_file)


def freeze(network):
    for layer in network.layers:
        layer.trainable = False


freeze(net)
pre_trained_model = net

last_output = pre_trained_model.get_layer(LAST).output


def head(features):
    y = tf.keras.layers.Flatten()(features)
    y = tf.keras.layers.Dense(256, activation='relu')(y)
    y = tf.keras.layers.Dropout(.2)(y)
    return tf.keras.layers.Dense(1, activation='sigmoid')(y)


model = tf.keras.models.Model(net.input, head(last_output))
model.compile(loss='binary_crossentropy', optimizer=tf.keras.optimizers.RMSprop(learning_rate=5e-4), metrics=['accuracy'])


def generator(folder, **changes):
    datagen = ImageDataGenerator(rescale=1 / 255, **changes)
    return datagen.flow_from_directory(folder, target_size=IMAGE, batch_size=16, class_mode='binary')


train_generator = generator('/tmp/training/', zoom_range=.1, horizontal_flip=True)
validation_generator = generator('/tmp/validation/')

with tf.device('/cpu:0'):
    history = model.fit(train_generator, validation_data=validation_generator, epochs=3)
