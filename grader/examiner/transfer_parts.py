"""Backbone, cut and final model of a submission: functions that are called, or the objects of a script that has none.

In a script one object leads to the next. So that a mistake in one costs no points of another, the lines behind an object are run
on the grader's own in its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grader.examiner.assignment import EntryCall

LOAD, CUT, BUILD = "create_pre_trained_model", "output_of_last_layer", "create_final_model"
KINDS = {LOAD: "backbone", CUT: "cut", BUILD: "head"}


@dataclass(frozen=True)
class TransferParts:
    """How a submission gives its three parts.

    Attributes:
        calls: by kind of evidence; those of `KINDS` where the parts are a script's.
    """

    calls: Mapping[str, EntryCall]

    @property
    def script(self) -> bool:
        """Whether they are objects at top level."""
        return KINDS[LOAD] in self.calls

    def entry(self, task: str) -> str:
        """The name by which a part is asked for; other tasks have functions of their own name."""
        call = self.calls.get(KINDS.get(task, ""))
        return task if call is None else call.entry

    def on_our_own(self, task: str) -> dict[str, Any]:
        """What is said in a request for one part, so that everything before it is the grader's own.

        Functions are called with it. In a script it stands for what was made, and what was done to it before the cut.
        """
        if not self.script or task not in KINDS:
            return {}
        given = {LOAD: (), CUT: (LOAD,), BUILD: (LOAD, CUT)}[task]
        stage = {"border": self._border, "given": [self.entry(one) for one in given]}
        return {"stage": {**stage, "also": [self.entry(LOAD)]} if task == BUILD else stage}

    @property
    def before_the_cut(self) -> dict[str, Any]:
        """The same for a script's backbone as it is when it is cut."""
        return {"stage": {"border": self._border, "upto": True}}

    @property
    def as_they_are(self) -> dict[str, Any]:
        """The same for the final model on the submission's own backbone and cut, and on what is done to them later."""
        return {"stage": {"also": [self.entry(LOAD), self.entry(CUT)]}} if self.script else {}

    @property
    def _border(self) -> list[str]:
        return [self.entry(CUT), self.entry(BUILD)]
