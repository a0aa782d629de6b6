"""A network on a frozen backbone: real training steps of tiny networks show what is in it and what moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from grader.checks import transferred
from grader.checks.finding import CheckFailed
from grader.checks.transferred import Reach, Transferred, reach_of
from grader.model_data import trainable_of, weights_of

Array = np.ndarray[Any, Any]
Build = Callable[[Any, Any], Any]
CUT = "relu2"
IMAGES = np.random.default_rng(0).uniform(-1, 1, (6, 16, 16, 3)).astype("float32")
LABELS = np.arange(6).reshape(-1, 1) % 2


def backbone(prefix: str = "") -> Any:
    """Three rounds of convolution, BatchNormalization and ReLU, with weights that have seen something, frozen."""
    rng = np.random.default_rng(1)
    x = inputs = keras.Input((16, 16, 3))
    for number, width in enumerate((4, 6, 8), 1):
        x = layers.Conv2D(width, 3, 2, "same", use_bias=False, name=f"{prefix}conv{number}")(x)
        x = layers.BatchNormalization(name=f"{prefix}bn{number}")(x)
        x = layers.ReLU(name=f"{prefix}relu{number}")(x)
    model = keras.Model(inputs, x, name=f"{prefix}backbone")
    model.set_weights([rng.normal(0, 0.3, value.shape) if "kernel" in variable.path else rng.uniform(0.5, 1.5, value.shape)
                       for variable, value in zip(model.weights, model.get_weights(), strict=True)])  # fmt: skip
    model.trainable = False
    return model


def head(x: Any) -> Any:
    x = layers.GlobalAveragePooling2D()(x)
    return layers.Dense(1, activation="sigmoid")(layers.Dense(5)(x))


def flat(given: Any, last_output: Any) -> Any:
    return keras.Model(given.input, head(last_output))


def nested(given: Any, last_output: Any) -> Any:
    """The cut as one layer of another network."""
    inputs = keras.Input((16, 16, 3))
    return keras.Model(inputs, head(keras.Model(given.input, last_output)(inputs)))


def deeper(given: Any, last_output: Any) -> Any:
    """Two models around it, preprocessing in the first."""
    inner = keras.Sequential([keras.Input((16, 16, 3)), layers.Rescaling(1.0), keras.Model(given.input, last_output)])
    return keras.Sequential([keras.Input((16, 16, 3)), inner, layers.Flatten(), layers.Dense(1, activation="sigmoid")])


def found(
    build: Build = flat, *, steps: int = 1,
    before: Callable[[Any], None] = lambda given: None, after: Callable[[Any], None] = lambda model: None,
) -> Transferred:  # fmt: skip
    """What the grader sees of a final model, before and after real training steps.

    Args:
        build: the student's function, without `compile`.
        steps: of training; where the check asks for none, 0 saves their time.
        before: done to the backbone before the model is compiled.
        after: done to the model after that.
    """
    keras.utils.set_random_seed(0)
    given = backbone()
    cut = weights_of(keras.Model(given.input, given.get_layer(CUT).output))
    beyond = tuple(path for path in weights_of(given) if path not in cut)
    before(given)
    model = build(given, given.get_layer(CUT).output)
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", run_eagerly=True)
    at_compile = trainable_of(model)
    after(model)
    returned, trainable = weights_of(model), trainable_of(model)
    for _ in range(steps):
        model.train_on_batch(IMAGES, LABELS)
    return Transferred(returned, cut, beyond, weights_of(model), trainable, at_compile)


def failing(check: Callable[[Transferred], None], seen: Transferred) -> CheckFailed:
    with pytest.raises(CheckFailed) as caught:
        check(seen)
    return caught.value


def thaw(*names: str) -> Callable[[Any], None]:
    """Sets `trainable` of some layers of a model, or of all."""

    def change(model: Any) -> None:
        for layer in model.layers:
            if not names or layer.name in names:
                layer.trainable = True

    return change


def rewrite(*names: str) -> Callable[[Any], None]:
    """Puts other numbers into some layers of the backbone, or into all of them."""

    def change(given: Any) -> None:
        for layer in given.layers:
            if not names or layer.name in names:
                layer.set_weights([value + 0.01 for value in layer.get_weights()])

    return change


def on_cut(seen: Transferred) -> None:
    transferred.assert_built_on_cut(seen, CUT)


EVERY = (
    on_cut,
    transferred.assert_backbone_unchanged,
    transferred.assert_backbone_frozen,
    transferred.assert_head_learns,
    transferred.assert_backbone_identical,
)


def beside(share: float) -> Build:
    """The backbone is there, frozen and whole; a small network from scratch answers beside it."""

    def build(given: Any, last_output: Any) -> Any:
        own = layers.GlobalAveragePooling2D()(layers.Conv2D(4, 3, activation="relu")(given.input))
        known = layers.Rescaling(share)(layers.GlobalAveragePooling2D()(last_output))
        return keras.Model(given.input, layers.Dense(1)(layers.Concatenate()([own, known])))

    return build


@pytest.mark.parametrize("build", [flat, nested, deeper])
def test_what_a_network_answers_comes_through_the_cut(build: Build) -> None:
    """Flat or nested, with whatever head."""
    keras.utils.set_random_seed(0)
    given = backbone()
    model = build(given, given.get_layer(CUT).output)
    transferred.assert_leans_on_cut(model, CUT, IMAGES)
    # The layer works as before.
    assert "call" not in vars(next(layer for layer in transferred.layers_of(model) if layer.name == CUT))


@pytest.mark.parametrize("share", [0.0, 1e-7, 1e-3])
def test_a_backbone_beside_the_way_is_found(share: float) -> None:
    """Silenced, wholly or nearly."""
    keras.utils.set_random_seed(0)
    given = backbone()
    model = beside(share)(given, given.get_layer(CUT).output)
    with pytest.raises(CheckFailed, match="do not depend on what `relu2` puts out"):
        transferred.assert_leans_on_cut(model, CUT, IMAGES)


def second_tap(given: Any, last_output: Any) -> Any:
    """Features of an earlier layer as well."""
    taps = [last_output, given.get_layer("relu1").output]
    means = [layers.GlobalAveragePooling2D()(tap) for tap in taps]
    return keras.Model(given.input, layers.Dense(1)(layers.Concatenate()(means)))


def restless(given: Any, last_output: Any) -> Any:
    """Dropout that works at inference, too: another check's matter."""
    x = layers.Dropout(0.5)(layers.GlobalAveragePooling2D()(last_output), training=True)
    return keras.Model(given.input, layers.Dense(1)(x))


