# %% [markdown]
# # @TITLE@
#
# Tell the story here: what is to be done, and why. Write your code where a cell says `YOUR CODE HERE`.

# %%
import tensorflow as tf

EXERCISE = "@NAME@"

# %%
try:
    import grader.notebook
except ImportError:
    from types import SimpleNamespace

    def say_unchecked(task):
        print(f"{task} was not checked: the grader is not installed here.")

    grader = SimpleNamespace(notebook=SimpleNamespace(check=say_unchecked))

# %% [markdown]
# ## Build the network
#
# Hint: the Keras pages on `Conv2D`, `MaxPooling2D` and `Dense`.

# %%
IMAGE_SIZE = 64  # param: image_size


# %%
def create_model():
    """Build the network.

    It takes images of shape ({{ image_size }}, {{ image_size }}, {{ channels }}) and has at least {{ min_convolutions }}
    convolution layers (`Conv2D`), with pooling between them.

    Returns:
        A `tf.keras.Model`.
    """
    ### BEGIN SOLUTION
    return tf.keras.Sequential(
        [
            tf.keras.Input(shape=(IMAGE_SIZE, IMAGE_SIZE, 3)),
            tf.keras.layers.Conv2D(8, 3, activation="relu"),
            tf.keras.layers.MaxPooling2D(),
            tf.keras.layers.Conv2D(16, 3, activation="relu"),
            tf.keras.layers.GlobalAveragePooling2D(),
            tf.keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    ### END SOLUTION


# %%
grader.notebook.check("create_model")
