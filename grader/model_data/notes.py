"""What may be noted of a model: the sentences are ours, and the student's process only says which one, and about what."""

from __future__ import annotations

import re
from dataclasses import dataclass

RANDOM_AT_INFERENCE = "random_at_inference"
"""Code of the note on a model whose own `call` keeps augmentation or dropout at work outside of training."""
UNKNOWN_METRIC = "custom_metric"
"""Code of notes on metrics that are left out."""

SENTENCES = {
    "activation": "`{subject}` was taken as `activation='{value}'`.",
    "built_on_batch": "The model does not say its input shape; it was built on a batch of your images. "
    "`keras.Input(shape=…)` as its first line makes it say so.",
    "custom_optimizer": "The optimizer `{subject}` is not one of Keras' own that the grader knows.",
    "custom_rate": "The learning rate `{subject}` is code of your own: graded is its largest value in the first steps, {value}.",
    "eager": "`run_eagerly=True` slows training down and is not used for grading.",
    "flattened": "`{subject}` was written out as the layers and operations it calls.",
    "functional_subclass": "`{subject}` was taken as the functional model it is.",
    "loss": "Your loss `{subject}` computes `{value}` and was taken as that.",
    "metric": "Your metric `{subject}` computes `{value}` and was taken as that.",
    "metrics": "Write `metrics=['{subject}']`: Keras wants a list.",
    "own_method": "`{subject}` is not used when the grader trains the model.",
    "subclassed_layer": "`{subject}` was taken as `{value}`.",
    "training_branch": "What `{subject}` does in training alone was left out.",
    "undescribed_loss": "The loss `{subject}` cannot be described.",
    "undescribed_optimizer": "The optimizer `{subject}` cannot be described; its learning rate may be no positive number.",
    RANDOM_AT_INFERENCE: "Asked twice about the same images, the model answers differently.",
    UNKNOWN_METRIC: "The metric `{subject}` is none that the grader knows and is left out.",
}
LONGEST = 60
"""Letters of a name in a sentence."""
_OTHER = re.compile(r"[^\w.<>+-]+")


@dataclass(frozen=True)
class ModelNote:
    """Something worth a line in the report that costs no points.

    Attributes:
        code: which of `SENTENCES`.
        subject: what it is about, by its name in the student's code.
        value: what it was taken as, or a number.
    """

    code: str
    subject: str = ""
    value: str = ""

    @property
    def text(self) -> str:
        """The sentence, for people. A name in it is a name: no words can be put in between the grader's own."""
        return SENTENCES[self.code].format(subject=_name(self.subject), value=_name(self.value))


def _name(text: str) -> str:
    return _OTHER.sub("_", text)[:LONGEST]
