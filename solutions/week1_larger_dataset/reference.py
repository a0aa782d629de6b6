# %% [markdown]
# # Week 1 · A larger, real-world data set
#
# Tidy practice images all have the same size and sit neatly in the middle. Photos that people take of their pets
# do not: they are wide or tall, large or tiny, dark, blurred, half hidden behind a cushion. A few of the files do
# not even open. This week you take such a collection all the way:
#
# 1. **sort the folder**: find the files that really are images;
# 2. **feed the images**: bring every shape to one size, in batches, with some kept aside for validation;
# 3. **build the network**: convolutions, pooling, and one answer: cat or dog;
# 4. **stop in time**: a callback that ends the training when the result is good enough;
# 5. **train**, and **plot** loss and accuracy;
# 6. **follow one image on its journey** through the layers.
#
# Write your code where a cell says `YOUR CODE HERE`. Keep the names of functions and classes and what they take
# and return; everything else is up to you, helper functions and cells of your own included. The text under each
# function's name says exactly what it has to do.

# %%
import os
import shutil
import tempfile

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from PIL import Image

# %% [markdown]
# After each task a line such as `grader.notebook.check("create_model")` tries what you wrote, right here, and
# tells what it saw. Run it as often as you like. Where the grader is not installed, the next cell puts a stand-in
# in its place, so that the notebook runs all the same.

# %%
try:
    import grader.notebook
    from grader.data import public_dataset
except ImportError:
    from types import SimpleNamespace

    def say_unchecked(task):
        print(f"{task} was not checked: the grader is not installed here.")

    public_dataset = None
    grader = SimpleNamespace(notebook=SimpleNamespace(check=say_unchecked))

# %% [markdown]
# ## The photos
#
# The folder `{{ data_folder }}` holds one folder for each class ({{ class_names }}). If it does not lie beside
# this notebook yet, the next cell copies the course's pictures there.

# %%
DATA_FOLDER = "./PetImages"  # param: data_folder
CLASS_NAMES = ["Cat", "Dog"]  # param: class_names

if not os.path.isdir(DATA_FOLDER) and public_dataset is not None:
    shutil.copytree(public_dataset("pets"), DATA_FOLDER)

for class_name in CLASS_NAMES:
    print(f"{class_name}: {len(os.listdir(os.path.join(DATA_FOLDER, class_name)))} files")

# %% [markdown]
# Look at the data before you write a line of code about it. Each picture below is drawn in its own proportions,
# with width and height in pixels above it.

# %%
figure, axes = plt.subplots(len(CLASS_NAMES), 6, figsize=(12, 4.5))
for row, class_name in zip(axes, CLASS_NAMES, strict=True):
    for ax, file_name in zip(row, sorted(os.listdir(os.path.join(DATA_FOLDER, class_name))), strict=False):
        with Image.open(os.path.join(DATA_FOLDER, class_name, file_name)) as photo:
            ax.imshow(photo.convert("RGB"))
            ax.set_title(f"{class_name}, {photo.width}×{photo.height}", fontsize=9)
        ax.axis("off")
figure.tight_layout()
plt.show()

# %% [markdown]
# And all of them at once, one dot for each photo. There is no one size that they share, and hardly two dots
# coincide:

# %%
figure, ax = plt.subplots(figsize=(5, 4))
for class_name in CLASS_NAMES:
    sizes = []
    for file_name in os.listdir(os.path.join(DATA_FOLDER, class_name)):
        with Image.open(os.path.join(DATA_FOLDER, class_name, file_name)) as photo:
            sizes.append(photo.size)
    ax.scatter(*zip(*sizes, strict=True), s=8, alpha=0.5, label=class_name)
ax.set(xlabel="width (pixels)", ylabel="height (pixels)", title="Photos of all shapes and sizes")
ax.legend()
plt.show()

# %% [markdown]
# ## 1 · Sort the folder
#
# Folders that grew over the years hold more than images: downloads that broke off, files of zero bytes, a web
# page saved as `cat.jpg`, the system's own `Thumbs.db`. One such file in the middle of an epoch ends a training
# that ran all night. A name proves nothing, and a size proves little. Only one test settles it: *does the whole
# picture decode?*
#
# Hints, in Pillow's documentation: `Image.open` reads no more than the header, so a file that breaks off later
# still passes; `Image.load` decodes the pixels; `Image.verify` has a paragraph on what it does not do. Or, in
# TensorFlow's: `tf.io.decode_image`.


