"""What each fuzzer begins with: honest input in the forms that the parser knows."""

from __future__ import annotations

import io
import json
import zipfile

import numpy as np
from PIL import Image

from grader.paths import solutions_dir
from grader.wire import Message, encode


def seeds(target: str) -> list[bytes]:
    """Honest input for one target. For `model` it builds small networks, which takes Keras."""
    return {
        "wire": lambda: [packed(message) for message in _MESSAGES],
        "channel": lambda: [b"".join(packed(message) for message in _MESSAGES)],
        "notebook": lambda: [_notebook("import os\n%matplotlib inline\n!ls\ndef create_model():\n    return os", "x = [1")],
        "python_file": _python_files,
        "model": lambda: [packed(Message("answer", *model.to_wire())) for model in _models()],
        "answer": lambda: [packed(message) for message in _answers()],
        "picture": lambda: [_png(mode) for mode in ("RGB", "P", "LA")],
        "archive": lambda: [_zip(zipfile.ZIP_STORED), _zip(zipfile.ZIP_DEFLATED)],
    }[target]()  # fmt: skip


_MESSAGES = (
    Message("setup", {"cells": [], "seed": 1, "files": [{"path": "a", "size": 2}]}, {"files": np.zeros(2, np.uint8)}),
    Message("answer", {"x": [1, 2.5, None, True, "é"]}, {"a": np.ones((2, 3), np.float32), "b": np.zeros(0, np.bool_)}),
)


def _python_files() -> list[bytes]:
    reference = (solutions_dir() / "week1_larger_dataset" / "reference.py").read_bytes()
    return [
        reference[:6_000],
        b"# %% [markdown]\n# text\n# %%\ndef create_model(a=b):\n    return a\n",
        b"# coding: latin-1\nb = '\xe9'",
        b"class EarlyStoppingCallback(B, metaclass=M):\n    a = b\nfor i in range(3):\n    B = i\nwith a as b: del c\n",
    ]


def packed(message: Message) -> bytes:
    """A message as it stands on the wire."""
    return b"".join(bytes(chunk) for chunk in encode(message))


def _models():
    import keras

    from grader.model_data.export import export_model

    layers = keras.layers
    small = keras.Sequential([layers.Input((8, 8, 3)), layers.Rescaling(1 / 255), layers.Conv2D(2, 3, activation="relu"),
                              layers.MaxPooling2D(), layers.Flatten(), layers.Dense(1, activation="sigmoid")])  # fmt: skip
    small.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    inputs = keras.Input((8, 8, 3))
    features = layers.GlobalAveragePooling2D()(layers.Conv2D(2, 3)(layers.RandomFlip("horizontal")(inputs / 255.0)))
    functional = keras.Model(inputs, layers.Dense(2, activation="softmax")(layers.Dropout(0.5)(features)))
    functional.compile(keras.optimizers.RMSprop(1e-3), keras.losses.SparseCategoricalCrossentropy())
    return [export_model(model) for model in (small, functional)]


def _answers() -> list[Message]:
    line = {"label": "loss", "number": 0}
    axes = {
        "title": "t",
        "xlabel": "x",
        "ylabel": "y",
        "legend": ["loss"],
        "position": [0.1, 0.1, 0.4, 0.8],
        "lines": [line],
    }
    curve = np.arange(3, dtype=np.float64)
    figure = {
        "png": np.frombuffer(_png("RGB"), np.uint8),
        "x0": curve,
        "y0": curve,
        "image0": np.ones((2, 2), np.float32),
    }
    sides = {f"{side}/{number}/{what}": np.zeros((2, 4, 4, 3) if what == "images" else (2,), np.float32)
             for side in ("train", "validation") for number in (0, 1) for what in ("images", "labels")}  # fmt: skip
    return [
        Message("answer", {"names": ["a.jpg", "b.jpg"], "listed": {"a.jpg": 3}}),
        Message("answer", {"names": ["conv"]}, {"map0": np.ones((1, 2, 2, 3), np.float32)}),
        Message("answer", {"axes": [axes], "legend": [], "images": 1}, figure),
        Message("answer", {"stops": [[False, True, True], [False] * 4]}),
        Message("answer", {"batches": {"train": [[2], [2]], "validation": [[2], [2]]},
                           "endless": {"train": False, "validation": True}}, sides),
    ]  # fmt: skip


def _notebook(*sources: str) -> bytes:
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": [text]}
        for text in sources
    ]
    cells.append({"cell_type": "markdown", "metadata": {}, "source": "# text"})
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def _png(mode: str) -> bytes:
    out = io.BytesIO()
    Image.new(mode, (5, 4)).save(out, "PNG")
    return out.getvalue()


def _zip(method: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("cats/1.jpg", b"x" * 100)
        archive.writestr("dogs/2.jpg", b"y")
        archive.writestr("labels.csv", "label,pixel1\n1,2\n")
    return out.getvalue()
