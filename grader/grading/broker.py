"""Stands between the examiner and the cells that it asks: starts one for each request, passes messages on, watches its end.

The examiner decides what to ask; the broker decides what may be opened and under which limits. It never looks into
evidence, and nothing that a student cell says can make it open, read or write anything.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from grader.errors import GraderFault, WireClosed, WireError, WireTimeout
from grader.exercises import ExerciseLimits
from grader.grading.ahead import Ahead
from grader.grading.plan import Plan
from grader.grading.remembered import Answer, Remembered
from grader.results import CheckResult
from grader.sandbox import Cell, CellExit, CellPolicy, Zygote
from grader.submissions import Slice, Stage
from grader.watching import Unwatched, Watcher
from grader.wire import DEFAULT_LIMITS, Channel, Message, encode

STUDENT_ENTRY = "grader.student.cell:main"
EXAMINER_ENTRY = "grader.examiner.cell:main"
TRAINER_ENTRY = "grader.trainer.cell:main"
TRAINED = "trained"
"""Kind of the trainer's message that holds a result; the trainer's own module needs Keras, which is not loaded here."""
ANSWERS = ("answer", "error")
"""Kinds of a student cell's message."""
GRACE_S = 5.0
"""How long to wait for a cell's end after its channel closed, seconds."""
OUTPUT_TAIL = 4_000
TRIES = 3
"""Cells for one request. A process that ends by SIGKILL may have been chosen by the kernel that ran out of memory, or by an
administrator; only code that ends so every time has done it itself."""


class ExaminerTooLarge(GraderFault):
    """The examiner ran out of memory over what the student's code gave.

    `subject`: the entry point whose result it had asked for last, or `train`; "" where it had asked for nothing.
    """

    def __init__(self, subject: str, details: str) -> None:
        self.subject = subject
        super().__init__(f"the examiner ran out of memory over {subject or 'its own data'} ({details})")


