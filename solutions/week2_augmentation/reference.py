# %% [markdown]
# # Week 2 · Augmentation and dropout against overfitting
#
# Last week's network told cats from dogs. It did better on the photos that it had practised than on new ones, and
# the fewer photos it has, the more it learns them by heart: this one has the carpet, that one the red collar. That
# is called overfitting. This week you do something about it, and measure whether it helped:
#
# 1. **feed the images**, as last week;
# 2. **make variants**: an augmentation model that mirrors, tilts and zooms each photo anew in every epoch;
# 3. **build the network**, with the augmentation in front and dropout towards the end;
# 4. **stop in time**, with a callback;
# 5. **measure the gap** between practice and exam as one number;
# 6. **train**, with and without what you built, and compare.
#
# Write your code where a cell says `YOUR CODE HERE`. Keep the names of functions and classes and what they take
# and return; everything else is up to you, helper functions and cells of your own included. The text under each
# function's name says exactly what it has to do.

# %%
import os
import shutil

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

# %% [markdown]
# After each task a line such as `grader.notebook.check("create_model")` tries what you wrote, right here, and
# tells what it saw. Run it as often as you like. Where the grader is not installed, the next cell puts a stand-in
# in its place, so that the notebook runs all the same.

# %%
EXERCISE = "week2_augmentation"

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
# A few hundred photos. A child would have seen enough after ten; a network with a hundred thousand weights has more
# weights than you have photos, and room to store every one of them.

# %% [markdown]
# ## 1 · Feed the images
#
# As last week: every photo becomes {{ image_size }}×{{ image_size }} pixels with {{ channels }} colour channels, and
# {{ validation_split | percent }} of them are kept aside for validation. Nothing is augmented here. Least of all
# validation: it plays the exam, and an exam is about real photos.
#
# Hint: the Keras page "Image data loading" describes `keras.utils.image_dataset_from_directory`; look at
# `image_size`, `label_mode`, `validation_split`, `subset` and `seed`.

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


# %%
train_dataset, validation_dataset = train_val_datasets()

images, labels = next(iter(train_dataset))
print("images:", images.shape, "from", float(np.min(images)), "to", float(np.max(images)))
print("labels:", labels.shape)

# %%
grader.notebook.check("train_val_datasets")

# %% [markdown]
# ## 2 · A hundred variants of each photo
#
# A cat in a mirror is a cat. So is one that tilts its head, one a step nearer, one in the evening. A small model of
# random layers makes such variants on the fly: another one each time a photo comes by, and none outside of training.
#
# Which changes? Those after which *you* would still say "cat", of a picture that somebody could have taken. Factors in
# Keras are shares: `RandomRotation(0.1)` turns by up to a tenth of a full turn, `RandomTranslation(0.1, 0.1)` moves by
# up to a tenth of the picture. Neither pixels nor degrees.
#
# Hint: the Keras page "Image augmentation layers", and there `RandomFlip`, `RandomRotation`, `RandomZoom`,
# `RandomTranslation`, `RandomContrast`, `RandomBrightness`.


# %%
def create_augmentation_model():
    """Build the model that makes a random variant of each picture while the network trains.

    It takes pictures of shape ({{ image_size }}, {{ image_size }}, {{ channels }}), values from 0 to 255, and gives
    pictures of the same shape and range: nothing is rescaled here. And it

    * changes pictures noticeably in training, and not at all outside of training;
    * makes at least {{ min_kinds }} different kinds of change, such as mirroring and zooming;
    * keeps the pet in sight, recognisable, and turned by no more than about a quarter turn.

    Returns:
        A `tf.keras.Model` (a `Sequential` is one) that begins with an `Input`. It is not compiled.
    """
    ### BEGIN SOLUTION
    return tf.keras.Sequential(
        [
            tf.keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 3)),
            tf.keras.layers.RandomFlip("horizontal"),
            tf.keras.layers.RandomRotation(0.1),
            tf.keras.layers.RandomZoom(0.2),
        ]
    )
    ### END SOLUTION


# %% [markdown]
# Look at what it does. Each row is one photo, on the left as it is, then seven variants. If you can no longer tell
# what you see, neither can the network.

# %%
augment = create_augmentation_model()
in_range = np.asarray(images) * (255 if np.max(images) <= 1 else 1)

