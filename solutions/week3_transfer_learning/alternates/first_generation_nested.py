# alternate: a script of 2019: backbone up to the cut as a model inside of a Sequential, frozen between cut and compile, names from `fit`
import os

from tensorflow.keras.applications.mobilenet_v2 import MobileNetV2
from tensorflow.keras.layers import Dense, Dropout, GlobalAveragePooling2D
from tensorflow.keras.models import Model, Sequential
from tensorflow.keras.optimizers import Adam
from tensorflow.keras.preprocessing.image import ImageDataGenerator

size = 96  # param: image_size
alpha = 0.35  # param: backbone_alpha
last = 'block_13_expand_relu'  # param: last_layer
DATA = '/tmp'
training = os.path.join(DATA, 'training')
held_out = os.path.join(DATA, 'validation')
for folder in (training, held_out):
    for kind in os.listdir(folder):
        print(folder, kind, len(os.listdir(os.path.join(folder, kind))))

pretrained_model = MobileNetV2((size, size, 3), alpha=alpha, include_top=False, weights=None)
pretrained_model.load_weights('./mobilenet_v2_0.35_96_no_top.weights.h5')
last_output = pretrained_model.get_layer(last).output

extractor = Model(inputs=pretrained_model.input, outputs=last_output)
for layer in pretrained_model.layers:
    layer.trainable = False

model = Sequential()
model.add(extractor)
model.add(GlobalAveragePooling2D())
model.add(Dense(64, activation='relu'))
model.add(Dropout(0.25))
model.add(Dense(1, activation='sigmoid'))
model.compile(loss='binary_crossentropy', optimizer=Adam(lr=1e-3), metrics=['acc'])

augmented = ImageDataGenerator(rescale=1. / 255, horizontal_flip=True, width_shift_range=0.1, height_shift_range=0.1)
plain = ImageDataGenerator(rescale=1. / 255)
train_flow = augmented.flow_from_directory(training, target_size=(size, size), batch_size=32, class_mode='binary')
held_flow = plain.flow_from_directory(held_out, target_size=(size, size), batch_size=32, class_mode='binary', shuffle=False)

hist = model.fit_generator(train_flow, epochs=10, validation_data=held_flow, verbose=2)
