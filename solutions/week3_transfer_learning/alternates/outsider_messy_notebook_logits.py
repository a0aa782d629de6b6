# alternate: messy notebook with magic lines and prints, augmented training side, closures, one logit with from_logits loss and threshold 0, SGD with momentum, flattened features, while loop in fine_tune
# %%
# %matplotlib inline
# !pip list | grep -i tensorflow
import time

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

# from tensorflow.keras.preprocessing.image import ImageDataGenerator   # old, not needed any more
print(tf.__version__)

# %%
EXERCISE = "week3_transfer_learning"

try:
    import grader.notebook
except ImportError:
    from types import SimpleNamespace

    grader = SimpleNamespace(notebook=SimpleNamespace(check=lambda task: print("no grader for", task)))

TRAIN_FOLDER = "./data/train"
VALIDATION_FOLDER = "./data/validation"
LOCAL_WEIGHTS_FILE = "./data/mobilenet_v2_0.35_96_no_top.weights.h5"
CLASS_NAMES = ["horses", "humans"]

# %%
IMAGE_SIZE = 96  # params: 96=image_size
BATCH_SIZE = 32  # params: 32=batch_size


# %%
def make_flipper():
    def flip(x, y):
        return tf.image.random_flip_left_right(x), y

    return flip


def make_scaler(low, high):
    def scale(x, y):
        return tf.cast(x, tf.float32) / 255.0 * (high - low) + low, y

    return scale


def train_val_datasets():
    kw = dict(label_mode="binary", image_size=(IMAGE_SIZE, IMAGE_SIZE), batch_size=BATCH_SIZE)
    train = tf.keras.utils.image_dataset_from_directory(directory=TRAIN_FOLDER, seed=123, **kw)
    val = tf.keras.utils.image_dataset_from_directory(directory=VALIDATION_FOLDER, seed=123, **kw)
    scale = make_scaler(-1.0, 1.0)
    return train.map(scale).map(make_flipper()), val.map(scale)


# %%
t0 = time.time()
train_dataset, validation_dataset = train_val_datasets()
for images, labels in train_dataset.take(1):
    print(images.shape, labels.shape, images.numpy().min(), images.numpy().max())
    plt.imshow((images[0].numpy() + 1) / 2)
print("took", time.time() - t0)
grader.notebook.check("train_val_datasets")

# %%
BACKBONE_ALPHA = 0.35


def create_pre_trained_model():
    m = tf.keras.applications.mobilenet_v2.MobileNetV2(
        include_top=False, weights=LOCAL_WEIGHTS_FILE, alpha=BACKBONE_ALPHA, input_shape=(IMAGE_SIZE, IMAGE_SIZE, 3)
    )
    for l in m.layers:
        l.trainable = False
    m.trainable = False
    return m


pre_trained_model = create_pre_trained_model()
grader.notebook.check("create_pre_trained_model")

# %%
LAST_LAYER = "block_13_expand_relu"


def output_of_last_layer(pre_trained_model):
    last_layer = pre_trained_model.get_layer(name=LAST_LAYER)
    print("last layer output shape:", last_layer.output.shape)
    return last_layer.output


last_output = output_of_last_layer(pre_trained_model)


# %%
def create_final_model(pre_trained_model, last_output):
    x = tf.keras.layers.SpatialDropout2D(0.1)(last_output)
    x = tf.keras.layers.Flatten()(x)
    x = tf.keras.layers.Dropout(0.2)(x)
    x = tf.keras.layers.Dense(1)(x)  # a logit
    model = tf.keras.Model(pre_trained_model.input, x)
    model.compile(
        optimizer=tf.keras.optimizers.SGD(learning_rate=1e-4, momentum=0.9),
        loss=tf.keras.losses.BinaryCrossentropy(from_logits=True),
        metrics=[tf.keras.metrics.BinaryAccuracy(name="accuracy", threshold=0.0)],
    )
    return model


model = create_final_model(pre_trained_model, last_output)
grader.notebook.check("create_final_model")


# %%
def extract_features(pre_trained_model, dataset):
    F, L = None, None
    for x, y in dataset:
        f = pre_trained_model.predict(x, verbose=0)
        f = f.reshape(f.shape[0], -1)
        F = f if F is None else np.vstack([F, f])
        L = y.numpy() if L is None else np.concatenate([L, y.numpy()])
    return F, L


grader.notebook.check("extract_features")

# %%
history = model.fit(train_dataset, epochs=10, validation_data=validation_dataset, verbose=2)


# %%
def fine_tune(model, n_layers):
    i = [l.name for l in model.layers].index(LAST_LAYER)
    left = n_layers
    while i >= 0:
        model.layers[i].trainable = left > 0 and "BatchNorm" not in type(model.layers[i]).__name__
        left -= 1
        i -= 1
    metrics = ["accuracy"]
    if getattr(model.loss, "from_logits", False) and model.output_shape[-1] == 1:
        metrics = [tf.keras.metrics.BinaryAccuracy(name="accuracy", threshold=0.0)]
    lr = float(model.optimizer.learning_rate) / 10
    model.compile(optimizer=tf.keras.optimizers.SGD(lr, momentum=0.9), loss=model.loss, metrics=metrics)
    return model


model = fine_tune(model, 30)
grader.notebook.check("fine_tune")
model.fit(train_dataset, epochs=2, validation_data=validation_dataset, verbose=2)
