"""Every way in which students write models survives the way from the cell to the examiner."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from grader.errors import ModelRefused
from grader.model_data import CannotExport, export_model, rebuild_model, trainable_of, variables_by_path, weights_of

SHAPE = (12, 12, 3)


def head(*first):
    return keras.Sequential(
        [
            *first,
            layers.Conv2D(3, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(1, "sigmoid"),
        ]
    )


def sequential():
    return head(keras.Input(SHAPE), layers.Rescaling(1 / 255))


def sequential_without_input():
    return head(layers.Rescaling(1 / 255))


def sequential_with_input_shape():
    with pytest.warns(UserWarning, match="input_shape"):
        return head(layers.Rescaling(1 / 255, input_shape=SHAPE))


def sequential_by_add():
    model = keras.Sequential()
    model.add(keras.Input(SHAPE))
    model.add(layers.Flatten())
    model.add(layers.Dense(2, activation="softmax"))
    return model


def fixed_batch():
    inputs = keras.Input(batch_shape=(32, *SHAPE))
    return keras.Model(inputs, layers.Dense(1)(layers.Flatten()(inputs)))


def functional_with_operations():
    inputs = keras.Input(SHAPE)
    x = keras.applications.mobilenet_v2.preprocess_input(inputs)
    x = x[:, 1:, ..., ::-1] / tf.constant(2.0)
    x = layers.Conv2D(3, 3, activation=tf.nn.relu)(x)
    x = keras.ops.mean(layers.BatchNormalization()(x), axis=(1, 2))
    return keras.Model(inputs, layers.Dense(2, activation="softmax")(x))


def caffe_preprocessing():
    inputs = keras.Input(SHAPE)
    x = keras.applications.resnet50.preprocess_input(inputs)
    return keras.Model(inputs, layers.Dense(1)(layers.GlobalAveragePooling2D()(x)))


def adapted_normalization():
    images = np.random.default_rng(2).uniform(0, 255, (8, *SHAPE)).astype("float32")
    normalization = layers.Normalization()
    normalization.adapt(images)
    return head(keras.Input(SHAPE), normalization)


def augmentation_nested():
    augmentation = keras.Sequential(
        [keras.Input(SHAPE), layers.RandomFlip("horizontal"), layers.RandomRotation(0.1), layers.RandomZoom(0.1)]
    )
    return head(keras.Input(SHAPE), augmentation, layers.RandomContrast(0.1), layers.RandomTranslation(0.1, 0.1))


def augmentation_nested_without_input():
    return head(keras.Input(SHAPE), keras.Sequential([layers.RandomFlip(), layers.RandomBrightness(0.1)]))


def frozen_backbone():
    inputs = keras.Input(SHAPE, name="backbone_input")
    x = layers.BatchNormalization()(layers.Conv2D(3, 3)(inputs))
    backbone = keras.Model(inputs, layers.LeakyReLU(negative_slope=0.1)(x), name="backbone")
    backbone.trainable = False
    outer = keras.Input(SHAPE)
    x = layers.GlobalAveragePooling2D()(backbone(outer, training=False))
    return keras.Model(outer, layers.Dense(1)(layers.Dropout(0.2)(x)))


def cut_backbone():
    backbone = frozen_backbone().get_layer("backbone")
    x = layers.Dense(4, activation="relu")(layers.Flatten()(backbone.layers[1].output))
    return keras.Model(backbone.input, layers.Dense(1, activation="sigmoid")(x))


def residual_with_shared_layer():
    inputs = keras.Input(SHAPE)
    shared = layers.Conv2D(3, 3, padding="same", kernel_regularizer="l2")
    x = layers.Add()([inputs, shared(shared(inputs))])
    return keras.Model(inputs, layers.Dense(1)(layers.Flatten()(layers.Concatenate()([x, inputs]))))


def regularised_and_constrained():
    return head(
        keras.Input(SHAPE),
        layers.SeparableConv2D(4, 3, depthwise_regularizer=keras.regularizers.L1L2(0.01, 0.01)),
        layers.Conv2D(2, 3, kernel_constraint=keras.constraints.MaxNorm(2.0), kernel_initializer="he_normal"),
        layers.PReLU(),
        layers.Conv2D(2, 3, activation=layers.LeakyReLU()),
    )


def attention():
    inputs = keras.Input(SHAPE)
    x = layers.Reshape((36, 12))(inputs)
    x = layers.MultiHeadAttention(2, 4)(x, x)
    return keras.Model(inputs, layers.Dense(1)(layers.GlobalAveragePooling1D()(layers.LayerNormalization()(x))))


def lists_of_one():
    inputs = keras.Input(SHAPE)
    return keras.Model([inputs], [layers.Dense(1)(layers.Flatten()(inputs))])


def free_sides():
    inputs = keras.Input((None, None, 3))
    return keras.Model(inputs, layers.Dense(1)(layers.GlobalMaxPooling2D()(layers.Conv2D(2, 3)(inputs))))


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.augmentation = keras.Sequential([layers.RandomFlip(), layers.RandomRotation(0.1)])
        self.conv = layers.Conv2D(3, 3)
        self.drop = layers.Dropout(0.3)
        self.flat = layers.Flatten()
        self.out = layers.Dense(1)

    def call(self, inputs, training=None):
        x = self.augmentation(inputs) if training else inputs
        x = tf.nn.relu(self.conv(tf.cast(x, tf.float32) / 255.0))
        return tf.nn.sigmoid(self.out(self.drop(self.flat(x), training=training)))


class FunctionalSubclass(keras.Model):
    def __init__(self):
        inputs = keras.Input(SHAPE)
        super().__init__(inputs=inputs, outputs=layers.Dense(1)(layers.Flatten()(inputs)))


class SequentialSubclass(keras.Sequential):
    def __init__(self):
        super().__init__([keras.Input(SHAPE), layers.Flatten(), layers.Dense(1)])


class Scale(layers.Layer):
    def call(self, inputs):
        return inputs / 255.0


class Block(layers.Layer):
    def __init__(self, filters, **rest):
        super().__init__(**rest)
        self.conv = layers.Conv2D(filters, 3, padding="same")
        self.normalization = layers.BatchNormalization()

    def call(self, inputs, training=False):
        return keras.activations.relu(self.normalization(self.conv(inputs), training=training))


class Conv(layers.Conv2D):
    def __init__(self, filters):
        super().__init__(filters, 3, activation="relu")


def own_layer_without_weights():
    return head(keras.Input(SHAPE), Scale())


def own_blocks_of_the_same_parts():
    return head(keras.Input(SHAPE), Block(3), Block(4))


def own_layer_inside_functional():
    inputs = keras.Input(SHAPE)
    return keras.Model(inputs, layers.Dense(1)(layers.Flatten()(Block(2)(Scale()(inputs)))))


def own_layer_that_only_sets_arguments():
    return head(keras.Input(SHAPE), Conv(2))


def lambda_layer():
    return head(keras.Input(SHAPE), layers.Lambda(lambda images: images / 255.0))


def lambda_of_preprocessing():
    return head(keras.Input(SHAPE), layers.Lambda(keras.applications.mobilenet_v2.preprocess_input))


def lambda_that_tells_training():
    return head(keras.Input(SHAPE), layers.Lambda(lambda x, training=None: 2 * x if training else x))


def lambda_without_input():
    scale = layers.Lambda(lambda images: tf.cast(images, tf.float32) / 127.5 - 1)
    return keras.Sequential([scale, layers.Conv2D(2, 3), layers.Flatten(), layers.Dense(1)])


def lambda_nested():
    inner = keras.Sequential([layers.Lambda(lambda images: images / 255.0)])
    return head(keras.Input(SHAPE), inner)


STYLES = [
    sequential, sequential_without_input, sequential_with_input_shape, sequential_by_add, fixed_batch,
    functional_with_operations, caffe_preprocessing, adapted_normalization, augmentation_nested,
    augmentation_nested_without_input, frozen_backbone, cut_backbone, residual_with_shared_layer,
    regularised_and_constrained, attention, lists_of_one, free_sides, Subclassed, FunctionalSubclass, SequentialSubclass,
    own_layer_without_weights, own_blocks_of_the_same_parts, own_layer_inside_functional,
    own_layer_that_only_sets_arguments, lambda_layer, lambda_of_preprocessing, lambda_that_tells_training, lambda_without_input,
    lambda_nested,
]  # fmt: skip


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.__name__)
def test_rebuilt_model_computes_what_the_students_model_computes(style, sample, over_the_wire):
    """Outputs on random images, weights and input shape are those of the student's model."""
    model = style()
    data = over_the_wire(export_model(model, sample))
    rebuilt = rebuild_model(data)
    assert rebuilt.agrees, rebuilt.max_difference
    assert rebuilt.max_difference < 1e-5
    assert rebuilt.model.count_params() == model.count_params() == data.parameters
    expected = model([sample] if style is lists_of_one else sample, training=False)
    expected = np.reshape(expected, (len(sample), -1))
    np.testing.assert_allclose(rebuilt.model(sample, training=False), expected, rtol=1e-4, atol=1e-5)
    assert list(rebuilt.model.input_shape) == list(data.input.shape)
    assert rebuilt.model.input_shape[0] is None


