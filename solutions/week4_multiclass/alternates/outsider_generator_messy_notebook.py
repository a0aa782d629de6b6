# alternate: from_generator with PIL in percent format with leftovers, labels of shape (batch, 1), raw scores with sparse loss, RMSprop, model.add, heapq, Counter
# %%
# %matplotlib inline
# !pip list | grep tensorflow
import heapq
import os
from collections import Counter

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from PIL import Image
from tensorflow.keras.layers import Conv2D, Dense, Flatten, MaxPooling2D, Rescaling
from tensorflow.keras.models import Sequential

print(tf.__version__)

# %%
TRAIN_FOLDER = "./data/train"
VALIDATION_FOLDER = "./data/validation"
# fmt: off
CLASS_NAMES = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "K", "L", "M", "N", "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X", "Y"]
# fmt: on

IMAGE_SIZE = 28  # params: 28=image_size
BATCH_SIZE = 32  # params: 32=batch_size


# %%
def read_everything(folder):
    pics = []
    nums = []
    for k in range(len(CLASS_NAMES)):
        d = folder + "/" + CLASS_NAMES[k]
        for f in sorted(os.listdir(d)):
            with Image.open(d + "/" + f) as im:
                im = im.convert("L")
                if im.size != (IMAGE_SIZE, IMAGE_SIZE):
                    im = im.resize((IMAGE_SIZE, IMAGE_SIZE))
                pics.append(np.array(im, dtype="float32"))
            nums.append([k])
    return np.expand_dims(np.stack(pics), -1), np.array(nums, dtype="int32")


def make_dataset(folder, mix):
    X, y = read_everything(folder)
    print(folder, X.shape, y.shape)

    def one_by_one():
        order = np.arange(len(X))
        if mix:
            np.random.shuffle(order)
        for i in order:
            yield X[i], y[i]

    ds = tf.data.Dataset.from_generator(
        one_by_one,
        output_signature=(
            tf.TensorSpec((IMAGE_SIZE, IMAGE_SIZE, 1), tf.float32),
            tf.TensorSpec((1,), tf.int32),
        ),
    )
    ds = ds.apply(tf.data.experimental.assert_cardinality(len(X)))
    return ds.batch(BATCH_SIZE)


def train_val_datasets():
    train = make_dataset(TRAIN_FOLDER, True)
    val = make_dataset(VALIDATION_FOLDER, False)
    # train = train.map(lambda x, y: (tf.image.random_flip_left_right(x), y))   no!! R
    return train, val


# %%
train_dataset, validation_dataset = train_val_datasets()
for a, b in train_dataset.take(1):
    print(a.shape, b.shape, b[:5].numpy().ravel())


# %%
def create_model():
    m = Sequential()
    m.add(tf.keras.Input((28, 28, 1)))  # params: 28=image_size
    m.add(Rescaling(scale=1.0 / 255))
    m.add(Conv2D(32, (3, 3), activation="elu"))
    m.add(MaxPooling2D(2, 2))
    m.add(Conv2D(64, (3, 3), activation="elu"))
    m.add(MaxPooling2D(2, 2))
    m.add(Flatten())
    m.add(Dense(256, activation="relu"))
    m.add(Dense(len(CLASS_NAMES), activation="linear"))
    m.compile(
        tf.keras.optimizers.RMSprop(learning_rate=0.001),
        tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        ["accuracy"],
    )
    return m


create_model().summary()


# %%
def decode_predictions(probabilities, class_names, top=3):
    out = []
    for row in probabilities:
        best = heapq.nlargest(top, range(len(row)), key=lambda i: (row[i], -i))
        out.append([(class_names[i], row[i]) for i in best])
    return out


decode_predictions([[0.1, 0.6, 0.3], [0.4, 0.2, 0.4]], ["apple", "pear", "quince"], top=2)


# %%
def confusion_matrix(model, dataset):
    counts = Counter()
    for x, y in dataset:
        out = model.predict_on_batch(x)
        y = y.numpy()
        y = np.argmax(y, axis=-1) if (y.ndim == 2 and y.shape[1] > 1) else y.reshape(-1)
        counts.update((int(t), int(p)) for t, p in zip(y, np.argmax(out, axis=-1)))
    n = out.shape[-1]
    return np.array([[counts[i, j] for j in range(n)] for i in range(n)], dtype=int)


# %%
EPOCHS = 10
model = create_model()
history = model.fit(train_dataset, epochs=EPOCHS, validation_data=validation_dataset)
print(history.history.keys())

# %%
plt.matshow(confusion_matrix(model, validation_dataset))
plt.show()
