"""What a session need not ask for again.

A student cell is a fresh process that runs one slice of code, once, on what it is sent; the trainer gives the same bits for the
same spec. So an answer is fixed by the bytes that went in: sliced code, files, arguments and seed of a cell; model, weights,
batches, seed and rule of a training. Whoever hands in again after mending a plot, or shares a function with another submission,
is answered from here where nothing that matters changed. An error, or an end without an answer, is never kept: that may have been the machine.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass

from grader.wire import Message, encode

MOST_BYTES = 256 << 20
"""Of all answers together. A training of week 1 takes 0.7 MB, its images as a pipeline gives them 80 MB."""


@dataclass(frozen=True)
class Answer:
    """A message, and what was printed until it came."""

    message: Message
    output: str = ""

    @property
    def size(self) -> int:
        """Bytes that keeping it takes, roughly."""
        return sum(array.nbytes for array in self.message.arrays.values()) + len(self.output)


class Remembered:
    """Answers by the digest of all that decided them; the longest unused go first.

    Args:
        most_bytes: what is kept together at most; an answer larger than that is not kept.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[str, Answer] = OrderedDict()

    @staticmethod
    def digest(*sent: Message) -> str:
        """Digest over all that was sent: kinds, bodies, arrays, their types and shapes, and how many messages there were."""
        total = hashlib.sha256()
        for message in sent:
            one = hashlib.sha256()
            for chunk in encode(message):
                one.update(chunk)
            total.update(one.digest())
        return total.hexdigest()

    def get(self, digest: str) -> Answer | None:
        """The answer to that, or None where it has to be asked for."""
        if digest not in self._kept:
            return None
        self._kept.move_to_end(digest)
        return self._kept[digest]

    def put(self, digest: str, answer: Answer) -> None:
        """Keep an answer, unless it alone is too large."""
        if answer.size > self._most or digest in self._kept:
            return
        self._kept[digest] = answer
        self._bytes += answer.size
        while self._bytes > self._most:
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= dropped.size