@pytest.mark.parametrize("style", [frozen_backbone, cut_backbone, Subclassed, own_blocks_of_the_same_parts])
def test_trainability_is_that_of_the_students_model(style, sample):
    """As many numbers can be trained as in the student's model."""
    model = style()
    rebuilt = rebuild_model(export_model(model, sample)).model
    count = sum(int(np.prod(v.shape)) for v in model.trainable_variables)
    assert sum(int(np.prod(v.shape)) for v in rebuilt.trainable_variables) == count


def test_what_a_subclass_does_only_while_training_is_kept(sample):
    """`if training: x = self.augment(x)` is part of the rebuilt model, active only while training."""
    rebuilt = rebuild_model(export_model(Subclassed(), sample)).model
    names = [type(layer).__name__ for layer in rebuilt._flatten_layers()]
    assert {"RandomFlip", "RandomRotation", "Dropout"} <= set(names)
    still = [np.asarray(rebuilt(sample, training=False)) for _ in range(2)]
    moving = [np.asarray(rebuilt(sample, training=True)) for _ in range(2)]
    np.testing.assert_array_equal(*still)
    assert not np.array_equal(*moving)


def test_layer_names_are_the_keys_of_weights(sample):
    """Paths read as names of models and layers from the outside in."""
    model = frozen_backbone()
    paths = list(weights_of(rebuild_model(export_model(model)).model))
    assert paths == list(weights_of(model))
    assert any(path.startswith("backbone/batch_normalization") and path.endswith("/moving_mean") for path in paths)


