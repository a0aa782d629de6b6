# %% [markdown]
# # Week 4 · Beyond binary
#
# So far every question had two answers. Most questions have more. This week the network reads capital letters,
# and much of what was simple with two classes now needs a decision:
#
# 1. **feed the letters**: gray pictures from two folders, with labels as numbers or as one-hot vectors;
# 2. **build the network**: as many outputs as there are answers, softmax, and the loss that fits your labels;
# 3. **from numbers to names**: a row of probabilities becomes "most likely an R, or else a K";
# 4. **what is taken for what**: count every answer in a confusion matrix;
# 5. **train**, and see which letters look alike to a network.
#
# Write your code where a cell says `YOUR CODE HERE`. Keep the names of functions and what they take and return;
# everything else is up to you, helper functions and cells of your own included. The text under each function's
# name says exactly what it has to do.

# %%
import os
import shutil

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from PIL import Image

# %% [markdown]
# After each task a line such as `grader.notebook.check("create_model")` tries what you wrote, right here, and
# tells what it saw. Run it as often as you like. Where the grader is not installed, the next cell puts a stand-in
# in its place, so that the notebook runs all the same.

# %%
EXERCISE = "week4_multiclass"

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
# ## The letters
#
# `./data/train` and `./data/validation` hold one folder for each letter: A, B, C, D, E, F, G, H, I, K, L, M, N, O, P, Q, R, S, T, U, V, W, X, Y. Someone has
# made the split already, so there is nothing to cut this time. If the folders do not lie beside this notebook yet,
# the next cell copies the course's pictures there.
#
# Read the list once more. There is no J, and no Z at the end. (The best-known data set of this kind shows the hand
# signs for the letters, and those two are movements, which no photo can show.) So class number 9 is K, not J. Keep
# that in mind: it will matter.

# %%
TRAIN_FOLDER = "./data/train"
VALIDATION_FOLDER = "./data/validation"
# fmt: off
CLASS_NAMES = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "K", "L", "M", "N", "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X", "Y"]
# fmt: on

if not os.path.isdir(TRAIN_FOLDER) and public_dataset is not None:
    shutil.copytree(public_dataset("letters"), os.path.dirname(TRAIN_FOLDER), dirs_exist_ok=True)

for folder in [TRAIN_FOLDER, VALIDATION_FOLDER]:
    files_of_each = [len(os.listdir(os.path.join(folder, name))) for name in CLASS_NAMES]
    print(f"{folder}: {sum(files_of_each)} files in {len(CLASS_NAMES)} classes")

# %% [markdown]
# One of each, as they lie on disk: light on dark or dark on light, upright or leaning, thick or thin.

# %%
figure, axes = plt.subplots(3, 8, figsize=(10, 4.4))
for ax, class_name in zip(axes.flat, CLASS_NAMES, strict=False):
    class_folder = os.path.join(TRAIN_FOLDER, class_name)
    with Image.open(os.path.join(class_folder, min(os.listdir(class_folder)))) as picture:
        ax.imshow(picture, cmap="gray", vmin=0, vmax=255)
        ax.set_title(f"{class_name}, {picture.width}×{picture.height}, {picture.mode}", fontsize=8)
    ax.axis("off")
figure.tight_layout()
plt.show()

# %% [markdown]
# ## 1 · Feed the letters
#
# A gray picture has one number for each pixel. Its shape is still (28, 28,
# 1), with an axis for the one channel: a convolution wants to know how many there are.
#
# A label can be written in two ways. For the letter C, the third class:
#
# | | label of C | in Keras |
# |---|---|---|
# | whole number | `2` | `label_mode="int"` |
# | one-hot vector | `[0, 0, 1, 0, 0, ...]` | `label_mode="categorical"` |
#
# Both say the same. Choose one, and remember it for the loss.
#
# Hint: `keras.utils.image_dataset_from_directory` once for each folder; look at `color_mode`, `label_mode`,
# `image_size` and `batch_size`. No `validation_split` this time. If you augment, augment the training side alone;
# and ask yourself what a mirrored R is.

# %%
IMAGE_SIZE = 28
BATCH_SIZE = 32


