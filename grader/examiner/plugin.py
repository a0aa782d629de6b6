"""The pytest plugin: runs checks in the order of their files and turns each outcome into a `CheckResult`."""

from __future__ import annotations

import inspect
import os
import traceback
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from typing import Any, Protocol

import pytest

from grader.checks.finding import CheckFailed
from grader.examiner.broker_source import Foreseen
from grader.examiner.check import ATTRIBUTE, CheckSpec
from grader.examiner.dealing import DealingEvidence
from grader.examiner.extracting import ExtractingEvidence
from grader.examiner.fine_tuning import FineTuningEvidence
from grader.examiner.histories import HistoriesEvidence
from grader.examiner.journey import JourneyEvidence
from grader.examiner.memory import is_memory, too_large
from grader.examiner.multiclass import MulticlassEvidence
from grader.examiner.overfitting import OverfittingEvidence
from grader.examiner.sifting import SiftingEvidence
from grader.examiner.source import Unusable, waiting
from grader.examiner.training import TrainedEvidence
from grader.examiner.transfer import TransferEvidence
from grader.results import CheckResult, Where

NO_AUTOLOAD = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"
MAX_TEXT = 4_000
TRAINING = "train"
"""The task whose checks judge what a network learnt."""
NO_OBJECT = frozenset(("student_error", "timeout", "memory", "output", "not_attempted"))


class Foresees(Protocol):
    """Where checks' requests can be told before their time."""

    @property
    def answered(self) -> int:
        """How many requests have been answered."""

    def foreseeing(self) -> AbstractContextManager[None]:
        """While open, a request is begun with, and raises `Foreseen`."""


