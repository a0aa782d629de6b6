"""An examiner's evidence whose student cells answer what a test gives them, and the exercise's own checks over it."""

from __future__ import annotations

import importlib.util
import inspect
import io
import re
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import numpy as np
from PIL import Image

from grader.data.messy import messy_folder
from grader.data.thumbnails import decoded, file_thumbnails
from grader.examiner.assignment import Assignment
from grader.examiner.broker_source import BrokerSource
from grader.examiner.check import ATTRIBUTE
from grader.examiner.local_source import LocalSource
from grader.examiner.plugin import CheckPlugin
from grader.examiner.training import TrainedEvidence
from grader.exercises import Params, load_exercise
from grader.paths import hidden_tests_dir, solutions_dir
from grader.student.module import StudentModule
from grader.submissions import read_submission, slice_submission
from grader.wire import Message, decode, encode

EXERCISE = "week1_larger_dataset"
SIZE = 32
Key = tuple[str, str, int]
"""Adapter, entry point and number of files of a request."""


@cache
def assignment() -> Assignment:
    """The exercise on small images, with a few training and hidden pictures."""
    rng = np.random.default_rng(0)
    params = Params({**load_exercise(EXERCISE).params, "image_size": SIZE})
    pictures = [_jpeg(rng.integers(0, 255, (5, 6, 3))) for _ in range(60)]
    training = {f"{params.class_names[i % 2]}/{i}.jpg": data for i, data in enumerate(pictures[:40])}
    hidden = pictures[40:]
    return Assignment(
        params=params, seed=bytes(16), training_files=training,
        training_thumbnails=file_thumbnails(list(training.values())), messy=messy_folder(bytes(16)),
        hidden_files=hidden, hidden_images=[decoded(data) for data in hidden],
        hidden_labels=[params.class_names[i % 2] for i in range(len(hidden))],
    )  # fmt: skip


def _jpeg(coarse: np.ndarray[Any, Any]) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(coarse.astype(np.uint8)).resize((60, 50), Image.Resampling.BICUBIC).save(buffer, "JPEG")
    return buffer.getvalue()


@cache
def valid_answers() -> dict[Key, Message]:
    """What the reference's cells answer to every request, as it crosses the wire."""
    source = _Recorder()
    with warnings.catch_warnings():
        # Kept for all tests of the process, of which the first may take warnings for errors: Keras warns in the reference's code.
        warnings.simplefilter("ignore")
        judge(TrainedEvidence(source, assignment()), lambda error: None)
    assert not source.errors, source.errors
    return source.answers


class _Recorder(LocalSource):
    """Runs the reference in this process and keeps what it answers."""

    def __init__(self) -> None:
        super().__init__(_reference)
        self.answers: dict[Key, Message] = {}
        self.errors: list[str] = []

    def ask(
        self, task: str, names: Any, files: Mapping[str, bytes], seed: int, request: Message, *, quiet: bool
    ) -> Message:
        try:
            reply = super().ask(task, names, files, seed, request, quiet=quiet)
        except Exception:
            self.errors.append(traceback.format_exc())
            raise
        self.answers[request.body["adapter"], request.body["entry"], len(files)] = reply
        return reply

    def train(self, spec: Message) -> Message:
        return Message("memory", {})


def _reference(names: Any) -> StudentModule:
    submission = read_submission(solutions_dir() / EXERCISE / "reference.py")
    cells = [(c.cell, re.sub(r"\bIMAGE_SIZE = \d+", f"IMAGE_SIZE = {SIZE}", c.source))
             for c in slice_submission(submission, list(names)).cells]  # fmt: skip
    return StudentModule(cells, notebook=True)


class AnsweringChannel:
    """The broker's side of a channel: answers each request as `answers` says."""

    def __init__(self, answers: Mapping[Key, Message]) -> None:
        self._answers = answers
        self._replies: list[Message] = []

    def send(self, message: Message) -> None:
        if message.kind == "train":
            self._replies = [Message("ended", {"reason": "memory"})]
            return
        request, files = message.body["request"], len(message.body["files"])
        sliced = Message("sliced", {"unresolved": [], "cells": []})
        asked = request["adapter"], request["entry"]
        # A public twin has fewer folders than what it stands for: the same answer serves both.
        alike = [answer for key, answer in self._answers.items() if key[:2] == asked]
        self._replies = [sliced, self._answers.get((*asked, files), alike[0])]

    def receive(self) -> Message:
        return self._replies.pop(0)


def evidence_of(answers: Mapping[Key, Message], asked: Assignment | None = None) -> TrainedEvidence:
    """Evidence from cells that answer `answers`."""
    return TrainedEvidence(BrokerSource(AnsweringChannel(answers)), asked or assignment())  # type: ignore[arg-type]


def judge(evidence: TrainedEvidence, failed: Callable[[Exception], None], task: str = "") -> None:
    """Run the exercise's hidden checks (of one task) and draw the report's pictures; exceptions go to `failed`."""
    plugin = CheckPlugin(evidence, {}, {})
    for function in checks(task):
        try:
            function(**{name: _fixture(plugin, name) for name in inspect.signature(function).parameters})
        except Exception as error:  # noqa: BLE001 - which kinds are allowed is the caller's to say
            failed(error)
    evidence.all_pictures()
    _ = evidence.curves


def _fixture(plugin: CheckPlugin, name: str) -> Any:
    """What the examiner's own fixture of that name gives; `goal` is the test file's."""
    if name == "goal":
        return plugin.evidence.params.stop_accuracy, plugin.evidence.params.stop_val_accuracy
    return getattr(CheckPlugin, name).__wrapped__(plugin)


@cache
def _modules() -> tuple[Any, ...]:
    modules = []
    for path in sorted(hidden_tests_dir(EXERCISE).glob("test_*.py")):
        spec = importlib.util.spec_from_file_location(f"hidden_{path.stem}", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        modules.append(module)
    return tuple(modules)


def checks(task: str) -> Iterator[Callable[..., Any]]:
    """The hidden checks of one task, or of all."""
    for module in _modules():
        for value in vars(module).values():
            if hasattr(value, ATTRIBUTE) and task in ("", getattr(value, ATTRIBUTE).task):
                yield value


def over_the_wire(message: Message) -> Message:
    """The message as the other side reads it."""
    return decode(b"".join(bytes(chunk) for chunk in encode(message)))
