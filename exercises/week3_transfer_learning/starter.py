# %% [markdown]
# # Week 3 · Transfer learning
#
# In the first two weeks your network learnt everything from nothing: that there are edges, that edges make shapes,
# that shapes make ears and legs. That took many pictures. This week you have few, and you borrow: a network that has
# seen thousands of pictures of other things already knows edges and shapes. You
#
# 1. **feed the images**, in the range that the borrowed network is used to;
# 2. **borrow a backbone**: a network without its top, the weights that it learnt, and a lock on them;
# 3. **cut it** where what it sees is still general enough to be of use to you;
# 4. **put a head on top**, the only part that learns;
# 5. **take out what it sees** as plain numbers, one row for each picture;
# 6. **teach it a little more**: open the upper layers and go on in small steps.
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
# After each task a line such as `grader.notebook.check("fine_tune")` tries what you wrote, right here, and tells
# what it saw. Run it as often as you like. Where the grader is not installed, the next cell puts a stand-in in its
# place, so that the notebook runs all the same.

# %%
EXERCISE = "week3_transfer_learning"

try:
    import grader.notebook
    from grader.data import public_dataset
    from grader.data.backbone import backbone_weights_file
except ImportError:
    from types import SimpleNamespace

    def say_unchecked(task):
        print(f"{task} was not checked: the grader is not installed here.")

    public_dataset = None
    grader = SimpleNamespace(notebook=SimpleNamespace(check=say_unchecked))

# %% [markdown]
# ## Horses or humans
#
# `./data/train` and `./data/validation` hold one folder for each class: horses, humans. Beside them
# lies the file with the weights. If they are not here yet, the next cell copies the course's pictures and weights.

# %%
TRAIN_FOLDER = "./data/train"
VALIDATION_FOLDER = "./data/validation"
LOCAL_WEIGHTS_FILE = "./data/mobilenet_v2_0.35_96_no_top.weights.h5"
CLASS_NAMES = ["horses", "humans"]

if public_dataset is not None:
    if not os.path.isdir(TRAIN_FOLDER):
        shutil.copytree(public_dataset("horses_or_humans"), os.path.dirname(TRAIN_FOLDER), dirs_exist_ok=True)
    if not os.path.isfile(LOCAL_WEIGHTS_FILE):
        shutil.copy(backbone_weights_file(), LOCAL_WEIGHTS_FILE)

for folder in [TRAIN_FOLDER, VALIDATION_FOLDER]:
    for name in CLASS_NAMES:
        print(f"{folder}/{name}: {len(os.listdir(os.path.join(folder, name)))} files")

# %% [markdown]
# A few of them, as they lie on disk. Some of the humans wear what a horse might wear, too.

# %%
figure, axes = plt.subplots(2, 6, figsize=(11, 4.2))
for row, class_name in zip(axes, CLASS_NAMES, strict=False):
    class_folder = os.path.join(TRAIN_FOLDER, class_name)
    for ax, file_name in zip(row, sorted(os.listdir(class_folder))[:6], strict=False):
        with Image.open(os.path.join(class_folder, file_name)) as picture:
            ax.imshow(picture)
            ax.set_title(f"{class_name}, {picture.width}×{picture.height}", fontsize=8)
        ax.axis("off")
figure.tight_layout()
plt.show()

# %% [markdown]
# ## 1 · Feed the images
#
# The split is made already, so there is nothing to cut. One thing is new. A network that was trained on values from
# −1 to 1 has never seen a 255: to it, that is not a bright pixel but nonsense. Every network of
# `tf.keras.applications` brings a function `preprocess_input` that puts pixels into its own range. It has to be
# applied **once**: here in the data sets, or later in the model, never in both places.
#
# | | black | white |
# |---|---|---|
# | as it lies on disk | 0 | 255 |
# | `Rescaling(1/255)`, as in the weeks before | 0 | 1 |
# | what MobileNetV2 was trained on | −1 | 1 |
# | preprocessed twice | −1.008 | −0.992 |
#
# Hint: `tf.keras.utils.image_dataset_from_directory` once for each folder, with `label_mode`, `image_size` and
# `batch_size`. Then, if you do it here, `Dataset.map` and `tf.keras.applications.mobilenet_v2.preprocess_input`.

# %%
IMAGE_SIZE = 96
BATCH_SIZE = 32


