"""Models and pipelines that nobody asked for are graded: a finding of the student's, never a fault of ours."""

from __future__ import annotations

import pytest

from tests.grading.kit import Grade, Vary, task_scores

FRONT = """    x = inputs = tf.keras.Input((IMAGE_SIZE, IMAGE_SIZE, 3))
    x = tf.keras.layers.Rescaling(1 / 255)(x)
    for filters in (8, 16, 16):
        x = tf.keras.layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
        x = tf.keras.layers.MaxPooling2D()(x)
"""
VECTOR = '    x = tf.keras.layers.Dense(1, activation="sigmoid")(tf.keras.layers.GlobalAveragePooling2D()(x))\n'
COMPILED = """    model = tf.keras.Model(inputs, x)
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model
"""


def model(middle: str, front: str = FRONT, end: str = COMPILED) -> dict[str, str]:
    return {"create_model": f"def create_model():\n{front}{middle}{end}"}


@pytest.mark.parametrize(
    ("middle", "shape"),
    [
        ('    x = tf.keras.layers.Conv2D(1, 1, activation="sigmoid")(x)\n', "(None, 8, 8, 1)"),
        (VECTOR + "    x = tf.keras.layers.Reshape(())(x)\n", "(None,)"),
        (VECTOR + "    x = tf.keras.layers.Reshape((1, 1))(x)\n", "(None, 1, 1)"),
    ],
    ids=["map", "no axis", "sequence"],
)
def test_an_output_that_is_no_vector_is_told_where_output_and_loss_are_judged(
    grade: Grade, vary: Vary, middle: str, shape: str
) -> None:
    """The other checks of the model count as ever; the training waits."""
    report = grade(vary(replace=model(middle)))
    found = report.check("create_model/output_fits_loss")
    assert (found.status, found.seen) == (
        "failed",
        f"The model gives an output of shape {shape} for a batch of images.",
    )
    assert report.check("create_model/convolutions").status == "passed"
    assert report.check("train/unseen_accuracy").seen == "Waiting for `create_model/output_fits_loss`."


def test_layers_that_put_out_no_maps_have_no_place_in_the_journey(grade: Grade, vary: Vary) -> None:
    """Convolutions over sequences and volumes beside those over images."""
    middle = """    y = tf.keras.layers.Reshape((64, 16))(x)
    y = tf.keras.layers.MaxPooling1D()(tf.keras.layers.Conv1D(8, 3)(y))
    y = tf.keras.layers.GlobalAveragePooling1D()(y)
    z = tf.keras.layers.Conv3D(2, 3, padding="same")(tf.keras.layers.Reshape((8, 8, 16, 1))(x))
    z = tf.keras.layers.GlobalAveragePooling3D()(tf.keras.layers.MaxPooling3D()(z))
    x = tf.keras.layers.Concatenate()([y, z, tf.keras.layers.GlobalAveragePooling2D()(x)])
    x = tf.keras.layers.Dense(1, activation="sigmoid")(x)
"""
    assert task_scores(grade(vary(replace=model(middle))))["create_model"] == 24


@pytest.mark.parametrize(
    "end",
    [
        COMPILED.replace("(inputs, x)", "(inputs, [x, x])"),
        COMPILED.replace("(inputs, x)", "(inputs, {'a': x, 'b': x})"),
        "    more = tf.keras.Input((3,))\n    x = tf.keras.layers.Concatenate()([x, more])\n"
        + COMPILED.replace("(inputs, x)", "([inputs, more], x)"),
    ],
    ids=["two outputs", "named outputs", "two inputs"],
)
def test_several_inputs_or_outputs_are_a_finding(grade: Grade, vary: Vary, end: str) -> None:
    """One picture in, one answer out."""
    found = grade(vary(replace=model(VECTOR, end=end))).check("create_model/compiled")
    assert found.status in ("failed", "student_error")
    assert found.seen


def test_a_model_that_needs_too_much_memory_is_a_finding(grade: Grade, vary: Vary) -> None:
    """Hundred megabytes for one image: looked at few by few, and its training ends as `memory`."""
    front = """    x = inputs = tf.keras.Input((IMAGE_SIZE, IMAGE_SIZE, 3))
    x = tf.keras.layers.Rescaling(1 / 255)(x)
    x = tf.keras.layers.Conv2D(1500, 1)(x)
    for _ in range(3):
        x = tf.keras.layers.DepthwiseConv2D(3, padding="same", activation="relu")(x)
    x = tf.keras.layers.Conv2D(8, 3, activation="relu")(tf.keras.layers.MaxPooling2D()(x))
"""
    report = grade(vary(replace=model(VECTOR, front=front)))
    assert report.check("create_model/rescaling").status == "passed"
    assert report.check("train/unseen_accuracy").status == "blocked"
    assert report.check("train/training_accuracy").status == "memory"
    assert task_scores(report)["plot_history"] == 8


