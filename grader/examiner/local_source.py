"""Evidence from the student's own running process: public checks, without isolation and without secrets."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from grader.examiner import explain
from grader.student.cell import answer, write_files
from grader.student.module import StudentModule
from grader.trainer import TrainingSpec, train
from grader.wire import Message, decode, encode

MakeModule = Callable[[Sequence[str]], StudentModule]


class LocalSource:
    """Student code called in this process, each time in a fresh temporary folder.

    Args:
        make_module: gives the student's module for the names of one cell.
    """

    def __init__(self, make_module: MakeModule) -> None:
        self._make_module = make_module
        # Stays empty of drift: no shims in the student's own process, so Keras itself says what it refuses.
        self.notes: list[tuple[str, str]] = []

    def ask(  # the protocol's signature: public checks have no seed and hide nothing
        self,
        task: str,  # noqa: ARG002
        names: Sequence[str],
        files: Mapping[str, bytes],
        seed: int,  # noqa: ARG002
        request: Message,
        *,
        quiet: bool,  # noqa: ARG002
    ) -> Message:
        """See `Source.ask`."""
        module = self._make_module(names)
        if not all(name in module.load().__dict__ for name in names):
            raise explain.unavailable({"status": "not_attempted"}, names[0])
        listing = [{"path": path, "size": len(data)} for path, data in files.items()]
        with _work_folder() as folder:
            write_files(folder, listing, b"".join(files.values()))
            reply = answer(module, request)
            if listed := request.body.get("listed"):
                sizes = {
                    path.name: path.stat().st_size for path in sorted((folder / listed).glob("*")) if path.is_file()
                }
                reply = Message(reply.kind, {**reply.body, "listed": sizes}, reply.arrays)
        # Through bytes and back, so that a public check sees exactly what a hidden one would.
        reply = decode(b"".join(bytes(chunk) for chunk in encode(reply)))
        if reply.kind == "error":
            raise explain.error(reply.body, str(request.body.get("entry", names[0])), {})
        return reply

    def train(self, spec: Message) -> Message:
        """See `Source.train`."""
        return train(TrainingSpec.from_message(spec)).to_message()


@contextlib.contextmanager
def _work_folder() -> Iterator[Path]:
    before = Path.cwd()
    state = np.random.get_state()  # noqa: NPY002 - the student's own generator, left as it was found
    with tempfile.TemporaryDirectory(prefix="grader-", ignore_cleanup_errors=True) as folder:
        os.chdir(folder)
        try:
            yield Path(folder)
        finally:
            os.chdir(before)
            np.random.set_state(state)  # noqa: NPY002
