"""Imported once in the zygote: libraries, and the names in them that load lazily. Runs no operation, ever.

An operation would start TensorFlow's threads, and every later fork would hang in `fit`.
"""

import io

import keras
import matplotlib as mpl

mpl.use("Agg")

import matplotlib.backends.backend_agg
import matplotlib.pyplot as plt
import numpy as np
import PIL.Image
import PIL.JpegImagePlugin
import PIL.PngImagePlugin
import pytest
import tensorflow as tf

LOADED = (
    keras.layers.Conv2D,
    matplotlib.backends.backend_agg.FigureCanvasAgg,
    plt.figure,
    np.random.default_rng,
    PIL.Image.open,
    pytest.main,
    tf.data.Dataset,
    tf.image.resize,
    tf.io.decode_image,
    tf.keras.backend.get_value,
    tf.keras.callbacks.Callback,
    tf.keras.layers.Conv2D,
    tf.keras.preprocessing.image.ImageDataGenerator,
    tf.keras.utils.image_dataset_from_directory,
)
# All formats: who meets a file that is no picture has the whole list tried.
PIL.Image.preinit()
PIL.Image.init()


def _draw_once() -> None:
    """One figure with letters: finding and loading fonts takes half a second, which no fork has to spend again."""
    figure, ax = plt.subplots()
    ax.plot([0, 1], label="a")
    ax.set(xlabel="a", ylabel="a", title="a")
    ax.legend()
    figure.tight_layout()
    figure.savefig(io.BytesIO(), format="png")
    plt.close(figure)


_draw_once()