# %%
def train_val_datasets():
    """Make the training data set from `./data/train` and the validation data set from `./data/validation`.

    Returns:
        A pair (training, validation). Iterating over either gives pairs (images, labels), where

        * images have shape (batch, 96, 96, 3), 32 to a batch;
          values as the backbone wants them, or from 0 to 255 if your final model preprocesses them itself;
        * labels tell the classes apart: 0 and 1 in the order of `CLASS_NAMES`, as shape (batch,) or (batch, 1), or
          one-hot;
        * every picture of a folder comes exactly once, training in mixed order, validation in any;
        * pictures of the validation side are never altered at random.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# What the network will see: one batch. Is the range the one that you meant?

# %%
train_dataset, validation_dataset = train_val_datasets()

images, labels = next(iter(train_dataset))
print("images:", images.shape, "from", float(np.min(images)), "to", float(np.max(images)))
print("labels:", labels.shape)

# %%
grader.notebook.check("train_val_datasets")

# %% [markdown]
# ## 2 · Borrow a backbone
#
# MobileNetV2 is made for telling a thousand things apart. Its **top**, which names them, is of no use to you. What
# is below, the **backbone**, turns a picture into maps of what is where.
#
# Its weights usually come over the network. Here they come from a file, so that everybody has the same ones: build the
# network empty, then load the file. (These weights were learnt from drawings made for this course. They know nothing
# about photographs; for those, take the weights that Keras offers.)
#
# And then lock it. The head that you will put on top starts with random numbers, makes large mistakes at first, and
# these would run down into the backbone and spoil what it knows.
#
# Hint: the Keras page on `MobileNetV2` (see `input_shape`, `alpha`, `include_top`, `weights`), `Model.load_weights`,
# and "Transfer learning & fine-tuning" on `trainable`.

# %%
BACKBONE_ALPHA = 0.35


# %%
def create_pre_trained_model():
    """Build MobileNetV2 without its top, load the weights of `LOCAL_WEIGHTS_FILE`, and freeze it.

    Returns:
        A `tf.keras.Model` that

        * takes images of shape (96, 96, 3);
        * is MobileNetV2 of width `alpha` = 0.35, without its top and without pooling, so that it ends
          in maps;
        * holds the weights of the file, value by value;
        * has nothing in it that is trainable.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %%
pre_trained_model = create_pre_trained_model()

trainable = sum(int(np.prod(weight.shape)) for weight in pre_trained_model.trainable_weights)
print(
    f"{len(pre_trained_model.layers)} layers, {pre_trained_model.count_params():,} parameters, {trainable:,} trainable"
)

# %%
grader.notebook.check("create_pre_trained_model")

# %% [markdown]
# ## 3 · Cut it
#
# The last layers of a backbone have turned to the old task: camel or crocodile? Some layers earlier, what it sees is
# more general, and there are more pixels left to see it in. So you take the output of a layer in between:
# `block_13_expand_relu`. Here are its neighbours:

# %%
LAST_LAYER = "block_13_expand_relu"

names = [layer.name for layer in pre_trained_model.layers]
for layer in pre_trained_model.layers[names.index(LAST_LAYER) - 3 : names.index(LAST_LAYER) + 4]:
    print(f"{'→' if layer.name == LAST_LAYER else ' '} {layer.name:24} {type(layer).__name__:20} {layer.output.shape}")


# %%
def output_of_last_layer(pre_trained_model):
    """Take the output of the layer `block_13_expand_relu`.

    Args:
        pre_trained_model: The backbone, as `create_pre_trained_model` returns it.

    Returns:
        What that layer puts out, as it is: a symbolic tensor (`layer.output`) that still hangs on the model's input.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %%
last_output = output_of_last_layer(pre_trained_model)
print(last_output.shape)

# %%
grader.notebook.check("output_of_last_layer")

# %% [markdown]
# ## 4 · Put a head on top
#
# From `last_output` on, the network is yours: flatten or pool the maps, a dense layer, some dropout, and one output
# for the answer. Then tie both ends together: from the *backbone's* input to *your* output,
#
# `Model(pre_trained_model.input, x)`
#
# That gives one flat model, in which the backbone's layers come first, in their old order. Compile it last. Nobody
# may touch the lock on the backbone here, and its weights least of all.
#
# Hint: the Keras guide "The Functional API"; `Flatten` or `GlobalAveragePooling2D`, `Dense`, `Dropout`.


# %%
def create_final_model(pre_trained_model, last_output):
    """Put a head on the backbone and compile the whole.

    Args:
        pre_trained_model: The backbone, frozen.
        last_output: The output of one of its layers, as `output_of_last_layer` returns it.

    Returns:
        A compiled, untrained `tf.keras.Model` that

        * goes from the backbone's input, through `last_output`, to layers of your own;
        * holds the backbone's weights as they were, and leaves them so while it trains;
        * trains the layers of your own, of which at least one is a `Dropout`;
        * brings pixels into the backbone's range, unless the data sets do so already;
        * ends in one sigmoid unit with binary cross-entropy, or in another output and loss that fit your labels;
        * reports accuracy.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %%
model = create_final_model(pre_trained_model, last_output)

trainable = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
print(f"{model.count_params():,} parameters, {trainable:,} of them trainable")

# %%
grader.notebook.check("create_final_model")

