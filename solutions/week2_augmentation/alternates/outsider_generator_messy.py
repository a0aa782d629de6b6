# alternate: messy notebook export, pillow in a generator behind closures, labels (batch, 1), sigmoid with focal loss, metric called acc
# %% [markdown]
# # Week 2 (my solution, second try)

# %%
# %matplotlib inline
# !nvidia-smi
import os, sys, time
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from PIL import Image
from tensorflow.keras.layers import *
from tensorflow.keras.models import Model, Sequential

print("tf", tf.__version__, "python", sys.version.split()[0])

# %%
DATA_FOLDER = "./PetImages"
CLASS_NAMES = ["Cat", "Dog"]
IMAGE_SIZE = 64  # params: 64=image_size
BATCH_SIZE = 32  # params: 32=batch_size
VALIDATION_SPLIT = 0.2  # params: 0.2=validation_split

# %%
def make_reader():
    seen = {}

    def read(path):
        if path not in seen:
            with Image.open(path) as im:
                im = im.convert("RGB").resize((IMAGE_SIZE, IMAGE_SIZE), Image.BILINEAR)
                seen[path] = np.asarray(im, dtype="float32")
        return seen[path]

    return read


def make_generator(pairs, read, mix):
    def gen():
        order = np.random.permutation(len(pairs)) if mix else np.arange(len(pairs))
        for i in order:
            path, y = pairs[i]
            yield read(path), np.array([y], dtype="float32")

    return gen


def as_dataset(pairs, read, mix):
    sig = (
        tf.TensorSpec((IMAGE_SIZE, IMAGE_SIZE, 3), tf.float32),
        tf.TensorSpec((1,), tf.float32),
    )
    ds = tf.data.Dataset.from_generator(make_generator(pairs, read, mix), output_signature=sig)
    ds = ds.apply(tf.data.experimental.assert_cardinality(len(pairs)))
    return ds.batch(BATCH_SIZE)


def train_val_datasets():
    pairs = []
    for y, name in enumerate(CLASS_NAMES):
        d = os.path.join(DATA_FOLDER, name)
        for f in sorted(os.listdir(d)):
            pairs.append((os.path.join(d, f), y))
    #np.random.shuffle(pairs)   # does not work with tuples???
    perm = np.random.RandomState(1234).permutation(len(pairs))
    pairs = [pairs[i] for i in perm]
    cut = int(len(pairs) * (1 - VALIDATION_SPLIT))
    print("train", cut, "val", len(pairs) - cut)
    read = make_reader()
    return as_dataset(pairs[:cut], read, mix=True), as_dataset(pairs[cut:], read, mix=False)

# %%
t0 = time.time()
train_dataset, validation_dataset = train_val_datasets()
for xx, yy in train_dataset.take(1):
    print(xx.shape, yy.shape, yy[:5].numpy().ravel(), time.time() - t0)

# %%
def create_augmentation_model():
    m = Sequential()
    m.add(tf.keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 3)))
    m.add(RandomFlip(mode="horizontal"))
    m.add(RandomZoom((-0.2, 0.05), (-0.2, 0.05)))
    m.add(RandomRotation(20 / 360))   # 20 degrees
    m.add(RandomBrightness(0.1, value_range=(0, 255)))
    return m

create_augmentation_model().summary()

# %%
def create_model():
    inp = Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 3))
    x = create_augmentation_model()(inp)
    x = Rescaling(1./255)(x)
    x = Conv2D(32, (3,3), activation='relu')(x)
    x = MaxPooling2D(2, 2)(x)
    x = Conv2D(32, (3,3), activation='relu')(x)
    x = MaxPooling2D(2, 2)(x)
    x = Conv2D(64, (3,3), activation='relu')(x)
    x = MaxPooling2D(2, 2)(x)
    #x = GlobalAveragePooling2D()(x)
    x = Flatten()(x)
    x = Dropout(0.2)(x)
    x = Dense(128, activation='relu')(x)
    x = Dropout(0.2)(x)
    out = Dense(1, activation='sigmoid')(x)
    m = Model(inp, out)
    m.compile(loss=tf.keras.losses.BinaryFocalCrossentropy(gamma=1.0), optimizer='nadam', metrics=['acc'])
    return m

model = create_model()
model.summary()

# %%
STOP_ACCURACY = 0.80  # params: 0.80=stop_accuracy
STOP_VAL_ACCURACY = 0.80  # params: 0.80=stop_val_accuracy

class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs={}):
        a = logs['accuracy'] if 'accuracy' in logs else logs['acc']
        v = logs['val_accuracy'] if 'val_accuracy' in logs else logs['val_acc']
        if min(a - STOP_ACCURACY, v - STOP_VAL_ACCURACY) >= 0:
            print("\nstop!", a, v)
            self.model.stop_training = True

# %%
def overfitting_gap(history):
    h = history.history
    try:
        a, v = h['accuracy'], h['val_accuracy']
    except KeyError:
        a, v = h['acc'], h['val_acc']
    i = v.index(max(v))
    return (a[i] - v[i]) * 100

# %%
EPOCHS = 30
if __name__ == "__main__":
    history = model.fit(train_dataset, epochs=EPOCHS, validation_data=validation_dataset, callbacks=[EarlyStoppingCallback()])
    plt.plot(history.history['acc']); plt.plot(history.history['val_acc']); plt.show()
    print(overfitting_gap(history))
