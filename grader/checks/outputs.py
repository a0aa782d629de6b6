"""Whether output layer, loss and labels fit each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from grader.checks.batches import LabelKind
from grader.checks.finding import CheckFailed
from grader.checks.heads import ending_of

BINARY_LOSSES = {"binary_crossentropy", "binary_focal_crossentropy"}
ONE_HOT_LOSSES = {"categorical_crossentropy", "categorical_focal_crossentropy"}
SPARSE_LOSSES = {"sparse_categorical_crossentropy"}
MARGIN_LOSSES = {"hinge", "squared_hinge"}
MANY_ONE_HOT_LOSSES = ONE_HOT_LOSSES | {"kl_divergence", "categorical_hinge"}
"""Against one-hot labels the Kullback-Leibler divergence is the cross-entropy; the categorical hinge is its margin form."""
OTHER_SPELLINGS = {
    "kld": "kl_divergence", "k_l_d": "kl_divergence", "k_l_divergence": "kl_divergence", "bce": "binary_crossentropy",
    "b_c_e": "binary_crossentropy", "ce": "crossentropy", "c_e": "crossentropy",
}  # fmt: skip
NO_LOSS = "none"
CHOSEN_BY_KERAS = "crossentropy"
"""Keras takes the cross-entropy that fits outputs and labels, so this one always does."""
ACCURACY_NAMES = {
    "accuracy", "acc", "binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy",
}  # fmt: skip
EXACT = "Accuracy()"
ACCURACY_HINT = '`model.compile(..., metrics=["accuracy"])`.'
WHY = (
    "The loss reads the outputs in one fixed way: as one probability, as probabilities that sum to one, or as raw scores. "
    "Where output and loss disagree, the network learns something else or nothing."
)


@dataclass(frozen=True)
class Head:
    """The end of a model: units, what acts on its scores, loss, and whether that loss takes raw scores."""

    units: int
    activation: str
    loss: str
    from_logits: bool
    squashed_twice: bool = False


def snake(name: str) -> str:
    """`BinaryCrossentropy` → `binary_crossentropy`; names in snake case stay."""
    if "_" in name or name.islower():
        return name
    return "".join("_" + letter.lower() if letter.isupper() else letter for letter in name).lstrip("_")


def loss_name(name: str) -> str:
    """A loss by the one name that the sets above use."""
    snaked = snake(name)
    return OTHER_SPELLINGS.get(snaked, snaked)


def head_of(model: Any) -> Head:
    """Read the head off a compiled, rebuilt model.

    Raises:
        CheckFailed: the output is not one vector for each image.
    """
    assert_one_vector(model)
    loss = model.loss
    name = (
        NO_LOSS
        if loss is None
        else loss
        if isinstance(loss, str)
        else getattr(loss, "__name__", None) or type(loss).__name__
    )
    from_logits = False
    if loss is not None and hasattr(loss, "get_config"):
        config = loss.get_config()
        from_logits = bool(config.get("from_logits", False))
        if type(loss).__name__ == "LossFunctionWrapper":
            name = str(config.get("name", name))
    end = ending_of(model)
    units = int(model.output_shape[-1])
    return Head(units, end.activation, loss_name(str(name)), from_logits, end.squashed_twice)


def gives_one_vector(model: Any) -> bool:
    """Whether the model gives one vector of known length for each image: an output of shape (batch, units)."""
    shape = getattr(model, "output_shape", None)
    return isinstance(shape, tuple) and len(shape) == 2 and isinstance(shape[1], int)


def units_of(model: Any) -> int | None:
    """Length of the vector that the model gives for each image; None where it gives something else."""
    return int(model.output_shape[-1]) if gives_one_vector(model) else None


def assert_one_vector(model: Any) -> None:
    """The output is one vector for each image.

    Raises:
        CheckFailed: it is a single number without an axis, a map, a sequence or several tensors.
    """
    if not gives_one_vector(model):
        shape = getattr(model, "output_shape", None)
        _fail(
            f"The model gives an output of shape {shape} for a batch of images.",
            "One row for each image: shape (None, units).",
            "Put `Flatten()` or `GlobalAveragePooling2D()` in front of the last `Dense` layers, and end with `Dense`.",
        )


def assert_output_fits_loss(head: Head, labels: LabelKind | None, classes: int, outputs: int | None = None) -> None:
    """Units, activation, loss and labels form one of the combinations that work.

    For two classes: one sigmoid unit (or a raw score with `from_logits=True`) with binary cross-entropy and labels 0
    and 1; or one unit a class with softmax (or raw scores) and the cross-entropy that fits the labels.

    For more classes: as many units as the labels need, with softmax (or raw scores) and the categorical loss that fits
    the labels. One sigmoid a class with binary cross-entropy would train, too, but answers every class by itself: the
    outputs do not sum to one, and a picture of one letter may be two letters or none. The exercise asks for one
    answer out of many, so this is a failure with a message of its own.

    Args:
        head: the end of the model.
        labels: the kind of labels that the pipeline gives; None where it is not known.
        classes: number of classes.
        outputs: number of outputs that the labels need where that is known: the highest number plus one, or the
            length of a one-hot vector. Never taken as fewer than `classes`: labels that leave classes out are another
            check's matter.

    Raises:
        CheckFailed: they do not fit; the message names the first thing to mend.
    """
    head = _chosen_by_keras(head, labels)
    if head.loss == NO_LOSS:
        _fail(
            "The model is compiled without a loss.", "A loss that fits the outputs and the labels.",
            "`model.compile(loss=..., ...)`: without one there is nothing to make smaller.",
        )  # fmt: skip
    if classes > 2:
        _check_many_units(head, labels, classes, max(outputs or 0, classes))
        _check_many_losses(head, labels, classes)
    else:
        _check_units(head, labels, classes)
        _check_loss(head, labels, classes)
    _check_activation(head)


def _chosen_by_keras(head: Head, labels: LabelKind | None) -> Head:
    if head.loss != CHOSEN_BY_KERAS:
        return head
    several = "categorical_crossentropy" if labels == "one-hot" else "sparse_categorical_crossentropy"
    return replace(head, loss="binary_crossentropy" if head.units == 1 else several)


def _fail(seen: str, expected: str, hint: str) -> None:
    raise CheckFailed(seen, expected=expected, why=WHY, hint=hint)


def _check_units(head: Head, labels: LabelKind | None, classes: int) -> None:
    allowed = {classes} | ({1} if classes == 2 else set())
    if head.units not in allowed:
        _fail(
            f"The model has {head.units} outputs.",
            f"{' or '.join(map(str, sorted(allowed)))} for {classes} classes.",
            "One sigmoid unit is enough for two classes." if classes == 2 else f"`Dense({classes})` at the end.",
        )
    if head.units == 1 and labels == "one-hot":
        _fail(
            "The model has one output, the labels are one-hot vectors of two numbers.",
            "Labels and outputs of the same form.",
            'Use `label_mode="binary"` in the pipeline, or two outputs with softmax.',
        )


def _check_many_units(head: Head, labels: LabelKind | None, classes: int, needed: int) -> None:
    # Numbers by place in the alphabet leave gaps; an output for every letter of it is no mistake then.
    allowed = {needed} | ({needed + 1} if needed > classes and labels != "one-hot" else set())
    if head.units in allowed:
        return
    if labels == "one-hot":
        _fail(
            f"The model has {_outputs(head)}, the labels are one-hot vectors of {needed} numbers.",
            f"{needed} outputs, one for each number of the vector.",
            f"`Dense({needed})` at the end.",
        )
    if head.units == needed - 1:
        _fail(
            f"The model has {_outputs(head)}, and the labels reach {needed - 1}: counted from 0, they need {needed}.",
            f"As many outputs as labels from 0 to the highest: {needed}.",
            f"Number the classes from 0 to {classes - 1}, or end in `Dense({needed})`.",
        )
    _fail(
        f"The model has {_outputs(head)}.",
        f"{' or '.join(map(str, sorted(allowed)))} for {classes} classes"
        + (f" with labels up to {needed - 1}." if needed != classes else "."),
        f"`Dense({needed})` at the end.",
    )


def _outputs(head: Head) -> str:
    return f"{head.units} output{'' if head.units == 1 else 's'}"


def _check_many_losses(head: Head, labels: LabelKind | None, classes: int) -> None:
    one_hot, sparse = "categorical_crossentropy", "sparse_categorical_crossentropy"
    if head.loss in BINARY_LOSSES:
        _fail(
            f"The loss is `{head.loss}`, which asks {classes} separate questions: is it this one, yes or no?",
            f"`{one_hot if labels == 'one-hot' else sparse}`: one question with {classes} possible answers.",
            "Binary cross-entropy is for two classes, or for pictures that show several things at once. "
            "Use softmax with a categorical loss.",
        )
    if labels == "one-hot" and head.loss in SPARSE_LOSSES:
        _fail(
            f"The loss is `{head.loss}`, which takes one number a picture, and the labels are one-hot vectors.",
            f"`{one_hot}` with one-hot labels, or `{sparse}` with whole numbers.",
            f'`loss="{one_hot}"` in the model, or `label_mode="int"` in the pipeline.',
        )
    if labels not in ("one-hot", None) and head.loss in MANY_ONE_HOT_LOSSES:
        _fail(
            f"The loss is `{head.loss}`, which takes one-hot vectors, and the labels are one number a picture.",
            f"`{sparse}` with whole numbers, or `{one_hot}` with one-hot labels.",
            f'`loss="{sparse}"` in the model, or `label_mode="categorical"` in the pipeline.',
        )
    wanted = {"one-hot": MANY_ONE_HOT_LOSSES, None: MANY_ONE_HOT_LOSSES | SPARSE_LOSSES}.get(labels, SPARSE_LOSSES)
    if head.loss not in wanted:
        name = one_hot if labels == "one-hot" else sparse
        _fail(
            f"The loss is `{head.loss}` with {_outputs(head)} and {classes} classes.",
            f"`{name}`, which is made for that.",
            f'`model.compile(loss="{name}", ...)`.',
        )


def _check_loss(head: Head, labels: LabelKind | None, classes: int) -> None:
    if head.units == 1:
        wanted = BINARY_LOSSES | MARGIN_LOSSES
        name = "binary_crossentropy"
    elif labels == "one-hot":
        wanted = ONE_HOT_LOSSES | BINARY_LOSSES
        name = "categorical_crossentropy"
    elif labels is None:
        wanted = ONE_HOT_LOSSES | SPARSE_LOSSES
        name = "sparse_categorical_crossentropy"
    else:
        wanted = SPARSE_LOSSES
        name = "sparse_categorical_crossentropy"
    if head.loss not in wanted:
        kind = {"one-hot": "one-hot labels", None: f"{classes} classes"}.get(labels, "labels that are one number each")
        _fail(
            f"The loss is `{head.loss}` with {head.units} output{'s' if head.units > 1 else ''} and {kind}.",
            f"`{name}`, which is made for that.",
            f'`model.compile(loss="{name}", ...)`, or change the outputs to fit the loss.',
        )


def _check_activation(head: Head) -> None:
    if head.loss in MARGIN_LOSSES or head.loss == "categorical_hinge":
        return
    if head.squashed_twice:
        _fail(
            f"Another activation stands before the `{head.activation}` at the end: no output ever comes near 0 or 1.",
            "One activation on the raw scores of the last `Dense` layer.",
            "Leave one of the two out: a `Dense` layer with an activation needs no further one behind it.",
        )
    if head.from_logits:
        if head.activation not in ("linear", "leaky_relu", "log_softmax"):
            _fail(
                f"The loss takes raw scores (`from_logits=True`), but the last layer already applies `{head.activation}`.",
                "Raw scores with `from_logits=True`, or probabilities without it.",
                "Leave out either the activation of the last layer or `from_logits=True`.",
            )
        return
    if head.units > 1 and head.loss not in BINARY_LOSSES:
        fitting, text = {"softmax"}, "`softmax`"
    elif head.units == 2:
        # Two probabilities that sum to one: against one-hot labels each of the two questions has the same answer.
        fitting, text = {"sigmoid", "hard_sigmoid", "softmax"}, "`softmax`"
    else:
        fitting, text = {"sigmoid", "hard_sigmoid"}, "`sigmoid`"
    if head.units == 1 and head.activation == "softmax":
        _fail(
            "The model ends in softmax over a single unit, which is always exactly 1.",
            "`sigmoid` on one unit, or softmax over two.",
            '`Dense(1, activation="sigmoid")`.',
        )
    if head.units > 2 and head.activation == "sigmoid":
        _fail(
            f"The last layer applies `sigmoid`: {head.units} answers by themselves, which do not sum to one.",
            "`softmax` at the end, or raw scores and a loss with `from_logits=True`.",
            'Give the last `Dense` layer activation="softmax": it shares out 100 % among the classes.',
        )
    if head.activation not in fitting:
        _fail(
            f"The last layer applies `{head.activation}`, and the loss `{head.loss}` reads its outputs as probabilities.",
            f"{text} at the end, or a loss with `from_logits=True`.",
            f"Give the last `Dense` layer activation={text.strip('`')!r}.",
        )


def metric_names(compile_config: dict[str, Any]) -> set[str]:
    """What the metrics in a compile config compute, however they were written; the name that a student gave one says nothing.

    `"accuracy"` is what Keras chooses for the outputs, `EXACT` the class of that name, which counts outputs equal to the label.
    """
    names: set[str] = set()

    def walk(value: Any) -> None:
        if isinstance(value, str):
            names.add(snake(value))
        elif isinstance(value, dict) and "class_name" in value:
            inner = value.get("config")
            if isinstance(inner, str):
                names.add(snake(inner))
            elif isinstance(inner, dict) and value["class_name"] == "MeanMetricWrapper":
                walk(inner.get("fn"))
            else:
                name = snake(str(value["class_name"]))
                names.add(EXACT if name == "accuracy" else name)
        elif isinstance(value, dict):
            for item in value.values():
                walk(item)
        elif isinstance(value, (list, tuple)):
            for item in value:
                walk(item)

    walk(compile_config.get("metrics"))
    walk(compile_config.get("weighted_metrics"))
    return names


def assert_accuracy_metric(
    compile_config: dict[str, Any], units: int | None, labels: LabelKind | None, unknown: Sequence[str] = ()
) -> None:
    """The model reports an accuracy that means something for its outputs and labels.

    Args:
        compile_config: how the model was compiled, serialised.
        units: outputs of the model; None where they cannot be told.
        labels: the kind of labels that the pipeline gives; None where it is not known.
        unknown: what was told of metrics that the grader does not know and left out of `compile_config`, such as a function.

    Raises:
        CheckFailed: no metric of the accuracy family, or only such as compare something else.
    """
    reported = metric_names(compile_config)
    names = reported & (ACCURACY_NAMES | {EXACT})
    if not names:
        shown = ", ".join(sorted(reported)[:3]) or "none"
        raise CheckFailed(
            " ".join(unknown[:2]) if unknown and not reported else f"Metrics that the model reports: {shown}.",
            expected="Accuracy among them.",
            why="The loss is made for the optimiser; accuracy is what people read, and what the callback waits for.",
            hint=f"{ACCURACY_HINT} One of your own may stand beside it." if unknown else ACCURACY_HINT,
        )
    if names <= {EXACT}:
        raise CheckFailed(
            "The accuracy that the model reports is the class `Accuracy()`, which counts outputs that equal the label exactly.",
            expected='`"accuracy"`, or `BinaryAccuracy()` and the like, which turn an output into a decision first.',
            why="An output of 0.97 is right for a label of 1 and not equal to it, so this number stays near 0.",
            hint=ACCURACY_HINT,
        )
    if names <= _unfit(units, labels) | {EXACT}:
        shown = ", ".join(f"`{name}`" for name in sorted(names - {EXACT}))
        alone = units == 1
        raise CheckFailed(
            f"The accuracy that the model reports is {shown}, which does not fit these outputs and labels.",
            expected='`"accuracy"`, which chooses the right one by itself.',
            why=(
                "The categorical accuracies ask which of several outputs is the largest. Of a single one that is always the "
                "first, whatever the model says."
                if alone
                else "`binary_accuracy` counts every output by itself: 23 of 24 right is 96 %, and the answer is wrong. "
                "The other two differ in the labels that they take: whole numbers or one-hot."
            ),
            hint=ACCURACY_HINT,
        )


def _unfit(units: int | None, labels: LabelKind | None) -> set[str]:
    """Accuracies that compare something else with outputs and labels like these."""
    if units is None:
        return set()
    if units == 1:
        return {"categorical_accuracy", "sparse_categorical_accuracy"}
    # Of two outputs that sum to one, binary accuracy against one-hot labels is the accuracy.
    unfit = set() if units == 2 and labels == "one-hot" else {"binary_accuracy"}
    if labels is not None:
        unfit.add("sparse_categorical_accuracy" if labels == "one-hot" else "categorical_accuracy")
    return unfit
