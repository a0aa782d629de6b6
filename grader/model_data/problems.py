"""Why a student's model cannot be taken over, in words for the student. None of these is a fault of ours."""

from __future__ import annotations

import re

from grader.errors import GradingError, ModelRefused

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_NOISE = re.compile(r"^(Graph execution error:?|Detected at node .*|Exception encountered when calling .*|File \".*|)$")


def first_line(error: BaseException, length: int = 200) -> str:
    """The first line of an exception that says something, printable and bounded; its class where none does."""
    lines = (line.strip() for line in _COLOUR.sub("", str(error)).splitlines())
    line = next((line for line in lines if not _NOISE.match(line)), type(error).__name__)
    return "".join(c for c in line[:length] if c.isprintable())


class NotAModel(GradingError, TypeError):
    """The object handed over is no Keras model."""

    def __init__(self, got: str) -> None:
        self.got = got
        super().__init__(f"Expected a Keras model, got {got}. Return the model itself: `return model`.")


class CannotExport(GradingError, ValueError):
    """A model that its configuration cannot describe: `layer` is in the way, `instead` is what to write.

    `layer` is the layer as a person would name it, for example "the layer `my_block` (`MyBlock`)".
    """

    def __init__(self, layer: str, reason: str, instead: str) -> None:
        self.layer = layer
        self.reason = reason
        self.instead = instead
        super().__init__(f"{layer[:1].upper()}{layer[1:]} cannot be rebuilt for grading: {reason} {instead}".rstrip())


class DrawsAtInference(CannotExport):
    """Code of the student's own draws at random outside of training, too, which no graph can."""

    def __init__(self, layer: str) -> None:
        super().__init__(
            layer,
            "it draws at random outside of training, too; do that under `if training:`.",
            "Keras' own random layers, such as `RandomFlip`, know by themselves whether the network trains.",
        )


class WeightsNotFinite(ModelRefused):
    """The model's weights hold NaN or infinity; nothing that it computes means anything."""

    def __init__(self, paths: tuple[str, ...]) -> None:
        self.paths = paths
        named = ", ".join(f"`{path}`" for path in paths[:3]) + (", …" if len(paths) > 3 else "")
        super().__init__(
            f"Your model's weights hold values that are not finite numbers (in {named})",
            "Build the model afresh and return it without training it, or lower the learning rate.",
        )