class Broker:
    """Serves one examiner until it hands over its result.

    Args:
        zygote: forks the cells of student and examiner.
        trainers: gives the one that forks those of the trainer, once there is something to train.
        plan: of the submission.
        limits: of its cells.
        watcher: told the name of what is asked for, and each finding.
        on_training: told each training's spec and result.
        answers: of cells, kept by the session; None asks every time.
        trained: the same for trainings.
        ahead: cells that may run for what the examiner foresees, beside what it waits for; 0 starts none before it is asked for.
    """

    def __init__(
        self,
        zygote: Zygote,
        trainers: Callable[[], Zygote],
        plan: Plan,
        limits: ExerciseLimits,
        *,
        watcher: Watcher | None = None,
        on_training: Callable[[Message, Message], None] | None = None,
        answers: Remembered | None = None,
        trained: Remembered | None = None,
        ahead: int = 0,
    ) -> None:
        self._zygote = zygote
        self._trainers = trainers
        self._plan = plan
        self._limits = limits
        self._watcher = watcher or Unwatched()
        self._answers = answers
        self._trained = trained
        self._on_training = on_training or (lambda _spec, _result: None)
        self._ahead = Ahead(ahead)
        self._foreseen: list[Message] = []
        self._subject = ""
        self.output: dict[str, str] = {}
        self.cell_s = 0.0
        self.training_s = 0.0

    def examine(self, setup: Message) -> Message:
        """Start the examiner with `setup`, serve its requests, return its `result` message.

        Raises:
            ExaminerTooLarge: it met its bound on memory; the submission can be examined again without that part.
            GraderFault: the examiner ended without a result for another reason.
        """
        # Between two requests. How long their answers take is bounded by the cells' own limits, and not the examiner's doing.
        thinking_s = self._limits.train_wall_s + self._limits.cell_wall_s * 12
        policy = CellPolicy(
            wall_s=3 * (self._limits.train_wall_s * 3 + self._limits.cell_wall_s * 12),
            memory_bytes=self._limits.memory_bytes, address_space_bytes=self._limits.address_space_bytes,
            data_bytes=self._limits.data_bytes, output_bytes=4 << 20,
        )  # fmt: skip
        examiner = self._zygote.spawn(EXAMINER_ENTRY, policy, name="examiner")
        channel = Channel(examiner.socket)
        try:
            channel.send(setup, timeout_s=GRACE_S * 4)
            while True:
                request = channel.receive(timeout_s=thinking_s)
                if request.kind == "result":
                    return request
                if request.kind == "finding":
                    self._watcher.found(msgspec.convert(request.body["result"], CheckResult))
                    continue
                if request.kind == "foresee":
                    self._foreseen.append(Message(request.body["kind"], request.body["body"], request.arrays))
                    self._foresee(self._foreseen[-1])
                    continue
                if "foreseen" in request.body:
                    request = self._foreseen[request.body["foreseen"]]
                for message in self._serve(request):
                    channel.send(message, timeout_s=GRACE_S * 4)
        except WireError as error:
            end = examiner.wait(GRACE_S)
            tail = examiner.output()[-OUTPUT_TAIL:].decode("utf-8", "replace")
            if _out_of_memory(end, tail, self._limits.memory_bytes):
                raise ExaminerTooLarge(self._subject, _end(end)) from error
            raise GraderFault(f"the examiner ended without a result ({_end(end)}): {error}\n{tail}") from error
        finally:
            self._ahead.close()
            examiner.close()

    def _foresee(self, request: Message) -> None:
        """Begin with what the examiner will ask for: its answer is fixed by what is sent, and the same whenever it is made."""
        if request.kind == "train":
            spec = _spec_of(request)
            digest = Remembered.digest(spec)
            if self._trained is None or self._trained.get(digest) is None:
                self._ahead.begin(digest, lambda: self._trained_by_a_cell(spec))
            return
        names: list[str] = request.body["names"]
        stage = _stage_of(request)
        if self._plan.unavailable(names, stage) is not None:
            return
        setup, asked = self._sent(request, self._plan.slice(names, stage))
        quiet, digest = bool(request.body["quiet"]), Remembered.digest(setup, asked)
        if self._answers is None or self._answers.get(digest) is None:
            self._ahead.begin(digest, lambda: self._answer_of_cells(names[0], setup, asked, quiet=quiet))

    def _serve(self, request: Message) -> Iterator[Message]:
        if request.kind == "ask":
            return self._ask(request)
        if request.kind == "train":
            return iter((self._train(request),))
        raise GraderFault(f"the examiner asked for {request.kind!r}, which the broker does not know.")

    def _ask(self, request: Message) -> Iterator[Message]:
        """One request to a fresh cell: first which code it holds, then its answer, or how it ended."""
        names: list[str] = request.body["names"]
        self._subject = names[0]
        stage = _stage_of(request)
        missing = self._plan.unavailable(names, stage)
        if missing is not None:
            yield Message("unavailable", missing)
            return
        found = self._plan.slice(names, stage)
        self._watcher.stage(names[0])
        setup, asked = self._sent(request, found)
        told = {"unresolved": list(found.unresolved), "similar": dict(found.similar), "cells": setup.body["cells"]}
        yield Message("sliced", told)
        quiet = bool(request.body["quiet"])
        answer = self._answer(names[0], setup, asked, quiet=quiet)
        task = request.body["task"]
        if not quiet and answer.output.strip():
            self.output[task] = (self.output.get(task, "") + answer.output)[-OUTPUT_TAIL:]
        yield answer.message

    def _sent(self, request: Message, found: Slice) -> tuple[Message, Message]:
        """What a cell is told for a request: its set-up, and what it is asked."""
        setup = {
            "cells": [
                {"cell": part.cell, "source": part.source, "optional": list(part.optional)} for part in found.cells
            ],
            "notebook": self._plan.notebook,
            "seed": request.body["seed"],
            "files": request.body["files"],
            "compat": self._plan.exercise.compat,
        }
        # The files go with the set-up, everything else with the request.
        arrays = dict(request.arrays)
        return (
            Message("setup", setup, {"files": arrays.pop("files")}),
            Message("request", request.body["request"], arrays),
        )

    def _answer(self, name: str, setup: Message, request: Message, *, quiet: bool) -> Answer:
        digest = Remembered.digest(setup, request)
        known = self._answers.get(digest) if self._answers is not None else None
        if known is not None:
            return known
        began = time.monotonic()
        answer = self._ahead.take(digest, lambda: self._answer_of_cells(name, setup, request, quiet=quiet))
        self.cell_s += time.monotonic() - began
        # An error may be the machine's, such as a full disk: it must not become that of the next submission.
        if self._answers is not None and answer.message.kind == "answer":
            self._answers.put(digest, answer)
        return answer

    def _answer_of_cells(self, name: str, setup: Message, request: Message, *, quiet: bool) -> Answer:
        """The answer of a cell, or of another where the first was killed."""
        began = time.monotonic()
        answer = self._answer_of_a_cell(name, setup, request, quiet=quiet)
        for _ in range(TRIES - 1):
            # Code that works for a while before it kills itself must not take three times its wall clock.
            late = time.monotonic() - began > self._limits.cell_wall_s
            if not _killed(answer.message) or late or self._ahead.closed:
                break
            answer = self._answer_of_a_cell(name, setup, request, quiet=quiet)
        return answer

    def _answer_of_a_cell(self, name: str, setup: Message, request: Message, *, quiet: bool) -> Answer:
        listed: str = request.body.get("listed", "")
        policy = self._policy(self._limits.cell_wall_s)
        cell = self._zygote.spawn(STUDENT_ENTRY, policy, name=f"student:{name}", listed=listed)
        channel = Channel(cell.socket)
        try:
            with self._ahead.running(cell.kill):
                message = self._exchanged(cell, channel, setup, request, policy.longest_s, quiet=quiet)
        finally:
            channel.close()
            cell.close()
        if listed and message.kind == "answer":
            if cell.files is None:
                raise GraderFault("nobody could see what a student cell left in its folder.")
            message = Message(message.kind, {**message.body, "listed": cell.files}, message.arrays)
        # Only now: what was printed before the answer may still be on its way while the cell runs.
        return Answer(message, cell.output()[-OUTPUT_TAIL:].decode("utf-8", "replace"))

    def _exchanged(
        self, cell: Cell, channel: Channel, setup: Message, request: Message, longest_s: float, *, quiet: bool
    ) -> Message:
        try:
            channel.send(setup, timeout_s=longest_s)
        except WireError as error:
            # Nothing of the student's has run yet, so this can only be ours.
            raise GraderFault(f"a student cell did not take its set-up: {error}") from error
        try:
            channel.send(request, timeout_s=longest_s)
            reply = channel.receive(timeout_s=longest_s + GRACE_S)
            if reply.kind not in ANSWERS:
                raise WireError(f"a student cell sent {reply.kind!r}.")
            # Numbers grow when they are written anew: what the examiner could not read must not reach it.
            _, head, *_ = encode(reply)
            if len(head) > DEFAULT_LIMITS.head_bytes:
                raise WireError("a student cell sent a head that does not fit once it is written again.")
        except WireClosed:
            return self._ended(cell, "exited", quiet)
        except WireTimeout:
            cell.kill("wall")
            return self._ended(cell, "wall", quiet)
        except WireError:
            cell.kill("killed")
            return self._ended(cell, "wire", quiet)
        return reply

    def _ended(self, cell: Cell, why: str, quiet: bool) -> Message:
        end = cell.wait(GRACE_S)
        if end is None:
            cell.kill("wall")
            end = cell.wait(GRACE_S)
        reason = why if why == "wire" or end is None or end.reason in ("exited", "signaled", "killed") else end.reason
        return Message("ended", {
            "reason": reason,
            "code": end.code if end is not None else None,
            "signal": end.signal if end is not None else None,
            "wall_s": self._limits.cell_wall_s,
            "output": "" if quiet else cell.output()[-OUTPUT_TAIL:].decode("utf-8", "replace"),
        })  # fmt: skip

    def _train(self, request: Message) -> Message:
        self._watcher.stage("train")
        self._subject = "train"
        spec = _spec_of(request)
        digest = Remembered.digest(spec)
        known = self._trained.get(digest) if self._trained is not None else None
        if known is None:
            began = time.monotonic()
            reply = self._ahead.take(digest, lambda: self._trained_by_a_cell(spec)).message
            self.training_s += time.monotonic() - began
            if reply.kind == "ended":
                return reply
            self._on_training(spec, reply)
            if self._trained is not None and reply.kind == TRAINED:
                self._trained.put(digest, Answer(reply))
        else:
            reply = known.message
        return Message("trained", {"kind": reply.kind, "body": reply.body}, reply.arrays)

    def _trained_by_a_cell(self, spec: Message) -> Answer:
        policy = self._policy(self._limits.train_wall_s)
        trainer = self._trainers().spawn(TRAINER_ENTRY, policy, name="trainer")
        channel = Channel(trainer.socket)
        try:
            with self._ahead.running(trainer.kill):
                channel.send(spec, timeout_s=GRACE_S * 4)
                return Answer(channel.receive(timeout_s=policy.longest_s + GRACE_S))
        except WireError as error:
            end = trainer.wait(GRACE_S) or trainer.close()
            tail = trainer.output()[-OUTPUT_TAIL:].decode("utf-8", "replace")
            if end.reason == "wall" or _out_of_memory(end, tail, self._limits.memory_bytes):
                reason = "wall" if end.reason == "wall" else "memory"
                told = {"reason": reason, "code": None, "signal": None, "wall_s": end.wall_s, "output": ""}
                return Answer(Message("ended", told))
            raise GraderFault(f"the trainer ended without a result ({_end(end)}): {error}\n{tail}") from error
        finally:
            trainer.close()

    def _policy(self, wall_s: float) -> CellPolicy:
        limits = self._limits
        return CellPolicy(
            wall_s=wall_s, memory_bytes=limits.memory_bytes, address_space_bytes=limits.address_space_bytes,
            data_bytes=limits.data_bytes, output_bytes=limits.output_bytes,
        )  # fmt: skip


