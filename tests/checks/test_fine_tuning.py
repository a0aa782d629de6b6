"""Fine-tuning: functions as students write them, on a tiny network with a backbone of four rounds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from grader.checks import fine_tuning
from grader.checks.finding import CheckFailed
from grader.checks.fine_tuning import BackboneLayer, Tuned, rate_of
from grader.examiner.own_backbone import counts_to_try
from grader.model_data import export_model, trainable_of, weights_of

Tune = Callable[[Any, int], Any]
Check = Callable[[Sequence[Tuned]], None]
ROUNDS = 4
BACKBONE = 1 + 4 * ROUNDS
RATE = 0.01
IMAGES = np.random.default_rng(0).uniform(-1, 1, (4, 16, 16, 3)).astype("float32")


def network() -> Any:
    """Four rounds of convolution, BatchNormalization, ReLU and pooling, frozen, and a head of two layers that learn."""
    keras.utils.set_random_seed(1)
    x = inputs = keras.Input((16, 16, 3), name="pictures")
    for number in range(1, ROUNDS + 1):
        x = layers.Conv2D(3, 3, padding="same", name=f"conv{number}")(x)
        x = layers.BatchNormalization(name=f"bn{number}")(x)
        x = layers.ReLU(name=f"relu{number}")(x)
        x = layers.MaxPooling2D(name=f"pool{number}")(x)
    keras.Model(inputs, x).trainable = False
    x = layers.Dense(4, name="dense")(layers.GlobalAveragePooling2D(name="pooled")(x))
    model = keras.Model(inputs, layers.Dense(1, activation="sigmoid", name="answer")(x))
    model.compile(keras.optimizers.Adam(RATE), "binary_crossentropy")
    return model


def tuned(function: Tune, n_layers: int, *, steps: int = 0) -> Tuned:
    """What the grader sees of a student's function, after that many real training steps."""
    model = network()
    optimizer = model.optimizer
    backbone = tuple(
        BackboneLayer(layer.name, isinstance(layer, layers.BatchNormalization), bool(layer.weights))
        for layer in model.layers[:BACKBONE]
    )
    model = function(model, n_layers)
    config = export_model(model).compile_config
    before, moved = weights_of(model), None
    if steps:
        model.run_eagerly = True
        for _ in range(steps):
            model.train_on_batch(IMAGES, np.array([[0], [1], [0], [1]]))
        moved = frozenset(path for path, value in weights_of(model).items() if not np.array_equal(value, before[path]))
    return Tuned(
        n_layers, backbone, ("dense", "answer"), trainable_of(model), RATE, rate_of(config), getattr(model, "optimizer", None) is not optimizer, moved
    )  # fmt: skip


def compiled(model: Any, rate: Any = RATE / 10) -> Any:
    model.compile(keras.optimizers.Adam(rate), "binary_crossentropy", metrics=["accuracy"])
    return model


def opening(chosen: Callable[[list[Any], int], list[Any]], *, normalisation: bool = False) -> Tune:
    """A function that opens some of the model's layers, BatchNormalization only where asked."""

    def function(model: Any, n_layers: int) -> Any:
        for layer in chosen(model.layers, n_layers):
            layer.trainable = normalisation or not isinstance(layer, layers.BatchNormalization)
        return compiled(model)

    return function


RIGHT = opening(lambda every, n: every[:BACKBONE][-n:])


def all_but_the_first(model: Any, n_layers: int) -> Any:
    """Goes through all layers by their position, those of the head included."""
    for position, layer in enumerate(model.layers):
        early = position < BACKBONE - n_layers
        layer.trainable = not (early or type(layer).__name__ == "BatchNormalization")
    return compiled(model, keras.optimizers.schedules.ExponentialDecay(RATE / 2, 10, 0.9))


def nested(model: Any, n_layers: int) -> Any:
    """Gives back the model inside another one."""
    inner = RIGHT(model, n_layers)
    return compiled(keras.Sequential([keras.Input((16, 16, 3)), inner], name="outer"), 0.99 * RATE)


EVERY: tuple[Check, ...] = (
    fine_tuning.assert_compiled_again,
    fine_tuning.assert_top_layers_thawed,
    fine_tuning.assert_normalisation_closed,
    fine_tuning.assert_lower_rate,
    fine_tuning.assert_head_still_learns,
)


def failing(check: Check, *cases: Tuned) -> CheckFailed:
    with pytest.raises(CheckFailed) as caught:
        check(cases)
    return caught.value