def of_no_rank(given: Any, last_output: Any) -> Any:
    """One number for all pictures together."""
    return keras.Model(given.input, keras.ops.mean(layers.Dense(1)(layers.Flatten()(last_output))))


@pytest.mark.parametrize("build", [beside(1.0), second_tap, restless, of_no_rank])
def test_nothing_is_said_of_what_may_be_right(build: Build) -> None:
    """A second way beside the cut, answers that differ from call to call, outputs that are no vectors."""
    keras.utils.set_random_seed(0)
    given = backbone()
    transferred.assert_leans_on_cut(build(given, given.get_layer(CUT).output), CUT, IMAGES)


@pytest.mark.parametrize("build", [flat, nested, deeper])
def test_a_head_on_the_frozen_cut_passes_flat_and_nested(build: Build) -> None:
    """Paths differ, numbers do not."""
    seen = found(build)
    for check in EVERY:
        check(seen)
    assert len(seen.places) == len(seen.truth) == 10
    assert len(seen.head) + len(seen.places) == len(seen.weights)


def test_numbers_that_were_rounded_on_the_way_are_still_the_given_ones() -> None:
    """Weights cross a file and a process."""
    seen = found()
    near = replace(seen, truth={path: value * np.float32(1 + 1e-6) for path, value in seen.truth.items()})
    transferred.assert_backbone_unchanged(near)
    transferred.assert_backbone_identical(near)


def test_other_layers_of_the_same_name_are_not_the_backbones() -> None:
    """A place is a whole part of a path."""
    seen = Transferred({"model/myconv1/kernel": IMAGES, "conv1/kernel/more": IMAGES}, {"conv1/kernel": IMAGES})
    assert seen.places == {}
    assert seen.head == ("model/myconv1/kernel", "conv1/kernel/more")


@pytest.mark.parametrize(
    ("build", "seen", "hint"),
    [
        (lambda given, _: flat(other := backbone("my_"), other.output), "Nothing of the backbone is in the network", "pre_trained_model.input"),
        (lambda given, _: flat(given, given.output), "behind the cut, to `bn3`", "not from `pre_trained_model.output`"),
        (lambda given, _: nested(given, given.output), "behind the cut, to `bn3`", "Continue from `last_output`"),
        (lambda given, _: flat(given, given.get_layer("conv3").output), "behind the cut, to `conv3`", "Continue from `last_output`"),
        (lambda given, _: flat(given, given.get_layer("relu1").output), "2 layers of the backbone are missing, `conv2` first", "as it was given"),
        (lambda given, _: nested(given, given.get_layer("conv2").output), "1 layers of the backbone are missing, `bn2` first", "as it was given"),
    ],
    ids=["own network", "whole", "whole, nested", "one too far", "too early", "too early, nested"],
)  # fmt: skip
def test_another_piece_of_the_backbone_is_named(build: Build, seen: str, hint: str) -> None:
    """Nothing of it, more than the cut, less than the cut."""
    error = failing(on_cut, found(build, steps=0))
    assert seen in error.seen
    assert hint in error.hint
    assert f"`{CUT}`" in error.expected


