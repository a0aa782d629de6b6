# mistake: validation begins before training ends
# fails: split_data/split_disjoint
# fix_first: split_data/split_disjoint
# %% [markdown]
# # Cats vs. dogs with more data

# %%
import os
import zipfile
import random
import shutil
import tensorflow as tf
from tensorflow.keras.preprocessing.image import ImageDataGenerator
from shutil import copyfile
import matplotlib.pyplot as plt

# %%
# !wget --no-check-certificate "https://example.org/kagglecatsanddogs.zip" -O "/tmp/cats-and-dogs.zip"

local_zip = '/tmp/cats-and-dogs.zip'
zip_ref   = zipfile.ZipFile(local_zip, 'r')
zip_ref.extractall('/tmp')
zip_ref.close()

# %%
source_path = '/tmp/PetImages'
source_path_dogs = os.path.join(source_path, 'Dog')
source_path_cats = os.path.join(source_path, 'Cat')
print(f"There are {len(os.listdir(source_path_dogs))} images of dogs.")

# %%
root_dir = '/tmp/cats-v-dogs'
if os.path.exists(root_dir):
  shutil.rmtree(root_dir)

def create_train_val_dirs(root_path):
  """Creates directories for the train and validation sets"""
  for side in ['training', 'validation']:
    for label in ['cats', 'dogs']:
      os.makedirs(os.path.join(root_path, side, label))

try:
  create_train_val_dirs(root_path=root_dir)
except FileExistsError:
  print("You should not be seeing this since the upper directory is removed beforehand")

# %%
def split_data(SOURCE_DIR, TRAINING_DIR, VALIDATION_DIR, SPLIT_SIZE):
  files = []
  for filename in os.listdir(SOURCE_DIR):
    if os.path.getsize(SOURCE_DIR + filename) == 0:
      print(f"{filename} is zero length, so ignoring.")
    else:
      files.append(filename)
  shuffled = random.sample(files, len(files))
  n_train = int(len(files) * SPLIT_SIZE)
  for filename in shuffled[:n_train]:
    copyfile(SOURCE_DIR + filename, TRAINING_DIR + filename)
  for filename in shuffled[n_train - 3:]:
    copyfile(SOURCE_DIR + filename, VALIDATION_DIR + filename)

# %%
CAT_SOURCE_DIR = "/tmp/PetImages/Cat/"
TRAINING_CATS_DIR = os.path.join(root_dir, "training", "cats/")
VALIDATION_CATS_DIR = os.path.join(root_dir, "validation", "cats/")
split_data(CAT_SOURCE_DIR, TRAINING_CATS_DIR, VALIDATION_CATS_DIR, .9)
print(f"\n\nOriginal cat's directory has {len(os.listdir(CAT_SOURCE_DIR))} images")

# %%
def train_val_generators(TRAINING_DIR, VALIDATION_DIR):
  train_datagen = ImageDataGenerator(rescale=1.0/255.,
                                     rotation_range=40,
                                     width_shift_range=0.2,
                                     height_shift_range=0.2,
                                     shear_range=0.2,
                                     zoom_range=0.2,
                                     horizontal_flip=True,
                                     fill_mode='nearest')
  train_generator = train_datagen.flow_from_directory(directory=TRAINING_DIR,
                                                      batch_size=20,
                                                      class_mode='binary',
                                                      target_size=(150, 150))
  validation_datagen = ImageDataGenerator(rescale=1.0/255.)
  validation_generator = validation_datagen.flow_from_directory(directory=VALIDATION_DIR,
                                                                batch_size=20,
                                                                class_mode='binary',
                                                                target_size=(150, 150))
  return train_generator, validation_generator

train_generator, validation_generator = train_val_generators('/tmp/cats-v-dogs/training', '/tmp/cats-v-dogs/validation')

# %%
def create_model():
  model = tf.keras.models.Sequential([
      tf.keras.layers.Conv2D(16, (3,3), activation='relu', input_shape=(150, 150, 3)),
      tf.keras.layers.MaxPooling2D(2,2),
      tf.keras.layers.Conv2D(32, (3,3), activation='relu'),
      tf.keras.layers.MaxPooling2D(2,2),
      tf.keras.layers.Conv2D(64, (3,3), activation='relu'),
      tf.keras.layers.MaxPooling2D(2,2),
      tf.keras.layers.Conv2D(128, (3,3), activation='relu'),
      tf.keras.layers.MaxPooling2D(2,2),
      tf.keras.layers.Flatten(),
      tf.keras.layers.Dense(512, activation='relu'),
      tf.keras.layers.Dense(1, activation='sigmoid')
  ])
  model.compile(optimizer='adam',
                loss='binary_crossentropy',
                metrics=['accuracy'])
  return model

# %%
model = create_model()
history = model.fit(train_generator,
                    epochs=15,
                    verbose=1,
                    validation_data=validation_generator)

# %%
acc=history.history['accuracy']
val_acc=history.history['val_accuracy']
plt.plot(range(len(acc)), acc, 'r', "Training Accuracy")
plt.plot(range(len(acc)), val_acc, 'b', "Validation Accuracy")
plt.title('Training and validation accuracy')
plt.show()