@pytest.mark.parametrize("function", [RIGHT, all_but_the_first, nested])
@pytest.mark.parametrize("n_layers", [4, 9, BACKBONE])
def test_the_last_layers_of_the_backbone_opened_pass_every_check(function: Tune, n_layers: int) -> None:
    """By slices or by position, flat or nested, and real training steps agree with the flags."""
    case = tuned(function, n_layers, steps=1)
    for check in EVERY:
        check([case])
    assert case.moved
    assert {path.split("/")[-2] for path in case.moved} == case.due | {"dense", "answer"}


def test_no_layers_at_all_may_be_asked_for() -> None:
    """Then none learns, and of one layer that has no weights none can."""
    for n_layers in (0, 1):
        case = tuned(opening(lambda every, n: []), n_layers)
        assert case.due == set()
        fine_tuning.assert_top_layers_thawed([case])
    everything = tuned(opening(lambda every, n: every), 0)
    assert "the whole backbone learns" in failing(fine_tuning.assert_top_layers_thawed, everything).seen


def not_again(model: Any, n_layers: int) -> Any:
    for layer in model.layers[:BACKBONE][-n_layers:]:
        layer.trainable = True
    return model


def copied(model: Any, n_layers: int) -> Any:
    """A model around the same layers, which nobody compiled."""
    return keras.Model(model.input, not_again(model, n_layers).output)


@pytest.mark.parametrize(
    ("function", "seen"),
    [
        (not_again, "still has the optimiser that it came with"),
        (copied, "The model that comes back is not compiled, or"),
    ],
)
def test_a_model_that_was_not_compiled_again_is_seen(function: Tune, seen: str) -> None:
    """In whichever case it happens."""
    wrong, right = tuned(function, 7), tuned(RIGHT, 7)
    for cases in ((wrong, right), (right, wrong)):
        error = failing(fine_tuning.assert_compiled_again, *cases)
        assert seen in error.seen
        assert "after the loop over the layers" in error.hint


def learning(every: list[Any], n: int) -> list[Any]:
    return [layer for layer in every[:BACKBONE] if layer.weights][-n:]


def no_normalisation(every: list[Any], n: int) -> list[Any]:
    return [layer for layer in every[:BACKBONE] if "bn" not in layer.name][-n:]


def frozen_around(model: Any, n_layers: int) -> Any:
    model = RIGHT(model, n_layers)
    model.trainable = False
    return compiled(model)


@pytest.mark.parametrize(
    ("function", "n_layers", "seen", "hint"),
    [
        (opening(lambda every, n: []), 6, "no layer of the backbone learns", "`layer.trainable = True`"),
        (frozen_around, 6, "no layer of the backbone learns", "a frozen model around"),
        (opening(lambda every, n: every), 6, "the whole backbone learns", "Thaw the last ones alone"),
        (opening(lambda every, n: every[:n]), 6, "2 layers of the backbone's 4 with weights to train may learn", "These are the first ones"),
        (opening(lambda every, n: every[:BACKBONE][:-n]), 4, "3 layers of the backbone's 4 with weights to train may learn", "exactly the others"),
        (opening(learning), 4, "2 layers of the backbone's 4 with weights to train may learn", "Layers without weights count, too"),
        (opening(no_normalisation), 6, "2 layers of the backbone's 4 with weights to train may learn", "BatchNormalization layers count"),
        (opening(lambda every, n: every[-n:]), 8, "one layer of the backbone's 4 with weights to train may learn", "a layer of the head count along"),
        (opening(lambda every, n: every[:BACKBONE][-n + 1 :]), 8, "one layer of the backbone's 4 with weights to train may learn", "off by one"),
        (opening(lambda every, n: every[5:9]), 4, "one layer of the backbone's 4 with weights to train may learn", "every layer one"),
        (opening(lambda every, n: every[4:10]), 4, "2 layers of the backbone's 4 with weights to train may learn", "every layer one"),
    ],
    ids=[
        "nothing", "frozen around it", "everything", "first", "others", "those that learn", "no normalisation", "with the head",
        "one less", "in the middle", "more in the middle",
    ],
)  # fmt: skip
def test_other_layers_name_the_way_of_counting(function: Tune, n_layers: int, seen: str, hint: str) -> None:
    """In whichever case it happens; nothing else fails for it."""
    wrong = tuned(function, n_layers)
    for cases in ((wrong,), (tuned(RIGHT, 7), wrong)):
        error = failing(fine_tuning.assert_top_layers_thawed, *cases)
        assert f"With n_layers={n_layers}, " in error.seen
        assert seen in error.seen
        assert hint in error.hint
    fine_tuning.assert_compiled_again([wrong])
    fine_tuning.assert_normalisation_closed([wrong])
    fine_tuning.assert_lower_rate([wrong])