# %% [markdown]
# ## 5 · Take out what it sees
#
# A frozen backbone gives the same numbers for the same picture, every time. Why compute them anew in each epoch? Take
# them out once, and keep them as plain arrays: a row of **features** for each picture, and its label. Anything can
# learn from those, a straight line included.
#
# Two traps. A training data set is shuffled anew each time you go through it, so rows and labels must come from the
# same pass. And in training mode BatchNormalization looks at the other pictures of the batch, so that a picture would
# have other features in other company.
#
# Hint: `for images, labels in dataset:`, `training=False` or `predict_on_batch`, `np.concatenate`.


# %%
def extract_features(pre_trained_model, dataset):
    """Compute what the backbone sees in each picture of a data set.

    Args:
        pre_trained_model: The backbone, frozen or not.
        dataset: A `tf.data.Dataset` of batches (images, labels), images in the backbone's range. It may come in another
            order each time you iterate, and the last batch may be smaller.

    Returns:
        A pair of arrays (features, labels), with one row for each picture, in the order in which they came. Row i and
        label i belong to the same picture. A row is the backbone's output for it in inference mode: averaged over
        height and width, flattened, or as maps, whichever you like. Labels are those of the data set.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %%
features, feature_labels = extract_features(pre_trained_model, train_dataset)
print("features:", features.shape, "labels:", feature_labels.shape)

# %% [markdown]
# Do they tell horses from humans? Two directions in which the features differ most, drawn as a plane: each point is a
# picture. The backbone has been told of neither.

# %%
points = features.reshape(len(features), -1)
points = points - points.mean(axis=0)
_, _, directions = np.linalg.svd(points, full_matrices=False)
plane = points @ directions[:2].T

figure, ax = plt.subplots(figsize=(5, 4))
shown = np.asarray(feature_labels).reshape(len(points), -1)
numbers = shown.argmax(axis=1) if shown.shape[1] > 1 else np.rint(shown[:, 0]).astype(int)
for number, class_name in enumerate(CLASS_NAMES):
    ax.scatter(*plane[numbers == number].T, s=12, label=class_name)
ax.set_xlabel("first direction")
ax.set_ylabel("second direction")
ax.legend()
plt.show()

# %%
grader.notebook.check("extract_features")

# %% [markdown]
# ## 6 · Train, then teach it a little more
#
# First the head alone. 80 % on pictures that it has not trained on is what you are after. When
# you hand in, the grader trains your own chain of functions anew, and looks afterwards whether the backbone is still
# what it was.

# %%
EPOCHS = 10

history = model.fit(train_dataset, epochs=EPOCHS, validation_data=validation_dataset)

# %% [markdown]
# Now that the head makes no large mistakes any more, the upper layers of the backbone may follow. Three rules:
#
# - **Late layers first.** Count from the cut towards the input. *Every* layer counts, also those without weights.
# - **BatchNormalization stays closed.** It counts as one of the n, but is not opened: a few small batches give poor
#   averages, and every layer behind it would suffer.
# - **Small steps.** Compile again, which `trainable` asks for anyway, with a lower rate than the model had.
#
# Where do the backbone's layers end and yours begin? In `model.layers` the backbone comes first, and its last layer
# is `LAST_LAYER`.
#
# Hint: `[layer.name for layer in model.layers].index(LAST_LAYER)`, `isinstance(layer, ...)`,
# `float(model.optimizer.learning_rate)`.


# %%
def fine_tune(model, n_layers):
    """Open the last layers of the backbone and compile the model anew with a lower rate.

    Args:
        model: A compiled final model as in task 4: flat, built with `Model(pre_trained_model.input, x)`, the backbone
            frozen. Its backbone is what comes in `model.layers` up to and including the layer `block_13_expand_relu`.
        n_layers: How many of the backbone's layers to open, counted from its last one towards the input. At least 1, and
            at most as many as there are. Every layer counts, whatever it is.

    Returns:
        The model, compiled anew with the same loss and metrics and a lower learning rate than it came with. Trainable are the
        last `n_layers` layers of the backbone except BatchNormalization, which counts but stays frozen, and the layers
        behind the backbone, as before.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %%
N_LAYERS = 30

model = fine_tune(model, N_LAYERS)

trainable = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
print(f"{trainable:,} parameters trainable, rate {float(model.optimizer.learning_rate):.2g}")

# %%
grader.notebook.check("fine_tune")

# %%
tuned_history = model.fit(train_dataset, epochs=2, validation_data=validation_dataset)

# %% [markdown]
# ## What you have now
#
# A network that learnt from few pictures because another one had learnt from many. Some experiments to go on with, best
# in a copy of this notebook, so that the one that you hand in keeps its constants and functions:
#
# - Forget to freeze. What happens to the loss in the first epoch, and to the validation accuracy in the end?
# - Leave `load_weights` out. The network is the same, its numbers are random. How far does the head come?
# - Train a network of the same shape from scratch. Its training accuracy rises, its validation accuracy does not, or
#   hardly: in so few steps the averages of BatchNormalization, which inference uses, lag behind the weights. So it
#   is not true that it learnt nothing; but it is far less than the backbone brings along.
# - Cut it elsewhere. Which layer is the earliest that still does?