@pytest.mark.parametrize("build", [flat, nested])
def test_overwritten_weights_are_told_from_another_network(build: Build) -> None:
    """A layer or two, or nearly all of them."""
    some = failing(transferred.assert_backbone_unchanged, found(build, steps=0, before=rewrite("conv2", "bn2")))
    assert "2 layers of the backbone hold other weights than you were given, `conv2` first." in some.seen
    assert "`set_weights`" in some.hint
    most = failing(transferred.assert_backbone_unchanged, found(build, steps=0, before=rewrite()))
    assert "4 layers of the backbone hold other weights than you were given: nearly all of them." in most.seen
    assert "do not build, clone, reset" in most.hint
    # What stands behind the cut is not in the network, and nobody's business here.
    transferred.assert_backbone_unchanged(found(build, steps=0, before=rewrite("conv3", "bn3")))


@pytest.mark.parametrize("build", [flat, nested])
@pytest.mark.parametrize(
    ("names", "seen"),
    [
        ((), "Training changes all layers of the backbone."),
        (("conv2", "bn2"), "Training changes 2 layers of the backbone, `conv2` first."),
        (("bn1",), "Training changes 1 layers of the backbone, `bn1` first."),
    ],
    ids=["all", "some", "normalisation"],
)
def test_a_backbone_that_trains_is_seen(build: Build, names: tuple[str, ...], seen: str) -> None:
    """Also where nobody knows what was open at `compile`."""
    trained = found(build, before=thaw(*names))
    for one in (trained, replace(trained, trainable_at_compile=None)):
        error = failing(transferred.assert_backbone_frozen, one)
        assert error.seen == seen
        assert "as it is given to you: False" in error.hint
    transferred.assert_backbone_unchanged(trained)
    transferred.assert_head_learns(trained)


def only_averages(given: Any) -> None:
    """BatchNormalization in training mode, its own numbers closed."""
    for layer in given.layers:
        if "bn" in layer.name:
            layer.trainable = True
            layer.gamma.trainable = layer.beta.trainable = False


def test_averages_that_count_along_are_a_cause_of_their_own() -> None:
    """No gradient moves them."""
    error = failing(transferred.assert_backbone_frozen, found(before=only_averages))
    assert error.seen == "Training changes the moving averages of 2 BatchNormalization layers."
    assert "inference mode" in error.hint


def test_a_backbone_thawed_after_compile_is_told_from_one_never_frozen() -> None:
    """Flags at `compile` tell which it was; one open layer is enough for the other."""
    error = failing(transferred.assert_backbone_frozen, found(after=thaw("conv1", "conv2", "bn2")))
    assert error.seen == "The backbone was frozen when you compiled; then 3 of its layers were thawed again."
    assert "after `model.compile(...)`" in error.hint
    both = failing(transferred.assert_backbone_frozen, found(before=thaw("bn1"), after=thaw("conv1", "conv2")))
    assert both.seen == "Training changes 3 layers of the backbone, `conv1` first."


def freeze_backbone(model: Any) -> None:
    for layer in model.layers:
        layer.trainable = isinstance(layer, layers.Dense)


def test_freezing_after_compile_works_and_is_noted() -> None:
    """Only there: what was closed before or never needs no note."""
    late = found(before=thaw(), after=freeze_backbone)
    for check in EVERY:
        check(late)
    assert transferred.frozen_late(late)
    assert not transferred.frozen_late(replace(late, trainable_at_compile=None))
    assert not transferred.frozen_late(found())
    assert not transferred.frozen_late(found(before=thaw()))
    assert not transferred.frozen_late(found(after=thaw()))


def close_last(model: Any) -> None:
    model.layers[-1].trainable = False


def close(model: Any) -> None:
    model.trainable = False


def test_one_layer_that_learns_is_head_enough() -> None:
    """How many of them is the student's choice."""
    transferred.assert_head_learns(found(after=close_last))