def test_the_numbers_that_are_due_are_told() -> None:
    """Of the last 8 of 17 layers two are convolutions."""
    error = failing(fine_tuning.assert_top_layers_thawed, tuned(opening(lambda every, n: []), 8))
    assert "the last 8 of the backbone's 17 layers, of which 2 have weights" in error.expected


def counting_along(model: Any, n_layers: int) -> Any:
    """Closes the numbers of BatchNormalization that are trained, and lets its averages go on."""
    for layer in (model := RIGHT(model, n_layers)).layers[:BACKBONE][-n_layers:]:
        if isinstance(layer, layers.BatchNormalization):
            layer.trainable = True
            layer.gamma.trainable = layer.beta.trainable = False
    return compiled(model)


def test_normalisation_that_learns_along_is_seen_in_flags_or_in_steps() -> None:
    """It costs its own points alone: the layers are the right ones."""
    by_flags = tuned(opening(lambda every, n: every[:BACKBONE][-n:], normalisation=True), 8)
    by_steps = tuned(counting_along, 8, steps=1)
    right = tuned(RIGHT, 7, steps=1)
    for wrong in (by_flags, by_steps):
        for cases in ((wrong, right), (right, wrong)):
            error = failing(fine_tuning.assert_normalisation_closed, *cases)
            assert "With n_layers=8, 2 BatchNormalization layers of the backbone learn along" in error.seen
            assert "isinstance(layer, tf.keras.layers.BatchNormalization)" in error.hint
        fine_tuning.assert_top_layers_thawed([wrong])
    fine_tuning.assert_normalisation_closed([replace(by_steps, moved=None)])


def test_normalisation_in_the_head_may_learn() -> None:
    """It is the student's own, and has no old averages to lose."""
    right = tuned(RIGHT, 6, steps=1)
    own = {"mine/gamma": True, "mine/moving_mean": False}
    assert right.moved is not None
    head = replace(
        right, head=("mine", *right.head), trainable={**right.trainable, **own}, moved=right.moved | own.keys()
    )
    for check in EVERY:
        check([head])


@pytest.mark.parametrize(
    ("rate", "seen"),
    [
        (RATE, "with a learning rate of 0.01; now it has 0.01."),
        (0.9995 * RATE, "now it has 0.01."),
        (2 * RATE, "now it has 0.02."),
        (0.0, "now it has 0."),
        (-0.001, "now it has -0.001."),
        (float("nan"), "now it has nan."),
        (None, "no learning rate that could be read"),
    ],
)
def test_a_rate_that_is_not_lower_is_told(rate: float | None, seen: str) -> None:
    """As high, higher, none at all, or no number."""
    right = tuned(RIGHT, 6)
    for share in (0.998, 0.1, 1e-4):
        fine_tuning.assert_lower_rate([replace(right, rate=share * RATE)])
    for cases in ((right, replace(right, rate=rate)), (replace(right, rate=rate), right)):
        error = failing(fine_tuning.assert_lower_rate, *cases)
        assert seen in error.seen
        assert "lower than some rates and higher than others" in error.hint


@pytest.mark.parametrize("names", [("dense",), ("answer",), ("dense", "answer")])
def test_a_head_that_was_closed_is_named(names: tuple[str, ...]) -> None:
    """One layer of it is enough; the backbone's layers are right all the same."""

    def function(model: Any, n_layers: int) -> Any:
        for name in names:
            model.get_layer(name).trainable = False
        return RIGHT(model, n_layers)

    wrong, right = tuned(function, 6), tuned(RIGHT, 6)
    for cases in ((wrong, right), (right, wrong)):
        error = failing(fine_tuning.assert_head_still_learns, *cases)
        assert error.seen == f"`{names[0]}`, which stands behind the backbone, is frozen."
        assert "backbone's layers alone" in error.hint
    fine_tuning.assert_top_layers_thawed([wrong])


SCHEDULES = keras.optimizers.schedules


@pytest.mark.parametrize(
    ("rate", "first"),
    [
        (0.002, 0.002),
        (SCHEDULES.ExponentialDecay(0.003, 10, 0.9), 0.003),
        (SCHEDULES.CosineDecay(0.004, 10), 0.004),
        (SCHEDULES.PolynomialDecay(0.005, 10), 0.005),
        (SCHEDULES.CosineDecay(0.0, 100, warmup_target=1e-4, warmup_steps=10), 1e-4),
        (SCHEDULES.PiecewiseConstantDecay([5, 10], [0.006, 0.002, 0.001]), 0.006),
    ],
    ids=["number", "exponential", "cosine", "polynomial", "warm-up", "steps"],
)
@pytest.mark.parametrize("optimizer", ["Adam", "SGD", "RMSprop"])
def test_the_rate_is_read_as_keras_writes_it(optimizer: str, rate: Any, first: float) -> None:
    """Of a schedule where it begins, once it is warm."""
    model = keras.Sequential([keras.Input((2, 2, 3)), layers.Flatten(), layers.Dense(1)])
    model.compile(getattr(keras.optimizers, optimizer)(rate), "mse")
    assert rate_of(export_model(model).compile_config) == pytest.approx(first)