def test_weights_go_to_their_names_not_their_positions(sample, over_the_wire):
    """Weights listed in another order still reach their layers."""
    data = export_model(sequential(), sample)
    body, arrays = data.to_wire()
    order = list(reversed(range(len(body["weights"]))))
    body["weights"] = [body["weights"][i] for i in order]
    shuffled = {**arrays, **{f"weight:{new}": arrays[f"weight:{old}"] for new, old in enumerate(order)}}
    assert rebuild_model(type(data).from_wire(body, shuffled)).agrees


def test_flags_that_say_frozen_do_not_count_against_behaviour(sample):
    """A variable that the student's model trains is trained here, whatever the config's flags say."""
    data = export_model(frozen_backbone())
    assert not data.trainable["backbone/" + next(p for p in data.trainable if p.startswith("backbone/"))[9:]]
    thawed = type(data)(
        **{**vars(data), "trainable": {p: not p.endswith(("mean", "variance")) for p in data.trainable}}
    )
    model = rebuild_model(thawed).model
    assert all(trainable_of(model)[path] is wanted for path, wanted in thawed.trainable.items())
    assert len(model.trainable_variables) == sum(thawed.trainable.values())


def test_layers_thawed_inside_a_frozen_model_train(sample):
    """Keras trains them although the model around them still says frozen; BatchNormalization goes by its own flag."""
    model = frozen_backbone()
    for layer in model.get_layer("backbone").layers:
        layer.trainable = True
    rebuilt = rebuild_model(export_model(model)).model
    assert len(rebuilt.trainable_variables) == len(model.trainable_variables) == 6
    inner = rebuilt.get_layer("backbone")
    assert [layer.trainable for layer in inner.layers if layer.weights] == [True, True]


def test_frozen_weights_stay_frozen_without_flags(sample):
    """A single variable that the student froze is frozen here, though its layer is not."""
    model = sequential()
    model.layers[1].bias.trainable = False
    rebuilt = rebuild_model(export_model(model)).model
    frozen = [path for path, trainable in trainable_of(rebuilt).items() if not trainable]
    assert len(frozen) == 1
    assert frozen[0].endswith("/bias")
    assert len(variables_by_path(rebuilt)) == 4


@pytest.mark.parametrize("function", [tf.image.random_flip_left_right, lambda images: np.asarray(images) / 255])
def test_a_lambda_layer_that_cannot_be_written_out_is_refused(function, sample):
    """Code never crosses; the error names the layer and what to write instead."""
    layer = layers.Lambda(function, output_shape=SHAPE, name="mine")
    with pytest.raises(CannotExport) as caught:
        export_model(head(keras.Input(SHAPE), layer), sample)
    assert "The layer `mine` (`Lambda`) cannot be rebuilt for grading" in str(caught.value)
    assert "Rescaling" in caught.value.instead


def test_no_lambda_layer_is_left_in_what_is_sent(sample):
    """Its operations are; the layer that held code is not."""
    assert "Lambda" not in json.dumps(export_model(lambda_nested(), sample).config)


def test_notes_tell_what_was_done(sample):
    """Drift and repairs are listed, by code for programs and in words for people."""
    codes = {style.__name__: [n.code for n in export_model(style(), sample).notes] for style in STYLES}
    assert codes["sequential"] == []
    assert codes["sequential_without_input"] == ["built_on_batch"]
    assert codes["Subclassed"] == ["built_on_batch", "flattened"]
    assert codes["FunctionalSubclass"] == ["functional_subclass"]
    assert codes["SequentialSubclass"] == ["functional_subclass"]
    assert codes["lambda_layer"] == ["flattened"]
    assert codes["own_layer_that_only_sets_arguments"] == ["subclassed_layer"]