@pytest.mark.parametrize(
    ("build", "seen", "hint"),
    [
        (lambda given, last: keras.Model(given.input, layers.Flatten()(last)), "no layer with weights behind", "`Dense`"),
        (lambda given, _: keras.Model(given.input, layers.Flatten()(given.output)), "no layer with weights behind", "`Dense`"),
        (flat, "Training changes nothing at all", "not the final model"),
        (nested, "Training changes nothing at all", "not the final model"),
    ],
    ids=["no head", "no head, whole", "closed", "closed, nested"],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:The model does not have any trainable weights")
def test_a_head_that_cannot_learn_is_told_from_none(build: Build, seen: str, hint: str) -> None:
    """There are no weights, or none that move."""
    error = failing(transferred.assert_head_learns, found(build, after=close, steps=int(build in (flat, nested))))
    assert seen in error.seen
    assert hint in error.hint


def test_after_the_whole_training_the_backbone_is_compared_with_the_file() -> None:
    """Whatever moved it, and whenever: before or while it was trained."""
    for seen in (found(before=thaw("bn1", "conv2")), found(nested, steps=0, before=rewrite("bn1", "conv2"))):
        error = failing(transferred.assert_backbone_identical, seen)
        assert "After the training 2 of 4 layers of the backbone are no longer those of the file" in error.seen
        assert "`create_pre_trained_model`" in error.hint
    own = failing(
        transferred.assert_backbone_identical, found(lambda *_: flat(other := backbone("my_"), other.output), steps=0)
    )
    assert "holds nothing of the backbone" in own.seen
    assert "`create_final_model`" in own.hint


# preprocessing --------------------------------------------------------------------------------------------------------

BLACK, WHITE = (np.full((2, 16, 16, 3), value, np.float32) for value in (0, 255))


def preprocessing(*front: Any, build: Build = flat) -> Any:
    """A final model with layers before its backbone."""
    given = backbone()
    model = build(given, given.get_layer(CUT).output)
    return keras.Sequential([keras.Input((16, 16, 3)), *front, model])


def signed() -> Any:
    return layers.Rescaling(1 / 127.5, offset=-1)


@pytest.mark.parametrize("build", [flat, nested, deeper])
def test_what_reaches_the_first_convolution_is_measured_wherever_it_stands(build: Build) -> None:
    """Preprocessed in the pipeline, in the model, or not at all."""
    assert reach_of(preprocessing(build=build), "conv1", BLACK, WHITE) == Reach(0, 255)
    assert reach_of(preprocessing(build=build), "conv1", BLACK - 1, WHITE / 255) == Reach(-1, 1)
    reach = reach_of(preprocessing(signed(), build=build), "conv1", BLACK, WHITE)
    assert reach is not None
    assert (reach.black, reach.white) == pytest.approx((-1, 1))


def test_the_backbones_convolution_is_watched_before_any_other() -> None:
    """Another one, the first there is, stands in for it where it is missing; without any there is nothing to see."""
    doubled = [layers.Conv2D(3, 1, kernel_initializer="zeros", name="mine"), layers.Rescaling(1, offset=7)]
    model = preprocessing(*doubled)
    assert reach_of(model, "conv1", BLACK, WHITE) == Reach(7, 7)
    assert reach_of(model, "conv9", BLACK, WHITE) == Reach(0, 255)
    assert reach_of(keras.Sequential([keras.Input((16, 16, 3)), layers.Flatten()]), "conv1", BLACK, WHITE) is None


def test_the_median_counts_so_that_a_border_does_not() -> None:
    """Padding brings zeros along."""
    model = preprocessing(signed(), layers.ZeroPadding2D(1), layers.Cropping2D(((1, 1), (0, 2))))
    assert reach_of(model, "conv1", BLACK, WHITE) == Reach(-1, 1)


def test_looking_leaves_the_model_as_it_was_also_where_it_raises() -> None:
    """Its layers are called as before; what Keras says of other shapes becomes a finding."""
    model = preprocessing()
    reach_of(model, "conv1", BLACK, WHITE)
    with pytest.raises(CheckFailed, match=r"raises an error .* of shape \(16, 16, 5\)"):
        reach_of(model, "conv1", np.zeros((2, 16, 16, 5), np.float32), WHITE)
    watched = model.layers[-1].get_layer("conv1")
    assert "call" not in vars(watched)
    assert reach_of(model, "conv1", BLACK, WHITE) == Reach(0, 255)


@pytest.mark.parametrize(
    ("black", "white", "low", "high"),
    [(-1, 1, -1, 1), (-1, 0.992, -1, 1), (-0.9, 1.1, -1, 1), (0, 1, 0, 1), (-120, 131, -124, 131), (0, 255, 0, 255)],
    ids=["exactly", "by 128", "nearly", "from 0 to 1", "means taken off", "as it is"],
)
def test_the_range_that_the_backbone_was_trained_on_passes(black: float, white: float, low: float, high: float) -> None:
    """Whichever it is, and a little beside it."""
    transferred.assert_preprocessed_once(Reach(black, white), low, high)


@pytest.mark.parametrize(
    ("reach", "seen", "hint"),
    [
        (None, "No picture reaches a convolution", "`preprocess_input` in one place"),
        (Reach(np.nan, np.nan), "black is nan and white is nan.", "division by zero"),
        (Reach(-1, np.inf), "white is inf.", "division by zero"),
        (Reach(0, 255), "black is 0 and white is 255: the pixels are untouched", "`preprocess_input` in one place"),
        (Reach(-128, 127), "only shifted", "`preprocess_input` in one place"),
        (Reach(-1, -0.992), "is -1 and white is -0.992: divided by 255 and then preprocessed", "Look in the data sets and"),
        (Reach(-1.008, -0.992, (-1, 1)), "preprocessed twice", "data sets scale the pixels, and then the model does"),
        (Reach(-1.008, -0.992, (0, 255)), "preprocessed twice", "it happens in the model"),
        (Reach(-1 / 255, 1 / 255, (-1 / 255, 1 / 255)), "preprocessed and then divided by 255", "`train_val_datasets`"),
        (Reach(0, 1 / 255), "divided by 255 twice", "alone, and once"),
        (Reach(0.3, 0.31), "scaled more than once", "alone, and once"),
        (Reach(0, 1), "a range from 0 to 1", "In place of the division by 255"),
        (Reach(-0.5, 0.5), "another range", "`preprocess_input` in one place"),
        (Reach(-1, 0), "another range", "`preprocess_input` in one place"),
        (Reach(0, 2), "another range", "`preprocess_input` in one place"),
        (Reach(1, -1), "another range", "`preprocess_input` in one place"),
        (Reach(-1, 1.2), "another range", "`preprocess_input` in one place"),
        (Reach(-1.2, 1), "another range", "`preprocess_input` in one place"),
    ],
    ids=str,
)  # fmt: skip
def test_other_ranges_name_their_cause(reach: Reach | None, seen: str, hint: str) -> None:
    """Untouched, twice, another network's, or broken."""
    with pytest.raises(CheckFailed) as caught:
        transferred.assert_preprocessed_once(reach, -1, 1)
    assert seen in caught.value.seen
    assert hint in caught.value.hint
    assert caught.value.expected.startswith("-1 for black and 1 for white")


def test_a_range_that_is_right_for_one_backbone_is_wrong_for_another() -> None:
    """What is due comes from the exercise."""
    with pytest.raises(CheckFailed, match=r"another range .* Expected: 0 for black and 1 for white"):
        transferred.assert_preprocessed_once(Reach(-1, 1), 0, 1)


@pytest.mark.parametrize(
    ("front", "given", "seen"),
    [
        ([], (BLACK, WHITE), "the pixels are untouched"),
        ([signed(), signed()], (BLACK, WHITE), "preprocessed twice"),
        ([signed()], (BLACK - 1, WHITE / 255), "preprocessed twice"),
        ([layers.Rescaling(1 / 255), signed()], (BLACK, WHITE), "divided by 255 and then preprocessed"),
        ([layers.Rescaling(1 / 255)], (BLACK, WHITE), "a range from 0 to 1"),
    ],
    ids=["nowhere", "twice in the model", "pipeline and model", "divided and preprocessed", "divided"],
)  # fmt: skip
def test_pipeline_and_model_are_judged_together(front: list[Any], given: tuple[Array, Array], seen: str) -> None:
    """From what the pipeline gives to what the convolution is given."""
    reach = reach_of(preprocessing(*front), "conv1", *given)
    with pytest.raises(CheckFailed, match=seen):
        transferred.assert_preprocessed_once(reach, -1, 1)


def test_a_layer_of_the_head_may_be_called_as_one_of_the_backbone() -> None:
    """Where the backbone is a model of its own inside, its names are free outside."""

    def namesake(given: Any, last_output: Any) -> Any:
        inner = keras.Model(given.input, last_output, name="inner")
        inputs = keras.Input(given.input.shape[1:])
        x = layers.GlobalAveragePooling2D()(layers.BatchNormalization(name="bn1")(inner(inputs)))
        return keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x))

    seen = found(namesake)
    on_cut(seen)
    assert {place.split("/")[0] for place in seen.places.values()} == {"inner"}
    assert any(path.startswith("bn1/") for path in seen.head)
