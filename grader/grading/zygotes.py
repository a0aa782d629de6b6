"""The warm zygotes that grading sessions fork their cells from, one after another."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path

from grader.errors import UsageError
from grader.exercises import exercise_names
from grader.grading.broker import EXAMINER_ENTRY, STUDENT_ENTRY, TRAINER_ENTRY
from grader.paths import hidden_tests_dir
from grader.results import Isolation
from grader.sandbox import Zygote

PRELOAD = ("grader.grading.warm",)
FIRST_RUNS = {"TF_ENABLE_ONEDNN_OPTS": "0", "DNNL_MAX_CPU_ISA": "AVX"}
"""For processes that run each operation a few times and end. With oneDNN TensorFlow looks through all its kernels at the first
run of each operation, and writes machine code for the widest instructions there are: 300 ms of a fork that builds and applies one
small network, and 130 ms without. A training runs the same operations a thousand times and is twice as fast with oneDNN."""


class WarmZygotes:
    """Two zygotes with the libraries of every cell, each started on first use and replaced where it has died.

    Which settings TensorFlow computes by is decided when it is imported, and what is best for a training costs every other
    cell more than its own work: trainers have a zygote of their own.

    Args:
        isolation: of their cells.
        hidden: folders that no cell may see; by default the hidden tests of every exercise.
    """

    def __init__(self, isolation: Isolation = "namespaces", hidden: Sequence[Path] | None = None) -> None:
        self.isolation: Isolation = isolation
        self._hidden = hidden
        self._zygote: Zygote | None = None
        self._training: Future[Zygote] | None = None
        self._lock = threading.Lock()

    def get(self) -> Zygote:
        """The zygote of students' cells and examiners. Nothing of any exercise is in it."""
        if self._zygote is not None and not self._zygote.alive():
            self._zygote.close()
            self._zygote = None
        if self._zygote is None:
            self._zygote = self._start((STUDENT_ENTRY, EXAMINER_ENTRY), FIRST_RUNS)
        return self._zygote

    def expect_training(self) -> None:
        """Begin to start the zygote of trainers, unless it is there; whoever needs it waits less."""
        with self._lock:
            if self._training is not None and self._training.done():
                failed = self._training.exception() is not None
                if not failed and self._training.result().alive():
                    return
                if not failed:
                    self._training.result().close()
                self._training = None
            if self._training is None:
                begun: Future[Zygote] = Future()
                self._training = begun
                threading.Thread(target=self._start_training, args=(begun,), name="zygote-start", daemon=True).start()

    def training(self) -> Zygote:
        """The zygote of trainers.

        Raises:
            GraderFault, IsolationUnavailable: as `Zygote` does.
        """
        self.expect_training()
        with self._lock:
            begun = self._training
        assert begun is not None
        return begun.result()

    def close(self) -> None:
        """End both and all their cells; who asks for one again gets another."""
        if self._zygote is not None:
            self._zygote.close()
            self._zygote = None
        with self._lock:
            begun, self._training = self._training, None
        if begun is not None and begun.exception() is None:
            begun.result().close()

    def _start_training(self, begun: Future[Zygote]) -> None:
        try:
            begun.set_result(self._start((TRAINER_ENTRY,), {}))
        except BaseException as error:  # noqa: BLE001 - raised where the zygote is asked for
            begun.set_exception(error)

    def _start(self, entries: Sequence[str], settings: Mapping[str, str]) -> Zygote:
        hidden = self._hidden if self._hidden is not None else tuple(_every_hidden_test())
        return Zygote(isolation=self.isolation, preload=PRELOAD, entries=entries, hidden=hidden, settings=settings)


def _every_hidden_test() -> Iterator[Path]:
    for name in exercise_names():
        with contextlib.suppress(UsageError):  # an exercise in the making has none yet
            yield hidden_tests_dir(name)
