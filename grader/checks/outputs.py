"""Whether output layer, loss and labels fit each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grader.checks.finding import CheckFailed
from grader.checks.pipeline import LabelKind
from grader.model_data.outputs import last_activation

BINARY_LOSSES = {"binary_crossentropy", "binary_focal_crossentropy"}
ONE_HOT_LOSSES = {"categorical_crossentropy", "categorical_focal_crossentropy"}
SPARSE_LOSSES = {"sparse_categorical_crossentropy"}
MARGIN_LOSSES = {"hinge", "squared_hinge"}
ACCURACY_NAMES = {
    "accuracy", "acc", "binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy",
}  # fmt: skip
WHY = (
    "The loss reads the outputs in one fixed way: as one probability, as probabilities that sum to one, or as raw scores. "
    "Where output and loss disagree, the network learns something else or nothing."
)


@dataclass(frozen=True)
class Head:
    """The end of a model: units, activation of the last layer, loss, and whether that loss takes raw scores."""

    units: int
    activation: str
    loss: str
    from_logits: bool


def snake(name: str) -> str:
    """`BinaryCrossentropy` → `binary_crossentropy`; names in snake case stay."""
    if "_" in name or name.islower():
        return name
    return "".join("_" + letter.lower() if letter.isupper() else letter for letter in name).lstrip("_")


def head_of(model: Any) -> Head:
    """Read the head off a compiled, rebuilt model."""
    loss = model.loss
    name = loss if isinstance(loss, str) else getattr(loss, "__name__", None) or type(loss).__name__
    from_logits = False
    if loss is not None and hasattr(loss, "get_config"):
        config = loss.get_config()
        from_logits = bool(config.get("from_logits", False))
        if type(loss).__name__ == "LossFunctionWrapper":
            name = str(config.get("name", name))
    return Head(int(model.output_shape[-1]), last_activation(model), snake(str(name)), from_logits)


def assert_output_fits_loss(head: Head, labels: LabelKind | None, classes: int) -> None:
    """Units, activation, loss and labels form one of the combinations that work.

    For two classes: one sigmoid unit (or a raw score with `from_logits=True`) with binary cross-entropy and labels 0
    and 1; or one unit a class with softmax (or raw scores) and the cross-entropy that fits the labels.

    Args:
        head: the end of the model.
        labels: the kind of labels that the pipeline gives; None where it is not known.
        classes: number of classes.

    Raises:
        CheckFailed: they do not fit; the message names the first thing to mend.
    """
    _check_units(head, labels, classes)
    _check_loss(head, labels, classes)
    _check_activation(head)


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
    if head.loss in MARGIN_LOSSES:
        return
    if head.from_logits:
        if head.activation not in ("linear", "leaky_relu"):
            _fail(
                f"The loss takes raw scores (`from_logits=True`), but the last layer already applies `{head.activation}`.",
                "Raw scores with `from_logits=True`, or probabilities without it.",
                "Leave out either the activation of the last layer or `from_logits=True`.",
            )
        return
    if head.units > 1 and head.loss not in BINARY_LOSSES:
        fitting, text = {"softmax"}, "`softmax`"
    else:
        fitting, text = {"sigmoid", "hard_sigmoid"}, "`sigmoid`"
    if head.units == 1 and head.activation == "softmax":
        _fail(
            "The model ends in softmax over a single unit, which is always exactly 1.",
            "`sigmoid` on one unit, or softmax over two.",
            '`Dense(1, activation="sigmoid")`.',
        )
    if head.activation not in fitting:
        _fail(
            f"The last layer applies `{head.activation}`, and the loss `{head.loss}` reads its outputs as probabilities.",
            f"{text} at the end, or a loss with `from_logits=True`.",
            f"Give the last `Dense` layer activation={text.strip('`')!r}.",
        )


def metric_names(compile_config: dict[str, Any]) -> set[str]:
    """Names of the metrics in a compile config, however they were written."""
    names: set[str] = set()

    def walk(value: Any) -> None:
        if isinstance(value, str):
            names.add(snake(value))
        elif isinstance(value, dict) and "class_name" in value:
            inner = value.get("config")
            names.add(snake(str(value["class_name"])))
            if isinstance(inner, dict) and isinstance(inner.get("name"), str):
                names.add(snake(inner["name"]))
            elif isinstance(inner, str):
                names.add(snake(inner))
        elif isinstance(value, dict):
            for item in value.values():
                walk(item)
        elif isinstance(value, (list, tuple)):
            for item in value:
                walk(item)

    walk(compile_config.get("metrics"))
    walk(compile_config.get("weighted_metrics"))
    return names


def assert_accuracy_metric(compile_config: dict[str, Any]) -> None:
    """The model reports accuracy.

    Raises:
        CheckFailed: no metric of the accuracy family.
    """
    names = metric_names(compile_config)
    if not names & ACCURACY_NAMES:
        shown = ", ".join(sorted(names)[:3]) or "none"
        raise CheckFailed(
            f"Metrics that the model reports: {shown}.",
            expected="Accuracy among them.",
            why="The loss is made for the optimiser; accuracy is what people read, and what the callback waits for.",
            hint='`model.compile(..., metrics=["accuracy"])`.',
        )
