# alternate: messy percent-format notebook with leftovers (prints, commented magics, a first try that is defined again later), TensorFlow decoding, integer labels with two softmax units, leaky ReLU, average pooling, Nadam
# %%
# %matplotlib inline
# !ls PetImages | head
import os, random, time, glob
import numpy as np
import tensorflow as tf
import matplotlib.pyplot as plt
from tensorflow.keras.layers import *
from tensorflow.keras.models import Sequential
print("TF", tf.__version__)

# %%
DATA_FOLDER = "./PetImages"
CLASS_NAMES = ["Cat", "Dog"]
IMAGE_SIZE = 64  # params: 64=image_size
BATCH_SIZE = 32  # params: 32=batch_size
VALIDATION_SPLIT = 0.2  # params: 0.2=validation_split
STOP_ACCURACY = 0.95  # params: 0.95=stop_accuracy
STOP_VAL_ACCURACY = 0.80  # params: 0.80=stop_val_accuracy
EPOCHS = 20
t0 = time.time()

# %% first idea from class, PIL was complaining so I went with tensorflow
def readable_images(directory):
    good = []
    bad = []
    for f in os.listdir(directory):
        p = os.path.join(directory, f)
        if not os.path.isfile(p):
            continue
        with open(p, "rb") as fh:
            raw = fh.read()
        try:
            pic = tf.io.decode_image(raw, expand_animations=False)
            if pic.shape[0] > 0: good.append(f)
        except (tf.errors.InvalidArgumentError, tf.errors.OpError, ValueError) as err:
            bad.append((f, str(err)[:60]))
    if bad:
        print(len(bad), "unusable:", bad[:3])
    good.sort()
    return good

# %%
# [os.path.getsize(p) for p in glob.glob("./PetImages/Cat/*")][:10]
def _load(which, mix):
    return tf.keras.utils.image_dataset_from_directory(
        DATA_FOLDER, labels="inferred", label_mode="int", class_names=CLASS_NAMES,
        image_size=(IMAGE_SIZE, IMAGE_SIZE), batch_size=BATCH_SIZE, shuffle=mix,
        validation_split=VALIDATION_SPLIT, subset=which, seed=SEED)

SEED = 42
def train_val_datasets():
    tr = _load("training", True)
    va = _load("validation", True)
    print("classes:", tr.class_names)
    return tr, va

# %%
train_dataset, validation_dataset = train_val_datasets()
for x, y in train_dataset.take(1):
    print(x.shape, y.shape, y.numpy()[:10])

# %%
def create_model():
    # too small, 60 %
    m = Sequential([Input((IMAGE_SIZE, IMAGE_SIZE, 3)), Conv2D(8, 3), Flatten(), Dense(2)])
    return m

# %% second try
def conv_block(m, n, pool):
    m.add(Conv2D(n, (3, 3), padding="same"))
    m.add(LeakyReLU())
    m.add(pool((2, 2)))

def create_model():
    m = Sequential()
    m.add(Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 3)))
    m.add(Rescaling(scale=1./255))
    conv_block(m, 32, AveragePooling2D)
    conv_block(m, 64, MaxPooling2D)
    conv_block(m, 128, MaxPooling2D)
    m.add(Flatten())
    m.add(Dense(128))
    m.add(LeakyReLU())
    m.add(Dense(2, activation="softmax"))
    m.compile(optimizer=tf.keras.optimizers.Nadam(learning_rate=0.0007),
              loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return m
model = create_model(); model.summary()

# %%
class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs={}):
        a = logs.get("accuracy")
        v = logs.get("val_accuracy")
        if a is None or v is None:
            return
        if a < STOP_ACCURACY or v < STOP_VAL_ACCURACY:
            pass
        else:
            print("\nboth reached, cancelling training!")
            self.model.stop_training = True

# %%
history = model.fit(train_dataset, epochs=EPOCHS, validation_data=validation_dataset, callbacks=[EarlyStoppingCallback()])
print("took", time.time() - t0)

# %%
def plot_history(history):
    hist = history.history
    fig = plt.figure(figsize=(10, 4))
    plt.subplot(1, 2, 1)
    plt.plot(hist["accuracy"], "r"); plt.plot(hist["val_accuracy"], "b")
    plt.xlabel("Epoch"); plt.ylabel("Accuracy"); plt.legend(["training", "validation"])
    plt.subplot(1, 2, 2)
    plt.plot(hist["loss"], "r"); plt.plot(hist["val_loss"], "b")
    plt.xlabel("Epoch"); plt.ylabel("Loss"); plt.legend(["training", "validation"])
    return fig
plot_history(history); plt.show()

# %%
def feature_maps(model, image):
    outs, names = [], []
    for l in model.layers:
        if isinstance(l, Conv2D) or isinstance(l, MaxPooling2D) or isinstance(l, AveragePooling2D):
            outs.append(l.output); names.append(l.name)
    peek = tf.keras.Model(inputs=model.inputs, outputs=outs)
    res = peek(tf.expand_dims(tf.cast(image, tf.float32), 0), training=False)
    return [(n, r.numpy()) for n, r in zip(names, res)]

def plot_feature_maps(maps):
    fig, axs = plt.subplots(len(maps), 4, figsize=(8, 2*len(maps)), squeeze=False)
    for i in range(len(maps)):
        n, a = maps[i]
        a = np.array(a)
        if len(a.shape) == 4: a = a[0]
        for j in range(4):
            if j < a.shape[2]: axs[i, j].imshow(a[:, :, j], cmap="gray")
            axs[i, j].set_xticks([]); axs[i, j].set_yticks([])
        axs[i, 0].set_ylabel(n, fontsize=7)
    return fig

# %%
xs, _ = next(iter(validation_dataset))
maps = feature_maps(model, xs[0].numpy())
print([(n, a.shape) for n, a in maps])
plot_feature_maps(maps)
# TODO ask Jonas why the last rows look like chess boards
