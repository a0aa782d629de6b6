"""Entry of the trainer's cell: one spec in, one result out."""

from __future__ import annotations

import contextlib
import socket

from grader.errors import ModelRefused, WireError
from grader.trainer.fit import train
from grader.trainer.spec import FAULT_KIND, MEMORY_KIND, REFUSED_KIND, TrainingSpec
from grader.wire import Channel, Message


def main(sock: socket.socket) -> None:
    """Receive one `TrainingSpec`, train, send the `TrainingResult`.

    Answers `refused` with `what` and `instead` where the model may not be built, `memory` where there was not enough
    of it, and `fault` with `error` where something else went wrong; what ends the process without an answer (memory, wall clock) is the sandbox's to tell.
    """
    channel = Channel(sock)
    single_threaded()
    try:
        answer = train(TrainingSpec.from_message(channel.receive())).to_message()
    except ModelRefused as refused:
        answer = Message(REFUSED_KIND, {"what": refused.what, "instead": refused.instead})
    except WireError as error:
        answer = Message(FAULT_KIND, {"error": str(error)[:2_000]})
    except (MemoryError, _resource_exhausted()) as error:
        answer = Message(MEMORY_KIND, {"error": type(error).__name__})
    except Exception as error:  # noqa: BLE001  the process ends here; the other side must learn why
        answer = Message(FAULT_KIND, {"error": f"{type(error).__name__}: {error}"[:2_000]})
    with contextlib.suppress(WireError):
        channel.send(answer)


def _resource_exhausted() -> type[Exception]:
    import tensorflow as tf

    found: type[Exception] = tf.errors.ResourceExhaustedError
    return found


def single_threaded() -> None:
    """One thread, so that sums are added in one order. Only possible before TensorFlow's first operation."""
    import tensorflow as tf

    with contextlib.suppress(RuntimeError):
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
