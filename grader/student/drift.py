"""What older Keras accepted and today's writes differently: kinds of notes and their texts.

A cell says which kinds it met; the text is looked up here, outside the cell. So a note can carry nothing else.
"""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "drift-lr": "Write `learning_rate=`; `lr=` is the old name.",
    "drift-rate": "Write `learning_rate=float(...)`: today's Keras takes a float, no NumPy number, tensor or whole number.",
    "drift-lr-read": "Write `optimizer.learning_rate`; `optimizer.lr` is the old name.",
    "drift-decay": "`decay=` no longer has any effect; leave it out, or give a schedule as `learning_rate`.",
    "drift-epsilon": "Leave `epsilon` out: with `epsilon=None` today's Keras stops as soon as training begins.",
    "drift-legacy": "Write `tf.keras.optimizers.Adam`, without `legacy`.",
    "drift-metrics": 'Write `metrics=["accuracy"]`, with brackets: today\'s Keras wants a list of metrics.',
    "drift-acc": 'Write `metrics=["accuracy"]`; with "acc", the history\'s keys are `acc` and `val_acc`.',
    "drift-metrics-third": "Write `metrics=[...]`; what comes third in `compile` is `loss_weights` today.",
    "drift-pool-size": "Write `AveragePooling2D(2)`; without a size it is refused today.",
    "drift-activation": 'Write the names of activations in lower case: `activation="relu"`.',
    "drift-leaky-relu": 'Write `activation="leaky_relu"`; the name of a layer is no activation today.',
    "drift-output-shape": "Write `layer.output.shape`; `layer.output_shape` is gone.",
    "drift-input-shape": "Write `layer.input.shape`; `layer.input_shape` is gone.",
    "drift-sequential-input": "Write `model.inputs[0]`; a Sequential model has no `.input` until it is called.",
    "drift-sequential-output": "Write `model.outputs[0]`; a Sequential model has no `.output` until it is called.",
    "drift-first-layer": "Begin the model with `keras.Input(shape=...)`; `input_shape=` on a layer is the old way.",
    "drift-callback-model": "Leave out `self.model = ...` in a callback: Keras sets the model itself.",
    "drift-experimental": "Write `tf.keras.layers.Rescaling` and the like, without `experimental.preprocessing`.",
    "drift-module": "Import from `tensorflow.keras.layers`, `.models` or `.utils`; the modules below them are gone.",
    "drift-input-layer": "Write `model.input`; an input layer has no `.input` of its own today.",
    "drift-backend": "Write `tf.keras.backend`, or `float(variable)` for a value: `keras.backend` has lost most of its functions.",
    "drift-numpy": "Write `float`, `int` or `np.float64`; `np.float` and the like are gone.",
    "drift-pillow": "Write `Image.LANCZOS`; `Image.ANTIALIAS` is gone.",
    "drift-weights-path": "The weights file was found by its name: write the path where this course's notebook has it.",
    "drift-generator": "Import `ImageDataGenerator` from `tensorflow.keras.preprocessing.image`; `keras` alone has it no more.",
}
