"""What a layer of the student's own does under `if training` is at work in training, and only there, when rebuilt."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from grader.model_data import RANDOM_AT_INFERENCE, CannotExport, export_model, rebuild_model

SHAPE = (12, 12, 3)


class Doubled(layers.Layer):
    """Twice the picture while training, so that each output tells in which mode the layer was called."""

    def call(self, x, training=False):
        return 2 * x if training else x


class Around(layers.Layer):
    """Calls `Doubled` with what `said` says of `training`."""

    def __init__(self, **said):
        super().__init__()
        self.inner, self.said = Doubled(), said

    def call(self, x):
        return self.inner(x, **self.said)


class Branch(layers.Layer):
    """`change` under `if training`."""

    def __init__(self, change):
        super().__init__()
        self.change = change

    def call(self, x, training=False):
        if training:
            x = self.change(x)
        return x


def functional(layer, **call):
    inputs = keras.Input(SHAPE)
    return keras.Model(inputs, layer(inputs, **call))


def nested(said):
    inner = functional(Doubled())
    return functional(inner, training=said)


def in_a_layer(part, **call):
    class Holder(layers.Layer):
        def __init__(self):
            super().__init__()
            self.part = part

        def call(self, x):
            return self.part(x, **call)

    return functional(Holder())


MODES = {
    "default": lambda: functional(Doubled()),
    "Sequential": lambda: keras.Sequential([keras.Input(SHAPE), Doubled()]),
    "said False": lambda: functional(Doubled(), training=False),
    "said True": lambda: functional(Doubled(), training=True),
    "model, said False": lambda: nested(False),
    "model, said True": lambda: nested(True),
    "layer in a layer": lambda: functional(Around()),
    "layer in a layer, said False": lambda: functional(Around(training=False)),
    "layer in a layer, said None": lambda: functional(Around(training=None)),
    "layer in a layer, said True": lambda: functional(Around(training=True)),
    "model in a layer, said False": lambda: in_a_layer(functional(Doubled()), training=False),
    "model in a layer": lambda: in_a_layer(functional(Doubled())),
}


@pytest.mark.parametrize("make", MODES.values(), ids=MODES)
def test_a_layer_trains_where_keras_says_that_it_trains(make, sample, over_the_wire):
    """A recorded `training`, from a default or said in a call of the graph, gives way to that of `fit` and `predict`."""
    model = make()
    rebuilt = rebuild_model(over_the_wire(export_model(model, sample)))
    assert rebuilt.agrees
    for training in (True, False):
        expected = model(sample, training=training)
        np.testing.assert_allclose(rebuilt.model(sample, training=training), expected, rtol=1e-5)
    np.testing.assert_allclose(rebuilt.model.predict(sample, verbose=0), model.predict(sample, verbose=0), rtol=1e-5)


def test_fit_trains_the_rebuilt_layer(sample):
    """In `fit`, too: the loss of a picture against itself is that of its double."""
    rebuilt = rebuild_model(export_model(functional(Doubled(), training=False), sample)).model
    rebuilt.compile(loss="mae")
    with pytest.warns(UserWarning, match="trainable weights"):
        history = rebuilt.fit(sample, sample, verbose=0)
    assert history.history["loss"][0] == pytest.approx(np.abs(sample).mean(), rel=1e-4)


@pytest.mark.parametrize(
    "part", [layers.RandomFlip, lambda: keras.Sequential([layers.RandomFlip()])], ids=["layer", "model"]
)
def test_a_random_layer_that_is_told_not_to_train_rests(part, sample):
    """`self.augment(x, training=False)` inside a `call` changes nothing in `fit`, and so it is graded."""
    rebuilt = rebuild_model(export_model(in_a_layer(part(), training=False), sample)).model
    np.testing.assert_allclose(rebuilt(np.concatenate([sample] * 4), training=True), np.concatenate([sample] * 4))


def drawn(change, images, times=6):
    """Rebuilt from a layer with `change` under `if training`: at inference as it was, and `times` results in training."""
    rebuilt = rebuild_model(export_model(functional(Branch(change)), images))
    assert rebuilt.agrees
    np.testing.assert_allclose(rebuilt.model(images, training=False), images, atol=1e-3)
    return [np.asarray(rebuilt.model(images, training=True)) for _ in range(times)]


@pytest.mark.parametrize(("function", "axis"), [("left_right", 2), ("up_down", 1)])
@pytest.mark.parametrize("seed", [{}, {"seed": (1, 2)}])
def test_flips_are_drawn_for_each_picture(function, axis, seed, sample):
    """Every picture comes out as it was or mirrored, and both happen within a batch."""
    images = np.concatenate([sample] * 4)
    name = f"{'stateless_' if seed else ''}random_flip_{function}"
    flipped = np.array(
        [
            [np.allclose(one, np.flip(image, axis - 1)) for one, image in zip(batch, images, strict=True)]
            for batch in drawn(lambda x: getattr(tf.image, name)(x, **seed), images)
        ]
    )
    mixed = (flipped.any(axis=1) & ~flipped.all(axis=1)).all()
    assert mixed
    assert 0.2 < flipped.mean() < 0.8


FACTORS = {
    "contrast": ((0.5, 0.9), (0.2, 1.2), (1.5, 2.5)),
    "saturation": ((0.5, 0.9), (0.2, 1.2), (1.5, 12.0)),
    "brightness": ((40,), (200,), (0,)),
}


@pytest.mark.parametrize("kind", FACTORS)
def test_one_factor_is_drawn_for_a_batch(kind, sample):
    """What comes out is what TensorFlow makes of the batch with some factor within the bounds, another in each call."""
    adjust = getattr(tf.image, f"adjust_{kind}")
    for arguments in FACTORS[kind]:
        low, high = arguments if len(arguments) == 2 else (-arguments[0], arguments[0])
        tried = np.linspace(low, high, 401)
        found = []
        for output in drawn(lambda x, given=arguments: getattr(tf.image, f"random_{kind}")(x, *given), sample):
            errors = [float(np.abs(adjust(sample, factor) - output).mean()) for factor in tried]
            assert min(errors) < max(0.6, 0.02 * max(errors))
            found.append(tried[int(np.argmin(errors))])
        assert np.ptp(found) >= 0.1 * (high - low)


def test_hue_is_drawn(sample):
    """Brightness stays, hue does not."""
    outputs = drawn(lambda x: tf.image.random_hue(x, 0.3), sample)
    for output in outputs:
        np.testing.assert_allclose(output.max(axis=-1), sample.max(axis=-1), rtol=1e-3)
    assert all(np.abs(output - sample).mean() > 1 for output in outputs)


def test_crops_are_parts_of_the_picture_and_the_branch_rests_at_inference(sample):
    """Neither the enlarging around the crop nor the clipping behind it is left over at inference."""

    def change(x):
        x = tf.image.resize_with_crop_or_pad(x, 16, 16)
        return tf.clip_by_value(tf.image.random_crop(x, (tf.shape(x)[0], 12, 12, 3)), 0, 255)

    padded = np.pad(sample, ((0, 0), (2, 2), (2, 2), (0, 0)))
    places = set()
    for output in drawn(change, sample, times=8):
        fits = [
            (y, x)
            for y in range(5)
            for x in range(5)
            if np.allclose(padded[:, y : y + 12, x : x + 12], output, atol=1e-3)
        ]
        assert len(fits) == 1
        places.update(fits)
    assert len(places) > 1


@pytest.mark.parametrize(
    ("change", "per_picture"),
    [
        (lambda x: x * keras.random.uniform((), 0.5, 1.5), False),
        (lambda x: x * keras.random.uniform((keras.ops.shape(x)[0], 1, 1, 1), 0.5, 1.5), True),
        (lambda x: x * tf.random.uniform((tf.shape(x)[0], 1, 1, 1), 0.5, 1.5), True),
        (lambda x: tf.where(tf.random.uniform((tf.shape(x)[0], 1, 1, 1)) < 0.5, x, 1.4 * x), True),
    ],
    ids=["one", "each", "each by TensorFlow", "some"],
)
def test_numbers_drawn_in_call_are_drawn_in_every_step(change, per_picture, sample):
    """Not once and for all when the model is described."""
    images = 1 + np.concatenate([sample] * 4)
    factors = np.array([(output / images).mean(axis=(1, 2, 3)) for output in drawn(change, images)])
    assert factors.min() >= 0.5 - 1e-3
    assert factors.max() <= 1.5 + 1e-3
    assert factors.std(axis=0).max() > 0.02
    assert (factors.std(axis=1).min() > 0.02) == per_picture


def test_normal_noise_is_drawn(sample):
    """As far as it was said, around 0."""
    for output in drawn(lambda x: x + tf.random.normal(tf.shape(x), stddev=20.0), sample):
        assert (output - sample).std() == pytest.approx(20, rel=0.15)
        assert abs((output - sample).mean()) < 4


PLAIN = {
    "flip_left_right": lambda x: tf.image.flip_left_right(x),  # noqa: PLW0108 - looked up when it is called
    "flip_up_down": lambda x: tf.image.flip_up_down(x),  # noqa: PLW0108 - looked up when it is called
    "rot90": lambda x: tf.image.rot90(x, 3),
    "adjust_contrast": lambda x: tf.image.adjust_contrast(x, 1.5),
    "adjust_brightness": lambda x: tf.image.adjust_brightness(x, 12),
    "adjust_saturation": lambda x: tf.image.adjust_saturation(x, 1.7),
    "central_crop": lambda x: tf.image.central_crop(x, 0.6),
    "cut": lambda x: tf.image.resize_with_crop_or_pad(x, 7, 15),
    "grayscale": lambda x: tf.image.grayscale_to_rgb(tf.image.rgb_to_grayscale(x)),
    "standardized": lambda x: tf.image.per_image_standardization(x),  # noqa: PLW0108 - looked up when it is called
    "where": lambda x: tf.where(x < 100.0, x, 100.0 * tf.ones_like(x) if not hasattr(x, "_keras_history") else 100.0),
}


@pytest.mark.parametrize("function", PLAIN.values(), ids=PLAIN)
def test_functions_on_pictures_compute_what_tensorflow_computes(function, sample):
    """Those of `tf.image` that draw nothing."""

    class Own(layers.Layer):
        def call(self, x):
            return function(x)

    rebuilt = rebuild_model(export_model(functional(Own()), sample))
    assert rebuilt.agrees, rebuilt.max_difference
    np.testing.assert_allclose(rebuilt.model(sample), function(tf.constant(sample)), rtol=1e-3, atol=1e-3)


def test_a_branch_that_cannot_be_written_out_is_refused_by_name(sample):
    """What the model does at inference is never taken for its training."""
    model = functional(Branch(lambda x: tf.image.random_jpeg_quality(x, 10, 50)))
    with pytest.raises(
        CannotExport, match=r"The layer `branch.*` \(`Branch`\) cannot be rebuilt for grading: called on a"
    ):
        export_model(model, sample)


class Always(layers.Layer):
    def call(self, x):
        return tf.image.random_contrast(x, 0.2, 0.8)


@pytest.mark.parametrize(
    "part",
    [Always(), layers.Lambda(lambda x: tf.image.random_contrast(x, 0.2, 0.8))],
    ids=["layer", "Lambda"],
)
def test_what_draws_outside_of_training_too_is_described_and_told(part, sample):
    """A graph rests at inference, this layer does not: the note says so, and what it does in training is there."""
    data = export_model(functional(part), sample)
    assert RANDOM_AT_INFERENCE in {note.code for note in data.notes}
    rebuilt = rebuild_model(data).model
    drawn = np.stack([keras.ops.convert_to_numpy(rebuilt(sample, training=True)) for _ in range(8)])
    assert np.ptp(drawn, axis=0).max() > 1
    np.testing.assert_allclose(rebuilt(sample, training=False), sample, atol=1e-3)


def test_drawing_that_shows_in_training_alone_is_refused_with_the_reason(sample):
    """At inference it does something else altogether, of which a graph would know nothing."""

    class Sometimes(layers.Layer):
        def call(self, x, training=False):
            return x + 50 if training else tf.image.random_contrast(tf.zeros_like(x), 0.2, 0.8)

    with pytest.raises(CannotExport, match="it draws at random outside of training, too; do that under `if training:`"):
        export_model(functional(Sometimes()), sample)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x / tf.cast(tf.shape(x)[1:3], tf.float32)[0],
        lambda x: tf.image.resize(x, tf.shape(x)[1:3]),
        lambda x: tf.concat([part[..., None] for part in tf.unstack(x, axis=-1)[::-1]], axis=-1),
        lambda x: tf.where(x > 100.0, x, tf.zeros_like(x, dtype=tf.float32)),
    ],
    ids=["cast", "resize", "channels", "zeros"],
)
def test_sizes_and_channels_may_be_taken_apart(function, sample):
    """As TensorFlow does it."""

    class Own(layers.Layer):
        def call(self, x):
            return function(x)

    rebuilt = rebuild_model(export_model(functional(Own()), sample))
    assert rebuilt.agrees, rebuilt.max_difference


def test_a_cutout_that_asks_for_sizes_is_described(sample):
    """The number of pictures is None while a model is traced, and may be asked for together with the other sizes."""

    def cut_out(x):
        count, height, width = tf.unstack(tf.shape(x)[:3])
        rows = tf.reshape(tf.range(height), (1, -1, 1, 1))
        columns = tf.reshape(tf.range(width), (1, 1, -1, 1))
        top = tf.random.uniform([count, 1, 1, 1], 0, height, dtype=tf.int32)
        left = tf.random.uniform([count, 1, 1, 1], 0, width, dtype=tf.int32)
        hidden = tf.math.logical_and(tf.abs(rows - top) <= 2, tf.abs(columns - left) <= 2)
        mean = tf.reduce_mean(x, axis=[1, 2], keepdims=True)
        return tf.ensure_shape(tf.where(hidden, mean, x), x.shape)

    sizes = set()
    for output in drawn(cut_out, sample):
        changed = np.any(np.abs(output - sample) > 1e-3, axis=-1)
        assert np.all(changed.sum(axis=(1, 2)) <= 25)
        assert np.all(changed.sum(axis=(1, 2)) >= 8)
        sizes.add(tuple(np.argwhere(changed[0])[0]))
    assert len(sizes) > 1


@pytest.mark.parametrize("sides", [(12, 12), (7, 9), (16, 12), (1, 5), (6, 1)], ids=str)
@pytest.mark.parametrize("boxes", [(0.11, 0.23, 0.93, 0.84), (0.6, 0.0, 0.1, 1.0), (-0.3, 0.5, 0.7, 1.4)], ids=str)
@pytest.mark.parametrize("more", [{}, {"method": "nearest"}, {"extrapolation_value": 127.0}], ids=str)
def test_boxes_are_cut_out_as_tensorflow_does(more, boxes, sides, sample):
    """In any size, mirrored where a box is, and of one value where it hangs over the edge."""

    class Own(layers.Layer):
        def call(self, x):
            given = tf.constant([boxes]) + 0.0 * tf.reshape(x[:, 0, 0, 0], (-1, 1))
            return tf.image.crop_and_resize(x, given, tf.range(tf.shape(x)[0]), sides, **more)

    model = functional(Own())
    rebuilt = rebuild_model(export_model(model, sample))
    assert rebuilt.agrees, rebuilt.max_difference
    given = np.asarray(rebuilt.model(sample))
    np.testing.assert_allclose(given, model(sample), rtol=1e-3, atol=2e-2)
    outside = np.asarray(model(sample)) == more.get("extrapolation_value", 0.0)
    assert outside.any() == (min(boxes) < 0)


def test_boxes_that_a_network_predicts_are_learnt(sample):
    """As under TensorFlow: what stands before the boxes gets gradients through them."""

    class Own(layers.Layer):
        def __init__(self):
            super().__init__()
            self.where = layers.Dense(4, activation="sigmoid")

        def call(self, x):
            boxes = self.where(tf.reduce_mean(x, axis=[1, 2]) / 255.0)
            return tf.image.crop_and_resize(x, boxes, tf.range(tf.shape(x)[0]), [5, 5])

    rebuilt = rebuild_model(export_model(functional(Own()), sample))
    assert rebuilt.agrees, rebuilt.max_difference
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(rebuilt.model(sample)))
    assert all(np.abs(one).max() > 0 for one in tape.gradient(loss, rebuilt.model.trainable_weights))


def test_crops_of_drawn_boxes_are_at_work_in_training(sample):
    """One box for each picture, another in every step."""

    def crop(x):
        count = tf.shape(x)[0]
        side = tf.random.uniform([count, 1], 0.5, 0.9)
        top = tf.random.uniform([count, 1]) * (1 - side)
        left = tf.random.uniform([count, 1]) * (1 - side)
        boxes = tf.concat([top, left, top + side, left + side], axis=1)
        return tf.image.crop_and_resize(x, boxes, tf.range(count), [12, 12])

    outputs = drawn(crop, sample)
    assert len({output[0].tobytes() for output in outputs}) == len(outputs)
    for output in outputs:
        assert output.min() >= sample.min() - 1e-3
        assert output.max() <= sample.max() + 1e-3


@pytest.mark.parametrize(
    "use",
    [lambda n: tf.range(n) == 0, lambda n: tf.range(1, n), lambda n: tf.range(n, delta=2)],
    ids=["compared", "from another", "every other"],
)
def test_numbers_of_pictures_are_refused_in_words(use, sample):
    """Never a false answer, and no address of an object in what the student reads."""

    def change(x):
        use(tf.shape(x)[0])
        return x

    with pytest.raises(CannotExport, match="known only while the network runs"):
        drawn(change, sample)


@pytest.mark.parametrize(
    "numbers", [lambda n: tf.range(n, name="n"), lambda n: tf.range(0, n), lambda n: tf.range(start=0, limit=n)]
)
def test_all_pictures_may_be_counted_in_several_ways(numbers, sample):
    """`tf.stack` puts the sides of the boxes together."""

    def change(x):
        n = tf.shape(x)[0]
        top = tf.random.uniform([n]) * 0.2
        boxes = tf.stack([top, top, 0.8 + top, 0.8 + top], axis=1)
        return tf.image.crop_and_resize(x, boxes, numbers(n), [12, 12])

    outputs = drawn(change, sample)
    assert len({output.tobytes() for output in outputs}) == len(outputs)


def test_other_ranges_are_tensorflows_own(sample):
    """Also where something else is said to be None."""

    class Own(layers.Layer):
        def call(self, x):
            return x * tf.reshape(tf.range(3.0, dtype=None, name=None), (1, 1, 1, 3))

    rebuilt = rebuild_model(export_model(functional(Own()), sample))
    assert rebuilt.agrees, rebuilt.max_difference


def test_boxes_of_other_pictures_are_refused(sample):
    """Which picture a box belongs to cannot be read from numbers that come while it runs."""
    with pytest.raises(CannotExport, match="boxes are read one for each picture"):
        drawn(lambda x: tf.image.crop_and_resize(x, [[0.0, 0.0, 1.0, 1.0]], [0], [12, 12]), sample)


class Inline(keras.Model):
    """A network whose branch, `change`, stands beside its weights."""

    def __init__(self, change):
        super().__init__()
        self.change, self.flat, self.out = change, layers.Flatten(), layers.Dense(2)

    def call(self, x, training=None):
        if training:
            x = self.change(x)
        return self.out(self.flat(x))


def test_a_random_branch_beside_weights_is_kept_or_refused(sample):
    """Random layers alone are kept; with more than those the advice is to move the branch into a layer."""
    model = Inline(lambda x: tf.image.random_flip_left_right(x))  # noqa: PLW0108 - looked up when it is called
    rebuilt = rebuild_model(export_model(model, sample)).model
    assert not np.allclose(*(rebuilt(np.concatenate([sample] * 4), training=True) for _ in range(2)))
    with pytest.raises(CannotExport, match="Move that branch into a layer of its own, without weights"):
        export_model(Inline(lambda x: tf.image.random_flip_left_right(x / 2)), sample)


def test_a_branch_without_randomness_beside_weights_is_left_out_with_a_note(sample):
    """As with logits while training and probabilities afterwards."""
    data = export_model(Inline(lambda x: x / 2), sample)
    assert "training_branch" in [note.code for note in data.notes]
    assert rebuild_model(data).agrees