figure, axes = plt.subplots(4, 8, figsize=(12, 6))
for row, image in zip(axes, in_range, strict=False):
    row[0].set_title("as it is", fontsize=9)
    for number, ax in enumerate(row):
        variant = augment(image[np.newaxis], training=number > 0)[0]
        ax.imshow(np.clip(variant, 0, 255).astype("uint8"))
        ax.axis("off")
plt.show()

# %%
grader.notebook.check("create_augmentation_model")

# %% [markdown]
# ## 3 · Build the network
#
# The network of last week, with two additions. In front, before anything else, stands the augmentation model: a model
# can be used inside another one like a layer. And towards the end there is **dropout**: in each step of the training
# it sets a share of the values to 0, others each time, so that nothing can rely on one red collar alone.
#
#     photo → variants → 0 to 1 → convolutions and pooling → dropout → dense → answer
#
# Both know by themselves whether the network is training.
#
# Hint: the Keras pages on `Dropout` and `Rescaling`, and "Models are callable like layers" in the guide to the
# functional API.


# %%
def create_model():
    """Build and compile the network that tells the two classes apart.

    It takes images as `train_val_datasets` gives them: ({{ image_size }}, {{ image_size }}, {{ channels }}). And it

    * begins with the augmentation of `create_augmentation_model`, used once;
    * then scales the pixel values to about 0 to 1, unless the data sets did so already;
    * has at least {{ min_convolutions }} convolution layers (`Conv2D`), with pooling between them;
    * has dropout with a sensible rate, between the convolutions and the output layer;
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
            create_augmentation_model(),
            tf.keras.layers.Rescaling(1 / 255),
            tf.keras.layers.Conv2D(16, 3, activation="relu"),
            tf.keras.layers.MaxPooling2D(),
            tf.keras.layers.Conv2D(32, 3, activation="relu"),
            tf.keras.layers.MaxPooling2D(),
            tf.keras.layers.Conv2D(64, 3, activation="relu"),
            tf.keras.layers.MaxPooling2D(),
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dropout(0.3),
            tf.keras.layers.Dense(64, activation="relu"),
            tf.keras.layers.Dropout(0.3),
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
# As last week, with thresholds of this week: with augmentation, training itself is harder, and its accuracy climbs
# more slowly.

# %%
STOP_ACCURACY = 0.80  # param: stop_accuracy
STOP_VAL_ACCURACY = 0.80  # param: stop_val_accuracy


# %%
class EarlyStoppingCallback(tf.keras.callbacks.Callback):
    """Ends the training once both accuracies are good enough in the same epoch."""

    def on_epoch_end(self, epoch, logs=None):
        """Stop if accuracy is at least {{ stop_accuracy }} and validation accuracy at least {{ stop_val_accuracy }}.

        Args:
            epoch: Number of the epoch that just ended, from 0.
            logs: Dictionary with `accuracy` and `val_accuracy` as fractions (0.80, not 80), besides the losses.
        """
        ### BEGIN SOLUTION
        if logs.get("accuracy", 0.0) >= STOP_ACCURACY and logs.get("val_accuracy", 0.0) >= STOP_VAL_ACCURACY:
            self.model.stop_training = True
        ### END SOLUTION


# %%
grader.notebook.check("EarlyStoppingCallback")

# %% [markdown]
# ## 5 · Measure the gap
#
# How much does a network overfit? Take the epoch that did best in validation, the one that you would keep, and
# subtract: training accuracy minus validation accuracy. In percentage points, because "seven points" is something one
# can talk about.
#
# Hint: `history.history` is a dictionary of lists; `np.argmax` finds the place of the largest value, the first one if
# there are several.


# %%
def overfitting_gap(history):
    """Measure how much better the network does on its training photos than on those of validation.

    Args:
        history: What `fit` returned. Its dictionary `history.history` has the lists `accuracy` and `val_accuracy`, or
            `acc` and `val_acc` where the metric was called so: fractions, one value an epoch.

    Returns:
        A number: training minus validation accuracy in percentage points, at the epoch with the highest validation
        accuracy; of several such epochs the first. Accuracies of 0.90 and 0.85 give 5.0, the other way round -5.0.
    """
    ### BEGIN SOLUTION
    key = "accuracy" if "accuracy" in history.history else "acc"
    accuracy, val_accuracy = history.history[key], history.history[f"val_{key}"]
    best = int(np.argmax(val_accuracy))
    return 100 * (accuracy[best] - val_accuracy[best])
    ### END SOLUTION


# %%
grader.notebook.check("overfitting_gap")

# %% [markdown]
# ## 6 · Train, and compare
#
# First your network. Training is slower than last week, in time and in epochs: every photo is drawn anew.

# %%
EPOCHS = 30  # param: epochs

history = model.fit(
    train_dataset,
    epochs=EPOCHS,
    validation_data=validation_dataset,
    callbacks=[EarlyStoppingCallback()],
)

# %% [markdown]
# And now the experiment that this week is about. Folders that people filled hold mistakes: here a cat among the dogs,
# there a dog among the cats. So turn some of the training labels round, and train for many epochs. A network that has
# understood what a cat is will not believe them. One that learns by heart learns them, too, and pays for it in the
# exam. One network is yours; the other one is last week's, without augmentation and dropout.

# %%
WRONG_LABELS = 0.1  # param: wrong_labels
rng = np.random.default_rng(0)


def with_wrong_labels(pictures, label):
    """A batch in which some labels are those of the other class, whichever form they have."""
    wrong = rng.random(len(label)) < WRONG_LABELS
    return pictures, np.where(wrong.reshape(-1, *[1] * (np.ndim(label) - 1)), 1 - label, label)


noisy_batches = [with_wrong_labels(np.asarray(pictures), np.asarray(label)) for pictures, label in train_dataset]

plain = tf.keras.Sequential(
    [
        tf.keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 3)),
        tf.keras.layers.Rescaling(1 / (255 if np.max(images) > 1 else 1)),
        tf.keras.layers.Conv2D(16, 3, activation="relu"),
        tf.keras.layers.MaxPooling2D(),
        tf.keras.layers.Conv2D(32, 3, activation="relu"),
        tf.keras.layers.MaxPooling2D(),
        tf.keras.layers.Conv2D(64, 3, activation="relu"),
        tf.keras.layers.MaxPooling2D(),
        tf.keras.layers.Flatten(),
        tf.keras.layers.Dense(64, activation="relu"),
        tf.keras.layers.Dense(2),
    ]
)
plain.compile("adam", tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])


def with_number(pictures, label):
    """Labels as whole numbers, whichever form yours have."""
    one_hot = len(label.shape) > 1 and label.shape[-1] == 2
    return pictures, tf.argmax(label, axis=-1) if one_hot else tf.reshape(tf.cast(label, tf.int64), [-1])


def same_batches():
    """The same batches in every epoch."""
    yield from noisy_batches


noisy_photos = tf.data.Dataset.from_generator(
    same_batches,
    output_signature=tuple(tf.TensorSpec((None, *part.shape[1:]), part.dtype) for part in noisy_batches[0]),
)
yours = create_model()
runs = {
    "with augmentation and dropout": yours.fit(
        noisy_photos, epochs=EPOCHS, validation_data=validation_dataset, verbose=0
    ),
    "without": plain.fit(
        noisy_photos.map(with_number), epochs=EPOCHS, validation_data=validation_dataset.map(with_number), verbose=0
    ),
}

# %%
figure, axes = plt.subplots(1, 2, figsize=(11, 4), sharey=True)
for ax, (title, run) in zip(axes, runs.items(), strict=True):
    training_key = next(key for key in run.history if "acc" in key and not key.startswith("val_"))
    ax.plot(run.history[training_key], label="training")
    ax.plot(run.history[f"val_{training_key}"], label="validation")
    ax.set(title=f"{title}: gap {overfitting_gap(run):.1f} points", xlabel="epoch", ylabel="accuracy")
    ax.legend()
plt.show()

# %% [markdown]
# When you hand in, the grader does the same with your network: it takes {{ gap_images }} of your training photos, gives
# {{ wrong_labels | percent }} of them a wrong label, trains for {{ epochs }} epochs from a random start of its own, and
# then asks about these photos, with the labels that they were given, and about others that you do not have, with true
# ones; both without augmentation and dropout. It wants at least {{ train_accuracy | percent }} and
# {{ unseen_accuracy | percent }}, no more than {{ max_gap }} points apart.

# %%
grader.notebook.check("train")

# %% [markdown]
# ## What you have now
#
# A network that has to understand, because learning by heart no longer pays, and a number that shows it. Some
# experiments to go on with, best in a copy of this notebook, so that the one that you hand in keeps its constants and
# functions:
#
# - Only augmentation, or only dropout: which of them closes the gap further? What does each cost in epochs?
# - Make the augmentation stronger, step by step. When does validation begin to suffer?
# - `RandomFlip("vertical")`: does it help with pets? Would it with photos taken from a satellite?