@pytest.mark.parametrize(
    "config",
    [
        None,
        {},
        {"optimizer": None},
        {"optimizer": "adam"},
        {"optimizer": {"config": None}},
        {"optimizer": {"config": {}}},
        {"optimizer": {"config": {"learning_rate": "fast"}}},
        {"optimizer": {"config": {"learning_rate": True}}},
        {"optimizer": {"config": {"learning_rate": {"config": None}}}},
        {"optimizer": {"config": {"learning_rate": {"config": {"values": []}}}}},
        {"optimizer": {"config": {"learning_rate": {"config": {"initial_learning_rate": {}}}}}},
    ],
    ids=str,
)
def test_what_holds_no_rate_has_none(config: dict[str, Any] | None) -> None:
    """A config comes from the student's process and may hold anything."""
    assert rate_of(config) is None


def blocks(rounds: int) -> tuple[BackboneLayer, ...]:
    """Layers as in a network of bottlenecks: three convolutions each, normalised, now and then padded or added."""
    kinds = ["expand", "bn", "relu", "pad", "depthwise", "bn", "relu", "project", "bn", "add"]
    names = [f"{number}_{place}_{kind}" for number in range(rounds) for place, kind in enumerate(kinds)]
    return tuple(
        BackboneLayer(name, "_bn" in name, not name.endswith(("relu", "pad", "add")))
        for name in ["0_input_pad", *names, f"{rounds}_0_expand", f"{rounds}_1_bn", f"{rounds}_2_relu"]
    )


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("rounds", [4, 13])
def test_the_numbers_asked_for_give_every_other_way_of_counting_away(seed: int, rounds: int) -> None:
    """None of the usual mistakes opens what is due in both cases."""
    backbone = blocks(rounds)
    names = [one.name for one in backbone]
    head = ["pooled", "dense", "dropout", "answer"]
    ways: dict[str, Callable[[int], list[str]]] = {
        "one less": lambda n: names[-n + 1 :],
        "one more": lambda n: names[-n - 1 :],
        "first": lambda n: names[:n],
        "others": lambda n: names[:-n],
        "with the head": lambda n: [*names, *head][-n:],
        "those that learn": lambda n: [one.name for one in backbone if one.learns][-n:],
        "no normalisation": lambda n: [one.name for one in backbone if not one.normalises][-n:],
        "everything": lambda n: names,
        "nothing": lambda n: [],
        "right": lambda n: names[-n:],
    }
    known = {one.name for one in backbone if one.learns}

    def case(n: int, chosen: list[str]) -> Tuned:
        flags = {f"{name}/kernel": name in chosen and "_bn" not in name for name in known}
        return Tuned(n, backbone, (), flags, RATE, RATE / 10, True)

    passing = set()
    for way, chosen in ways.items():
        try:
            fine_tuning.assert_top_layers_thawed([case(n, chosen(n)) for n in counts_to_try(seed, backbone)])
            passing.add(way)
        except CheckFailed:
            pass
    assert passing == {"right"}


def test_the_rate_of_a_wrapped_optimizer_is_the_inner_ones() -> None:
    """`LossScaleOptimizer` has none of its own."""
    model = keras.Sequential([keras.Input((2, 2, 3)), layers.Flatten(), layers.Dense(1)])
    model.compile(keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(1e-5)), "mse")
    assert rate_of(export_model(model).compile_config) == pytest.approx(1e-5)


def test_a_model_of_new_weights_is_not_the_model_that_came() -> None:
    """A clone has the same names; flat or nested, the given weights are known again."""
    sent = weights_of(network())
    for function in (RIGHT, all_but_the_first, nested):
        fine_tuning.assert_same_weights(weights_of(function(network(), 4)), sent)
    keras.utils.set_random_seed(7)
    clone = keras.models.clone_model(network())
    with pytest.raises(CheckFailed, match="are not those that the model came with"):
        fine_tuning.assert_same_weights(weights_of(clone), sent)


def test_a_loss_that_does_not_fit_is_told_where_compiling_is() -> None:
    """The finding that was made of it."""
    unfit = CheckFailed("The loss is `mean_squared_error`.", expected="Another.", why="It fits.", hint="Change it.")
    case = replace(tuned(RIGHT, 4), unfit=unfit)
    assert failing(fine_tuning.assert_compiled_again, case).seen == "The loss is `mean_squared_error`."