class CheckPlugin:
    """Collects tests marked with `@check`, gives them fixtures, records one result each.

    A check that did not report is a fault of ours: `results` holds only what really ran.

    Args:
        told: is given each result as soon as it is there.
        foresees: where checks' requests can be told before their time; without it they are not.
    """

    def __init__(
        self, evidence: TrainedEvidence, locations: Mapping[str, Where | None], points: Mapping[str, float],
        omitted: Collection[str] = (), *, exit_first: bool = False, told: Callable[[CheckResult], None] | None = None,
        foresees: Foresees | None = None,
    ) -> None:  # fmt: skip
        self.evidence = evidence
        self._sifting = SiftingEvidence(evidence)
        self._histories = HistoriesEvidence(evidence)
        self._journey = JourneyEvidence(evidence)
        self._multiclass = MulticlassEvidence(evidence)
        self._overfitting = OverfittingEvidence(evidence)
        self._transfer = TransferEvidence(evidence)
        self._extracting = ExtractingEvidence(self._transfer)
        self._fine_tuning = FineTuningEvidence(self._transfer)
        self._dealing = DealingEvidence(evidence)
        self._told = told or (lambda _: None)
        self.results: dict[str, CheckResult] = {}
        self.specs: dict[str, CheckSpec] = {}
        self.faults: list[str] = []
        self._locations = locations
        self._points = points
        self._omitted = omitted
        self._exit_first = exit_first
        self._foresees = None if exit_first else foresees
        self._foreseen_at = -1
        self._through: set[str] = set()
        self._lost_first = ""
        self._useless: set[str] = set()

    # fixtures -------------------------------------------------------------------------------------------------

    @pytest.fixture
    def params(self) -> Any:
        """The exercise's parameters."""
        return self.evidence.params

    @pytest.fixture
    def submission(self) -> TrainedEvidence:
        """The submission's evidence, gathered as it is asked for."""
        return self.evidence

    @pytest.fixture
    def sorted_folder(self) -> Any:
        """What `readable_images` made of a messy folder."""
        return self._sifting.sorted_folder

    @pytest.fixture
    def probed(self) -> Any:
        """`train_val_datasets` over a probe folder, its images recognised."""
        return self.evidence.probed_pipeline

    @pytest.fixture
    def model(self) -> Any:
        """`create_model()`, rebuilt here as a real Keras model."""
        return self.evidence.rebuilt.model

    @pytest.fixture
    def compile_config(self) -> Any:
        """How the model was compiled, serialised; None where it was not."""
        return self.evidence.model_data.compile_config

    @pytest.fixture
    def stops(self) -> Any:
        """Scenarios and when the callback stopped in each."""
        return self._histories.stops

    @pytest.fixture
    def history(self) -> Any:
        """The made-up history that `plot_history` was given."""
        return self._histories.history

    @pytest.fixture
    def history_drawing(self) -> Any:
        """The figure of `plot_history`."""
        return self._histories.history_drawing

    @pytest.fixture
    def maps(self) -> Any:
        """The student's feature maps and the true ones."""
        return self._journey.maps

    @pytest.fixture
    def drawn_maps(self) -> Any:
        """The figure of `plot_feature_maps`, and the maps that it should show."""
        return self._journey.drawn

    @pytest.fixture
    def training(self) -> Any:
        """The grader's own training of the student's model on the student's batches."""
        return self.evidence.training

    @pytest.fixture
    def multiclass(self) -> Any:
        """Decoded predictions, confusion matrices and accuracy by class, gathered as they are asked for."""
        return self._multiclass

    @pytest.fixture
    def overfitting(self) -> OverfittingEvidence:
        """Evidence on augmentation, dropout and the gap, gathered as it is asked for."""
        return self._overfitting

    @pytest.fixture
    def augmented(self) -> Any:
        """What `create_augmentation_model()` does to probe pictures; their shape may have changed."""
        return self._overfitting.changes

    @pytest.fixture
    def variants(self) -> Any:
        """The same, draw by draw, where pictures keep their shape."""
        return self._overfitting.changes_of_shape

    @pytest.fixture
    def passage(self) -> Any:
        """A picture's way through the model of `create_model()`."""
        return self._overfitting.passage

    @pytest.fixture
    def dropping(self) -> Any:
        """The same way, of a model that has dropout."""
        return self._overfitting.dropping

    @pytest.fixture
    def gaps(self) -> Any:
        """Made-up histories and what `overfitting_gap` returned for them."""
        return self._overfitting.gaps

    @pytest.fixture
    def gaps_of_short_key(self) -> Any:
        """The same with the key `acc`."""
        return self._overfitting.gaps_of_short_key

    @pytest.fixture
    def gaps_at_best_epoch(self) -> Any:
        """`gaps`, where the function finds the right epoch."""
        return self._overfitting.gaps_at_best_epoch

    @pytest.fixture
    def gaps_by_curve(self) -> Any:
        """What `overfitting_gap` returned, by the validation curve; empty where it cannot be used."""
        return self._overfitting.gaps_by_curve

    @pytest.fixture
    def gap_run(self) -> Any:
        """The grader's training on few pictures, for a fixed number of epochs."""
        return self._overfitting.gap_run

    @pytest.fixture
    def dealing(self) -> DealingEvidence:
        """What `create_train_val_dirs` and `split_data` leave on disk, gathered as it is asked for."""
        return self._dealing

    @pytest.fixture
    def transfer(self) -> TransferEvidence:
        """Evidence on backbone, cut, final model and its training, gathered as it is asked for."""
        return self._transfer

    @pytest.fixture
    def extracting(self) -> ExtractingEvidence:
        """What `extract_features` gives, gathered as it is asked for."""
        return self._extracting

    @pytest.fixture
    def tuned(self) -> Any:
        """What `fine_tune` makes of the grader's own model, with two numbers of layers."""
        return self._fine_tuning.tuned

    # hooks ----------------------------------------------------------------------------------------------------

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Take the spec of every test; one without it, or an id twice, is a fault of the exercise.

        What variant and overlay do not ask for is left out.
        """
        for item in list(items):
            spec = getattr(getattr(item, "function", None), ATTRIBUTE, None)
            if spec is not None and (spec.id in self._omitted or spec.task in self._omitted):
                items.remove(item)
            elif spec is None:
                self.faults.append(f"{item.nodeid} carries no @check")
            elif spec.id in self.specs:
                self.faults.append(f"{spec.id} is the id of two tests")
            else:
                self.specs[spec.id] = spec

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Whenever there is a new answer, let what checks will ask for because of it begin."""
        if self._foresees is not None and self._foresees.answered != self._foreseen_at:
            self._foreseen_at = self._foresees.answered
            items = item.session.items
            with self._foresees.foreseeing():
                for later in items[items.index(item) :]:
                    self._foresee(later)
        return (yield)

    def _foresee(self, item: pytest.Item) -> None:
        """Run a check as far as its next request. What it finds on the way it will find again when it counts."""
        function: Callable[..., None] | None = getattr(item, "function", None)
        if function is None or item.nodeid in self._through:
            return
        names = list(inspect.signature(function).parameters)
        with suppress(Foreseen):
            with suppress(Exception):
                function(**{name: getattr(type(self), name).__wrapped__(self) for name in names})
            self._through.add(item.nodeid)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
        """Record setup failures and the outcome of the call."""
        report = yield
        spec = getattr(getattr(item, "function", None), ATTRIBUTE, None)
        if spec is not None:
            raised = call.excinfo.value if call.excinfo is not None else None
            if call.when == "call" or raised is not None:
                self._record(spec, raised)
                result = self.results[spec.id]
                if self._exit_first and result.score < result.max_score:
                    self._lost_first = spec.id
                    # As pytest's own `--exitfirst` does; a check that is worth nothing goes by.
                    item.session.shouldfail = f"{spec.id} was lost"
        return report

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A test file that cannot be imported is a fault of ours."""
        if report.failed:
            self.faults.append(f"{report.nodeid} cannot be collected: {report.longrepr}")

    # results --------------------------------------------------------------------------------------------------

    def look_again(self) -> None:
        """Let a check fail that had passed, where evidence gathered after it says otherwise."""
        for name, failure in self.evidence.second_looks.items():
            if name in self.specs and name in self.results and self.results[name].status == "passed":
                self._record(self.specs[name], failure)

    def report_unreached(self) -> None:
        """Report what was left out because points were lost before it as blocked. Does nothing where all was looked at."""
        seen = f"Not looked at: `{self._lost_first}` was lost first."
        for spec in self.specs.values():
            if self._lost_first and spec.id not in self.results:
                self.results[spec.id] = _result(spec, "blocked", self._points.get(spec.id, spec.points), seen=seen)

    def _record(self, spec: CheckSpec, raised: BaseException | None) -> None:
        worth = self._points.get(spec.id, spec.points)
        missing = next((need for need in spec.needs if need in self._useless), None)
        if missing is not None:
            # What it needs gave no usable object: whatever this check met is that same cause seen again.
            result = _result(spec, "blocked", worth, seen=f"Waiting for `{missing}`.")
        elif raised is None:
            result = _result(spec, "passed", worth)
        elif isinstance(raised, CheckFailed) and spec.task == TRAINING and self.evidence.left_out in self.specs:
            # Too few pictures to learn from: that is mended first, and what else the training lacks is seen then.
            result = self._unusable(spec, waiting(str(self.evidence.left_out)), worth)
        elif isinstance(raised, CheckFailed):
            result = _result(
                spec, "failed", worth, seen=raised.seen, expected=raised.expected, why=raised.why, hint=raised.hint,
                where=raised.where or self._locations.get(spec.task),
            )  # fmt: skip
        elif isinstance(raised, Unusable):
            result = self._unusable(spec, raised, worth)
        elif is_memory(raised):
            result = self._unusable(spec, too_large(spec.task), worth)
        else:
            text = "".join(traceback.format_exception(raised))
            self.faults.append(f"{spec.id}: {text}")
            result = _result(spec, "grader_fault", worth, seen="The grader failed here; this is not your fault.")
        self.results[spec.id] = result
        self._told(result)
        if result.status in NO_OBJECT:
            self._useless.update((spec.id, spec.task))

    def _unusable(self, spec: CheckSpec, cause: Unusable, worth: float) -> CheckResult:
        repeated = cause.reported_by is not None and cause.status != "not_attempted"
        foreign = cause.reported_by is not None and cause.reported_by.split("/")[0] != spec.task
        if repeated or foreign:
            return _result(spec, "blocked", worth, seen=f"Waiting for `{cause.reported_by}`.")
        if cause.status == "blocked":
            return _result(spec, "blocked", worth, seen=cause.seen)
        cause.reported_by = cause.reported_by or spec.id
        return _result(
            spec, cause.status, worth, seen=cause.seen, expected=cause.expected, why=cause.why, hint=cause.hint,
            where=cause.where or self._locations.get(spec.task), traceback=cause.traceback,
        )  # fmt: skip


def _result(spec: CheckSpec, status: Any, worth: float, **details: Any) -> CheckResult:
    # A report is read by people: whatever went into a text (a label, the name of a layer), it stays one.
    details = {name: text[:MAX_TEXT] if isinstance(text, str) else text for name, text in details.items()}
    return CheckResult(
        id=spec.id, title=spec.title, status=status, score=worth if status == "passed" else 0.0, max_score=worth,
        concept=spec.concept, **details,
    )  # fmt: skip


# Parts of pytest that our runs have no use for: each costs milliseconds of a submission, rewriting and the garbage
# collections of `unraisableexception` most of a second.
LEFT_OUT = ("cacheprovider", "unraisableexception", "threadexception", "faulthandler", "logging", "warnings", "doctest")


def run_checks(plugin: CheckPlugin, folder: str, extra: Sequence[str] = ()) -> int:
    """Run the tests below `folder` in this process and return pytest's exit status."""
    arguments = [folder, "-q", "--import-mode=importlib", f"--rootdir={folder}", "--confcutdir", folder]
    arguments += ["-c", f"{folder}/pytest.ini", "--tb=no", "--no-header", "--assert=plain", "-s"]
    arguments += [part for name in LEFT_OUT for part in ("-p", f"no:{name}")]
    before = os.environ.get(NO_AUTOLOAD)
    os.environ[NO_AUTOLOAD] = "1"
    try:
        return int(pytest.main([*arguments, *extra], plugins=[plugin]))
    finally:
        if before is None:
            del os.environ[NO_AUTOLOAD]
        else:
            os.environ[NO_AUTOLOAD] = before


__all__ = ["CheckPlugin", "run_checks"]