# %%
def train_val_datasets():
    """Make the training data set from `./data/train` and the validation data set from `./data/validation`.

    Returns:
        A pair (training, validation). Iterating over either gives pairs (images, labels), where

        * images have shape (batch, 28, 28, 1), 32 to a batch;
          values from 0 to 255, or from 0 to 1 if you rescale here rather than in the model;
        * labels tell the classes apart by a number, the place in `CLASS_NAMES` from 0 on, as shape (batch,) or
          (batch, 1); or by one-hot vectors, as shape (batch, number of classes);
        * every picture of a folder comes exactly once, training in mixed order, validation in any;
        * pictures of the validation side are never altered.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# What the network will see: one batch, with the labels above.

# %%
train_dataset, validation_dataset = train_val_datasets()

images, labels = next(iter(train_dataset))
print("images:", images.shape, "from", float(np.min(images)), "to", float(np.max(images)))
print("labels:", labels.shape)

figure, axes = plt.subplots(2, 8, figsize=(10, 3))
for ax, image, label in zip(axes.flat, np.asarray(images), np.asarray(labels), strict=False):
    number = int(np.argmax(label)) if np.size(label) > 1 else int(np.squeeze(label))
    ax.imshow(np.squeeze(image), cmap="gray")
    ax.set_title(f"{number}: {CLASS_NAMES[number]}", fontsize=9)
    ax.axis("off")
plt.show()

# %%
grader.notebook.check("train_val_datasets")

# %% [markdown]
# ## 2 · Build the network
#
# Small pictures need no deep network. One or two convolutions with as many poolings will do; after a third
# pooling there would be hardly a pixel left.
#
# The end of the network is what this week is about. *One* sigmoid unit can say yes or no. For many answers there
# are as many units, and **softmax** shares out 100 % among them: if E gets more, F and all others get less. That is
# what you want where exactly one answer is right. The loss has to read the labels in the form in which your data
# sets give them:
#
# | labels | loss |
# |---|---|
# | whole numbers | sparse categorical cross-entropy |
# | one-hot vectors | categorical cross-entropy |
#
# And as before: pixel values should arrive small, scaled once, here or in the data sets.
#
# Hint: the Keras pages on `Conv2D` (see `activation`), `MaxPooling2D`, `Dense`, and "Probabilistic losses".


# %%
def create_model():
    """Build and compile the network that tells the letters apart.

    It takes images as `train_val_datasets` gives them: (28, 28, 1). And it

    * scales the pixel values to about 0 to 1, unless the data sets did so already;
    * has at least 1 and at most 2 convolution layers (`Conv2D`), each with an
      activation, and at most 2 pooling layers;
    * ends in one output for each class, with softmax (or raw scores, and `from_logits=True` in the loss);
    * has at most 5,000,000 parameters;
    * is built from constants: sizes and numbers of classes written down, not read off a data set of another cell;
    * is compiled with an optimiser, the categorical loss that fits the labels, and accuracy as a metric.

    Returns:
        A compiled, untrained `tf.keras.Model`.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %%
model = create_model()
model.summary()

# %%
grader.notebook.check("create_model")

# %% [markdown]
# ## 3 · From numbers to names
#
# `model.predict` gives a row of numbers for each picture. People want names, and a second and third guess where
# the first is not sure.
#
# Which name belongs to number 9? `chr(65 + 9)` says J, and there is no J. Only the list of class names knows. And what if two
# classes are equally probable? Then the one that comes first in the list is named first, so that the same numbers
# always give the same answer.
#
# Hint: `np.argsort` and its arguments `axis` and `kind`. What does "stable" mean there, and what happens to equal
# values if you turn the result around?