def _stage_of(request: Message) -> Stage:
    return msgspec.convert(request.body["request"].get("stage", {}), Stage)


def _spec_of(request: Message) -> Message:
    """A training's spec, as the trainer takes it."""
    spec: Mapping[str, Any] = request.body["spec"]
    return Message(spec["kind"], spec["body"], request.arrays)


def _killed(message: Message) -> bool:
    """Whether a cell was ended by SIGKILL that is not the watchdog's: that one's messages carry its reason."""
    return message.kind == "ended" and message.body["reason"] == "exited" and message.body["signal"] == signal.SIGKILL


NO_MEMORY = ("std::bad_alloc", "MemoryError", "OOM when allocating")


CRASHES = (signal.SIGABRT, signal.SIGBUS, signal.SIGSEGV)


def _out_of_memory(end: CellExit | None, tail: str, limit: int) -> bool:
    """Whether a process of ours ended for want of memory: its bound was met, or an allocation failed in C++.

    Native code that gets no memory often crashes without a word; a crash with half the bound in use counts as that.
    """
    if end is None:
        return False
    crashed = end.reason == "signaled" and end.signal in CRASHES and end.peak_rss_bytes > limit // 2
    told = end.reason in ("signaled", "exited") and any(mark in tail for mark in NO_MEMORY)
    return end.reason == "memory" or crashed or told


def _end(end: CellExit | None) -> str:
    return "still running" if end is None else f"{end.reason}, status {end.code}, signal {end.signal}"