AUGMENTATIONS = {
    "RandomBrightness": lambda: layers.RandomBrightness(0.2),
    "RandomColorDegeneration": lambda: layers.RandomColorDegeneration(0.3),
    "RandomColorJitter": lambda: layers.RandomColorJitter((0, 255), 0.2, 0.2, 0.2, 0.1),
    "RandomContrast": lambda: layers.RandomContrast(0.2),
    "RandomCrop": lambda: layers.RandomCrop(10, 10),
    "RandomElasticTransform": lambda: layers.RandomElasticTransform(1.0, 0.8),
    "RandomErasing": lambda: layers.RandomErasing(1.0, (0.1, 0.3)),
    "RandomFlip": lambda: layers.RandomFlip("horizontal", seed=3),
    "RandomGaussianBlur": lambda: layers.RandomGaussianBlur(1.0, 3, 1.0),
    "RandomGrayscale": lambda: layers.RandomGrayscale(0.5),
    "RandomHue": lambda: layers.RandomHue(0.2),
    "RandomInvert": lambda: layers.RandomInvert(0.5),
    "RandomPerspective": lambda: layers.RandomPerspective(1.0, 0.5),
    "RandomPosterization": lambda: layers.RandomPosterization(3),
    "RandomRotation": lambda: layers.RandomRotation((-0.1, 0.2), fill_mode="nearest"),
    "RandomSaturation": lambda: layers.RandomSaturation(0.3),
    "RandomSharpness": lambda: layers.RandomSharpness(0.3),
    "RandomShear": lambda: layers.RandomShear(0.2, 0.1),
    "RandomShear, from and to": lambda: layers.RandomShear((0.1, 0.2), (0.1, 0.3)),
    "RandomTranslation": lambda: layers.RandomTranslation((-0.1, 0.1), 0.2, fill_mode="constant"),
    "RandomZoom": lambda: layers.RandomZoom((-0.2, 0.1), 0.1),
    "RandAugment": lambda: layers.RandAugment((0, 255)),
    "AugMix": lambda: layers.AugMix((0, 255)),
    "Pipeline": lambda: layers.Pipeline([layers.RandomFlip(), layers.RandomZoom(0.1)]),
}


@pytest.mark.parametrize("make", AUGMENTATIONS.values(), ids=AUGMENTATIONS)
def test_augmentation_changes_pictures_in_training_alone_as_before(make, sample, over_the_wire):
    """Every random layer of Keras, with arguments: rebuilt, it is idle at inference and at work in training."""
    model = keras.Sequential([keras.Input((12, 12, 3)), make()])
    rebuilt = rebuild_model(over_the_wire(export_model(model)))
    assert rebuilt.agrees
    assert np.allclose(rebuilt.model(sample, training=False), model(sample, training=False))
    batch = np.concatenate([sample] * 4)
    still = np.asarray(rebuilt.model(batch, training=False))
    # Some draw one strength for a whole batch, and it may be next to nothing.
    several = [np.asarray(rebuilt.model(batch, training=True)) for _ in range(8)]
    # A crop alone gives smaller pictures in training, and lets them pass at inference.
    assert any(trained.shape != still.shape or not np.allclose(trained, still) for trained in several)


def test_a_sequential_model_is_run_through_once(sample, monkeypatch):
    """Keras' own `from_config` does so for each layer that it adds."""
    builds = []
    own = keras.Sequential.build
    monkeypatch.setattr(
        keras.Sequential, "build", lambda model, shape=None: (builds.append(model.name), own(model, shape))[1]
    )
    model = keras.Sequential(
        [keras.Input(SHAPE), keras.Sequential([layers.RandomFlip()], name="inner"), *head().layers], name="outer"
    )
    data = export_model(model, sample)
    builds.clear()
    rebuilt = rebuild_model(data)
    assert rebuilt.agrees
    assert builds.count("outer") == 1
    assert [layer.name for layer in rebuilt.model.layers] == [layer.name for layer in model.layers]


def test_keras_adds_layers_as_before_after_a_model_was_rebuilt(sample):
    """Also where it could not be rebuilt."""
    before = keras.Sequential._maybe_rebuild, keras.Sequential.__dict__["from_config"]
    data = export_model(sequential(), sample)
    rebuild_model(data)
    data.config["config"]["layers"][-1]["config"]["units"] = -1
    with pytest.raises(ModelRefused):
        rebuild_model(data)
    assert (keras.Sequential._maybe_rebuild, keras.Sequential.__dict__["from_config"]) == before
    model = keras.Sequential([keras.Input(SHAPE)])
    model.add(layers.Flatten())
    assert model.built