# %%
def decode_predictions(probabilities, class_names, top=3):
    """Turn probabilities into names, the most probable first.

    Args:
        probabilities: Array of shape (n, classes): a row for each picture.
        class_names: List of names, in the order of the columns. Any names, not only letters.
        top: How many entries to give for each picture. If it is larger than the number of classes, all are given.

    Returns:
        A list of n lists. Each holds `top` pairs (name, probability) in descending order of probability; classes of
        equal probability come in the order of `class_names`. The probability is the array's own value, not rounded.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %%
some_probabilities = [[0.1, 0.6, 0.3], [0.4, 0.2, 0.4]]
for answer in decode_predictions(some_probabilities, ["apple", "pear", "quince"], top=2):
    print(answer)

# %%
grader.notebook.check("decode_predictions")

# %% [markdown]
# ## 4 · What is taken for what
#
# "95 % right" does not tell whether one letter in twenty fails, or all of the Os because they are taken for Qs. A
# **confusion matrix** does: row i, column j counts the pictures of class i that the network took for class j. What
# is right stands on the diagonal, and every row sums to the number of pictures of its class.
#
# |  | answer: O | answer: Q |
# |---|---|---|
# | **it was an O** | 37 | 3 |
# | **it was a Q** | 1 | 39 |
#
# There is a trap. A training data set is shuffled anew each time you go through it. If you collect predictions in
# one pass and labels in another, they no longer belong together.
#
# Hint: `for images, labels in dataset:`, and inside the loop `model.predict_on_batch` or `model(images)`;
# `np.argmax` with `axis=-1` for outputs and for one-hot labels.


# %%
def confusion_matrix(model, dataset):
    """Count for every true class what the model answered.

    Args:
        model: A Keras model with one output for each class: probabilities or raw scores, the largest is its answer.
        dataset: A `tf.data.Dataset` of batches (images, labels), as the model takes them. Labels are whole numbers, or one-hot
            vectors. It may come in another order each time you iterate, and the last batch may be smaller.

    Returns:
        An integer array of shape (classes, classes). Row i, column j: how many pictures of class i were taken for class j,
        over the whole data set. Classes that never occur have their row and column, too.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# Your network has not been trained yet. What will its matrix look like? Guess, then look.


# %%
def show_confusion(matrix):
    """Draw a confusion matrix with the letters on its sides."""
    figure, ax = plt.subplots(figsize=(6.4, 6))
    ax.imshow(matrix, cmap="Blues")
    ax.set_xticks(range(len(CLASS_NAMES)), CLASS_NAMES)
    ax.set_yticks(range(len(CLASS_NAMES)), CLASS_NAMES)
    ax.set_xlabel("the network's answer")
    ax.set_ylabel("it was")
    figure.tight_layout()
    plt.show()


show_confusion(confusion_matrix(model, validation_dataset))

# %%
grader.notebook.check("confusion_matrix")

# %% [markdown]
# ## 5 · Train
#
# An epoch takes about a second. 90 % on letters that it has not trained on is what you
# are after, and 30 % in every single class. When you hand in, the grader trains your model anew and
# asks it about letters that you do not have.

# %%
EPOCHS = 10

history = model.fit(train_dataset, epochs=EPOCHS, validation_data=validation_dataset)

# %%
matrix = confusion_matrix(model, validation_dataset)
show_confusion(matrix)

right = np.diagonal(matrix) / np.maximum(1, matrix.sum(axis=1))
for i in np.argsort(right)[:5]:
    wrong = matrix[i].copy()
    wrong[i] = 0
    print(f"{CLASS_NAMES[i]}: {right[i]:.0%} right, most often taken for {CLASS_NAMES[np.argmax(wrong)]}")

# %% [markdown]
# And the guesses for some single letters. Where the first guess is wrong, is the second one right?

# %%
sample_images, sample_labels = next(iter(validation_dataset))
guesses = decode_predictions(model.predict(sample_images, verbose=0), CLASS_NAMES)

figure, axes = plt.subplots(2, 8, figsize=(12, 4))
for ax, image, guess in zip(axes.flat, np.asarray(sample_images), guesses, strict=False):
    ax.imshow(np.squeeze(image), cmap="gray")
    ax.set_title("\n".join(f"{name} {probability:.0%}" for name, probability in guess), fontsize=8)
    ax.axis("off")
figure.tight_layout()
plt.show()

# %% [markdown]
# ## What you have now
#
# A network with as many answers as you like, names for its numbers, and a table that shows where it goes wrong.
# Some experiments to go on with, best in a copy of this notebook, so that the one that you hand in keeps its constants
# and functions:
#
# - Change the labels from numbers to one-hot. What else has to change? Does the accuracy?
# - Leave out the activation of the convolutions. How much does it cost?
# - Mirror the training pictures at random. Which letters suffer, and which do not mind?
