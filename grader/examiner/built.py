"""A student's model that comes from elsewhere than `create_model`: rebuilt, looked at and trained all the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath

from grader.checks.outputs import gives_one_vector
from grader.checks.recognised import ProbedPipeline
from grader.examiner.once import once
from grader.examiner.prepared import PreparedPictures
from grader.examiner.real_images import RealPipeline
from grader.examiner.source import Unusable, cause_of, waiting
from grader.examiner.training import TrainedEvidence
from grader.model_data import ModelData

Gather = Callable[[str], ModelData]
"""From a purpose, which decides the cell's random numbers, to the model as exported there."""


class BuiltEvidence(TrainedEvidence):
    """One model of the submission and what follows from it; the pipeline and the report are those of the root.

    Args:
        root: the submission's evidence.
        gather: asks a student cell for the model.
        task: whose model it is; checks named in messages are this task's.
    """

    def __init__(self, root: TrainedEvidence, gather: Gather, task: str) -> None:
        self._root = root
        self._gather = gather
        self.model_task = task
        super().__init__(root._source, root.assignment)  # noqa: SLF001 - one more view of the same submission
        self.pictures = root.pictures

    @property
    def needs_review(self) -> bool:
        """Whether an instructor should look; the root keeps it."""
        return self._root.needs_review

    @needs_review.setter
    def needs_review(self, value: bool) -> None:
        if value:
            self._root.needs_review = True

    @once
    def public_paths(self) -> frozenset[str]:
        """The public images, and the files that students are given beside them."""
        places = {str(PurePosixPath(str(self.params[name]))) for name in self.assignment.assets}
        return self._root.public_paths | places

    @property
    def asset_files(self) -> dict[str, bytes]:
        """The files that students are given beside the data, at the paths at which their code finds them."""
        return {str(PurePosixPath(str(self.params[name]))): data for name, data in self.assignment.assets.items()}

    @once
    def model_data(self) -> ModelData:
        """The model, as config and weights."""
        return self._gather(self.model_task)

    def fresh_model(self, purpose: str) -> ModelData:
        """The model from a cell with other random numbers."""
        return self._gather(purpose)

    # what belongs to the root ---------------------------------------------------------------------------------

    @once
    def probed_pipeline(self) -> ProbedPipeline:
        """See `Evidence.probed_pipeline`."""
        return self._root.probed_pipeline

    @once
    def real_pipeline(self) -> RealPipeline:
        """See `TrainedEvidence.real_pipeline`."""
        return self._root.real_pipeline

    @once
    def hidden(self) -> PreparedPictures:
        """See `TrainedEvidence.hidden`."""
        return self._root.hidden

    @once
    def own_pictures(self) -> PreparedPictures | None:
        """None: no check asks how well a built model knows its training pictures."""
        return None

    def show(self, history: object, **measures: float) -> None:
        """See `TrainedEvidence.show`."""
        self._root.show(history, **measures)  # type: ignore[arg-type]  # handed through

    # what is said of this task --------------------------------------------------------------------------------

    def require_compiled(self) -> None:
        """The model is compiled and gives one vector for each picture.

        Raises:
            Unusable: blocked by the check that says so.
        """
        if self.model_data.compile_config is None:
            raise waiting(f"{self.model_task}/compiled")
        if not gives_one_vector(self.rebuilt.model) or self.rebuilt.compile_problem:
            raise waiting(f"{self.model_task}/output_fits_loss")

    def require_untrained(self) -> None:
        """A network on a backbone may know much before it is trained."""

    def require_both(self) -> None:
        """See `TrainedEvidence.require_both`."""
        faults: list[Unusable] = []
        for gather in (lambda: self.probed_pipeline, lambda: self.rebuilt):
            try:
                gather()
            except Unusable as error:
                faults.append(error)
        if len(faults) > 1 and all(fault.status == "not_attempted" for fault in faults):
            raise Unusable(
                "not_attempted",
                "Nothing to train yet.",
                hint=f"Write `train_val_datasets` and `{self.model_task}` first.",
            )
        if faults:
            raise cause_of(faults[0])
        self.require_compiled()


__all__ = ["BuiltEvidence"]
