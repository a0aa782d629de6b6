"""Why a student's model cannot be taken over, in words for the student. None of these is a fault of ours."""

from __future__ import annotations

from grader.errors import GradingError, ModelRefused


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


class WeightsNotFinite(ModelRefused):
    """The model's weights hold NaN or infinity; nothing that it computes means anything."""

    def __init__(self, paths: tuple[str, ...]) -> None:
        self.paths = paths
        named = ", ".join(f"`{path}`" for path in paths[:3]) + (", …" if len(paths) > 3 else "")
        super().__init__(
            f"Your model's weights hold values that are not finite numbers (in {named})",
            "Build the model afresh and return it without training it, or lower the learning rate.",
        )