def test_sides_of_two_sizes_are_graded(grade: Grade, vary: Vary) -> None:
    """A model for any size trains on one and cannot be asked about hidden pictures of the other."""
    after = """_given = train_val_datasets
def train_val_datasets():
    train, validation = _given()
    return train, validation.map(lambda x, y: (tf.image.resize(x, (20, 20)), y))
"""
    report = grade(vary(after=after))
    assert report.check("train_val_datasets/image_shape").status == "failed"
    assert report.check("train/unseen_accuracy").seen == "Waiting for `train_val_datasets/image_shape`."


def test_channels_first_is_graded(grade: Grade, vary: Vary) -> None:
    """A form that not every machine can train: whatever comes of it, the rest counts."""
    front = FRONT.replace('padding="same"', 'padding="same", data_format="channels_first"')
    assert task_scores(grade(vary(replace=model(VECTOR, front=front))))["plot_history"] == 8


def test_pictures_too_large_for_the_grader_are_a_finding(grade: Grade, vary: Vary) -> None:
    """A megapixel each: what there is no memory for costs its own tasks alone."""
    report = grade(vary(before="", replace={}, after="""_given = train_val_datasets
def train_val_datasets():
    return tuple(side.map(lambda x, y: (tf.image.resize(x, (1000, 1000)), y)) for side in _given())
"""))  # fmt: skip
    assert task_scores(report)["train_val_datasets"] < 24
    assert task_scores(report)["train"] == 0
    assert task_scores(report)["plot_history"] == 8


def test_numbers_too_large_to_compute_with_are_a_finding(grade: Grade, vary: Vary) -> None:
    """Finite where they were made, infinite in the float32 of a network."""
    report = grade(vary(after="""_given = train_val_datasets
def train_val_datasets():
    train, validation = _given()
    huge = tf.constant(1.7e308, tf.float64)
    return train, validation.map(lambda x, y: (tf.cast(x, tf.float64) / 127.5 * huge - huge, y))
"""))  # fmt: skip
    found = report.check("train_val_datasets/value_range")
    assert (found.status, found.seen) == ("failed", "The validation images hold NaN or infinite values.")


def test_an_optimizer_of_ones_own_is_told_as_such(grade: Grade, vary: Vary) -> None:
    """Not as a wrong loss; an instructor is asked to look, and the training waits for it."""
    own = COMPILED.replace('optimizer="adam"', "optimizer=MyAdam()")
    before = "import tensorflow as tf\nclass MyAdam(tf.keras.optimizers.Adam): pass\n"
    report = grade(vary(before=before, replace=model(VECTOR, end=own)))
    found = report.check("create_model/output_fits_loss")
    assert (found.status, report.needs_review) == ("failed", True)
    assert found.seen.startswith(
        "The grader could not compile the model. Its optimizer is not one of Keras' own that the grader knows."
    )
    assert report.check("train/unseen_accuracy").seen == "Waiting for `create_model/output_fits_loss`."
    assert task_scores(report)["create_model"] == 18


def test_maps_of_the_students_form_are_plotted_where_their_own_are_wrong(grade: Grade, vary: Vary) -> None:
    """Who keeps the batch axis plots with it; wrong values do not cost the picture."""
    report = grade(vary(replace={
        "feature_maps": """def feature_maps(model, image):
    layers = [one for one in model.layers if "conv" in one.name or "pool" in one.name]
    probe = tf.keras.Model(model.inputs, [one.output for one in layers])
    return [(one.name, np.asarray(out)) for one, out in zip(layers, probe(image[np.newaxis] / 255.0))]
""",
        "plot_feature_maps": """def plot_feature_maps(maps):
    figure, axes = plt.subplots(len(maps), 1)
    for ax, (name, array) in zip(axes, maps):
        ax.imshow(array[0, :, :, 0])
    return figure
""",
    }))  # fmt: skip
    assert report.check("feature_maps/values").status == "failed"
    assert report.check("feature_maps/picture").status == "passed"