# %%
def readable_images(directory):
    """Find the files of a folder that can be used as images.

    Stays in: every file whose picture decodes to its end, however unusual: grayscale, CMYK, with transparency, rotated.
    Stays out: empty files, files cut short, files that hold no image whatever their name says, and folders.

    Args:
        directory: Path of the folder, as a string. It is only read: nothing in it is changed or deleted.

    Returns:
        A sorted list of file names, such as `["1.jpg", "2.jpg"]`: without the path.
    """
    ### BEGIN SOLUTION
    readable = []
    for file_name in sorted(os.listdir(directory)):
        try:
            with Image.open(os.path.join(directory, file_name)) as image:
                image.load()
        except (OSError, SyntaxError, ValueError):
            continue
        readable.append(file_name)
    return readable
    ### END SOLUTION


# %% [markdown]
# The course's folder is clean, so make a mess of your own to try it on. Of these six files two should come back:
# `gray.jpg` and `whole.jpg`.

# %%
messy_folder = tempfile.mkdtemp()
first_folder = os.path.join(DATA_FOLDER, CLASS_NAMES[0])
with open(os.path.join(first_folder, min(os.listdir(first_folder))), "rb") as file:
    photo_bytes = file.read()
for file_name, content in {
    "whole.jpg": photo_bytes,
    "cut_short.jpg": photo_bytes[: len(photo_bytes) // 2],
    "empty.jpg": b"",
    "web_page.jpg": b"<html>This photo has moved.</html>",
    "notes.txt": b"ask Mia for the other photos",
}.items():
    with open(os.path.join(messy_folder, file_name), "wb") as file:
        file.write(content)
with Image.open(os.path.join(messy_folder, "whole.jpg")) as photo:
    photo.convert("L").save(os.path.join(messy_folder, "gray.jpg"))

print(readable_images(messy_folder))

# %%
grader.notebook.check("readable_images")

# %% [markdown]
# ## 2 · Feed the images
#
# A network has one input shape, so every photo becomes {{ image_size }}×{{ image_size }} pixels with
# {{ channels }} colour channels. Some photos get a little squashed by that; the network does not mind, as long as
# all of them are treated alike.
#
# Keep {{ validation_split | percent }} of the photos for validation. The network never trains on those: they play
# the photos that it will meet later. So no photo may be on both sides, not even in different epochs. And both
# classes should come mixed: a batch of cats only teaches the network to answer "cat".
#
# Hint: the Keras page "Image data loading" describes `keras.utils.image_dataset_from_directory`; look at
# `image_size`, `label_mode`, `validation_split`, `subset` and `seed`. With `tf.data` by hand:
# `Dataset.from_tensor_slices`, `map`, `shuffle`, `batch`, and mind that `shuffle` deals anew in every epoch.

# %%
IMAGE_SIZE = 64  # param: image_size
BATCH_SIZE = 32  # param: batch_size
VALIDATION_SPLIT = 0.2  # param: validation_split


# %%
def train_val_datasets():
    """Make the two data sets from the photos in `{{ data_folder }}`: one folder for each of {{ class_names }}.

    Every photo of the folder is in exactly one of the two, and in the same one whenever you iterate.

    Returns:
        A pair (training, validation). Iterating over either gives pairs (images, labels), where

        * images have shape (batch, {{ image_size }}, {{ image_size }}, {{ channels }}), {{ batch_size }} to a batch;
          values from 0 to 255, or from 0 to 1 if you rescale here rather than in the model;
        * labels tell the two classes apart by 0 (first class) and 1 (second class), as shape (batch,) or (batch, 1), or
          one-hot as (batch, 2), whichever suits your model's loss;
        * validation holds {{ validation_split | percent }} of the photos, and its images are never altered;
        * the classes come mixed, and training in a new order in every epoch if you like.
    """
    ### BEGIN SOLUTION
    return tf.keras.utils.image_dataset_from_directory(
        DATA_FOLDER,
        class_names=CLASS_NAMES,
        label_mode="binary",
        image_size=(IMAGE_SIZE, IMAGE_SIZE),
        batch_size=BATCH_SIZE,
        validation_split=VALIDATION_SPLIT,
        subset="both",
        seed=42,
    )
    ### END SOLUTION


# %% [markdown]
# What the network will see: one batch, with the labels above.

# %%
train_dataset, validation_dataset = train_val_datasets()

images, labels = next(iter(train_dataset))
print("images:", images.shape, "from", float(np.min(images)), "to", float(np.max(images)))
print("labels:", labels.shape)

figure, axes = plt.subplots(2, 8, figsize=(12, 3.4))
for ax, image, label in zip(axes.flat, np.asarray(images), np.asarray(labels), strict=False):
    ax.imshow(image / max(1.0, image.max()))
    ax.set_title(str(np.squeeze(label)), fontsize=9)
    ax.axis("off")
plt.show()

# %%
grader.notebook.check("train_val_datasets")

# %% [markdown]
# ## 3 · Build the network
#
# A convolution slides small filters over the image, each on the look-out for one pattern; pooling keeps the
# strongest answers and halves the picture. After three rounds of both, edges have become ears. At the end one
# dense layer weighs it all up and gives the answer.
#
# Three choices have to agree with each other:
#
# | the last layer | the labels | the loss |
# |---|---|---|
# | one unit, sigmoid | 0 or 1 | binary cross-entropy |
# | two units, softmax | 0 or 1, as whole numbers | sparse categorical cross-entropy |
# | two units, softmax | one-hot | categorical cross-entropy |
#
# And the pixel values should arrive small, between 0 and 1 say: scale them once, here or in the data sets, not in
# both.
#
# Hint: the Keras pages on `Conv2D`, `MaxPooling2D`, `Rescaling`, `Dense`, and the one on `Model.compile`.


# %%
def create_model():
    """Build and compile the network that tells the two classes apart.

    It takes images as `train_val_datasets` gives them: ({{ image_size }}, {{ image_size }}, {{ channels }}). And it

    * scales the pixel values to about 0 to 1, unless the data sets did so already;
    * has at least {{ min_convolutions }} convolution layers (`Conv2D`), with pooling between them;
    * ends in an output that fits the loss and the labels;
    * has at most {{ max_parameters }} parameters;
    * is compiled with an optimiser, a loss, and accuracy as a metric.

    Returns:
        A compiled, untrained `tf.keras.Model`.
    """
    ### BEGIN SOLUTION
    model = tf.keras.Sequential(
        [
            tf.keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 3)),
            tf.keras.layers.Rescaling(1 / 255),
            tf.keras.layers.Conv2D(16, 3, activation="relu"),
            tf.keras.layers.MaxPooling2D(),
            tf.keras.layers.Conv2D(32, 3, activation="relu"),
            tf.keras.layers.MaxPooling2D(),
            tf.keras.layers.Conv2D(64, 3, activation="relu"),
            tf.keras.layers.MaxPooling2D(),
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dense(64, activation="relu"),
            tf.keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model
    ### END SOLUTION


# %%
model = create_model()
model.summary()

# %%
grader.notebook.check("create_model")

# %% [markdown]
# ## 4 · Stop in time
#
# Why train on when the result is good enough? A callback is asked after every epoch and may end the training.
# Yours ends it when the network knows the training photos *and* does well on the ones it has not trained on.
# Both, in the same epoch: the first alone may be learning by heart, the second alone may be luck.
#
# Hint: the Keras guide "Writing your own callbacks", and there `on_epoch_end` and `self.model.stop_training`.
# What `logs` holds you can see by printing it.

# %%
STOP_ACCURACY = 0.95  # param: stop_accuracy
STOP_VAL_ACCURACY = 0.80  # param: stop_val_accuracy


# %%
class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    """Ends the training once both accuracies are good enough in the same epoch."""

    def on_epoch_end(self, epoch, logs=None):
        """Stop if accuracy is at least {{ stop_accuracy }} and validation accuracy at least {{ stop_val_accuracy }}.

        Args:
            epoch: Number of the epoch that just ended, from 0.
            logs: Dictionary with `accuracy` and `val_accuracy` as fractions (0.95, not 95), besides the losses.
        """
        ### BEGIN SOLUTION
        if logs.get("accuracy", 0.0) >= STOP_ACCURACY and logs.get("val_accuracy", 0.0) >= STOP_VAL_ACCURACY:
            self.model.stop_training = True
        ### END SOLUTION


# %%
grader.notebook.check("EarlyStoppingCallback")

# %% [markdown]
# ## 5 · Train
#
# All the parts meet. One epoch takes a few seconds. Watch `val_accuracy`: {{ unseen_accuracy | percent }} on
# photos that it has not trained on is what you are after. When you hand in, the grader trains your model anew,
# with epochs and a random start of its own, and asks it about photos that you do not have.

# %%
EPOCHS = 20  # param: epochs

history = model.fit(
    train_dataset,
    epochs=EPOCHS,
    validation_data=validation_dataset,
    callbacks=[EarlyStoppingCallback()],
)

# %%
grader.notebook.check("train")

# %% [markdown]
# ## 6 · Plot loss and accuracy
#
# A table of numbers hides the story that curves tell at a glance. Do both curves still climb? Then train on. Does
# training go on to rise while validation stays behind? Then the network has begun to learn the photos by heart.
# That is called overfitting, and it is the subject of next week.
#
# Hint: `history.history` is a dictionary of lists; `plt.subplots`, and on each axes `plot`, `set_xlabel`,
# `set_ylabel`, `legend`.


# %%
def plot_history(history):
    """Draw how loss and accuracy went, in training and in validation.

    Args:
        history: What `fit` returned. Its dictionary `history.history` has the lists `loss`, `accuracy`, `val_loss` and
            `val_accuracy`, one value an epoch.

    Returns:
        A matplotlib `Figure` with four lines (in one picture or in several), whose points are exactly these values.
        Every picture has a label on both axes, and a legend that tells training from validation.
    """
    ### BEGIN SOLUTION
    figure, axes = plt.subplots(1, 2, figsize=(10, 4))
    for ax, name in zip(axes, ["loss", "accuracy"], strict=True):
        values, val_values = history.history[name], history.history[f"val_{name}"]
        epochs = range(1, len(values) + 1)
        ax.plot(epochs, values, marker="o", label=f"training {name}")
        ax.plot(epochs, val_values, marker="o", label=f"validation {name}")
        ax.set(xlabel="epoch", ylabel=name)
        ax.legend()
    figure.tight_layout()
    return figure
    ### END SOLUTION


# %%
plot_history(history)
plt.show()

# %%
grader.notebook.check("plot_history")

# %% [markdown]
# ## 7 · An image's journey
#
# What does the network make of one photo? Take the picture that each convolution and each pooling layer passes
# on, and look. The first layers still show a pet, here its outline, there its bright patches. Further on the
# pictures get small and strange: no longer *what it looks like*, but *what was found, and roughly where*.
#
# Hint: every Keras layer has a `name` and an `output`, and `tf.keras.Model` can be made with many outputs: see
# "Feature extraction" in the Keras guide to the functional API.


# %%
def feature_maps(model, image):
    """Collect what each convolution and pooling layer makes of one image.

    Args:
        model: A built Keras model as `create_model` returns it: a chain of layers that takes values from 0 to 255.
        image: Array of shape (height, width, 3), pixel values from 0 to 255.

    Returns:
        A list of pairs (layer name, array), one for each convolution and each pooling layer, in the order in which the
        image passes through them. The array is the layer's output for this image, after its activation: shape
        (height, width, channels), or the same with a batch axis of 1 in front.
    """
    ### BEGIN SOLUTION
    wanted = (tf.keras.layers.Conv2D, tf.keras.layers.MaxPooling2D, tf.keras.layers.AveragePooling2D)
    layers = [layer for layer in model.layers if isinstance(layer, wanted)]
    journey = tf.keras.Model(model.inputs, [layer.output for layer in layers])
    batch = np.asarray(image, dtype="float32")[np.newaxis]
    outputs = journey(batch)
    return [(layer.name, np.asarray(output)[0]) for layer, output in zip(layers, outputs, strict=True)]
    ### END SOLUTION


# %%
def plot_feature_maps(maps):
    """Draw the journey: one row for each layer, some of its channels side by side as gray pictures.

    Args:
        maps: A list as `feature_maps` returns it.

    Returns:
        A matplotlib `Figure` that shows at least one channel of each layer and names the layers.
    """
    ### BEGIN SOLUTION
    columns = 8
    figure, axes = plt.subplots(len(maps), columns, figsize=(columns, 1.2 * len(maps)), squeeze=False)
    for row, (name, array) in zip(axes, maps, strict=True):
        row[0].set_title(f"{name}, {array.shape[0]}×{array.shape[1]}", fontsize=8, loc="left")
        for index, ax in enumerate(row):
            ax.axis("off")
            if index < array.shape[-1]:
                ax.imshow(array[:, :, index], cmap="gray")
    figure.tight_layout()
    return figure
    ### END SOLUTION


# %%
sample_images, _ = next(iter(validation_dataset))
sample = np.asarray(sample_images)[0]
sample = sample * 255 if sample.max() <= 1 else sample

maps = feature_maps(model, sample)
for layer_name, array in maps:
    print(f"{layer_name}: {np.shape(array)}")
plt.imshow(sample.astype("uint8"))
plt.axis("off")
plot_feature_maps(maps)
plt.show()

# %%
grader.notebook.check("feature_maps")

# %% [markdown]
# ## What you have now
#
# A pipeline that copes with real photos, a network that tells cats from dogs, curves to judge a training by, and
# a way to look inside. Some experiments to go on with, best in a copy of this notebook, so that the one that you hand
# in keeps its constants and functions:
#
# - Leave out one convolution, or add one. What happens to the number of parameters, and to the two curves?
# - Train on a tenth of the photos. When do the curves part?
# - Look at photos that the network gets wrong. Would you have known?
