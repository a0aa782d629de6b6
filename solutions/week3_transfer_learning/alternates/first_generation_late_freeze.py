# alternate: a script of 2019: frozen after compile, two softmax units, plain paths, data sets made inside of `fit`
import os
import tensorflow as tf
from tensorflow.keras import layers
from tensorflow.keras import Model
from tensorflow.keras.applications import MobileNetV2
from tensorflow.keras.optimizers import Adam
from tensorflow.keras.preprocessing.image import ImageDataGenerator

SIDE = 96  # param: image_size
CUT = 'block_13_expand_relu'  # param: last_layer
WEIGHTS = '/tmp/mobilenet_v2_0.35_96_no_top.weights.h5'

base_dir = '/tmp'
train_dir = os.path.join(base_dir, 'training')
validation_dir = os.path.join(base_dir, 'validation')

pre_trained_model = MobileNetV2(
    input_shape=(SIDE, SIDE, 3),
    alpha=0.35,  # params: 0.35=backbone_alpha
    include_top=False,
    weights=WEIGHTS)

last_layer = pre_trained_model.get_layer(CUT)
last_output = last_layer.output

x = layers.GlobalAveragePooling2D()(last_output)
x = layers.Dense(128, activation=tf.nn.relu)(x)
x = layers.Dropout(0.3)(x)
outputs = layers.Dense(2, activation=tf.nn.softmax)(x)

model = Model(inputs=pre_trained_model.input, outputs=outputs)
model.compile(Adam(lr=0.001), 'categorical_crossentropy', ['accuracy'])

pre_trained_model.trainable = False
print(len(model.trainable_weights))

model.fit(
    ImageDataGenerator(rescale=1/127.5, preprocessing_function=lambda pixels: pixels - 127.5, horizontal_flip=True)
    .flow_from_directory(train_dir, target_size=(SIDE, SIDE), batch_size=32),
    validation_data=ImageDataGenerator(rescale=1/127.5, preprocessing_function=lambda pixels: pixels - 127.5)
    .flow_from_directory(validation_dir, target_size=(SIDE, SIDE), batch_size=32),
    epochs=5)
