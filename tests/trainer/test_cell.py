"""The trainer's cell: one spec in, one answer out, the same bits each time."""

import hashlib
import socket
import subprocess
import sys
import threading
from dataclasses import replace

import pytest

from grader.trainer import TrainingResult
from grader.trainer.cell import main
from grader.wire import Channel, Message, encode

ENTRY = """
import socket, sys
from grader.trainer.cell import main
main(socket.socket(fileno=int(sys.argv[1])))
"""


def ask_in_process(message):
    """`main` in this process, the answer read beside it."""
    ours, theirs = socket.socketpair()
    channel = Channel(ours)
    answers = []

    def talk():
        channel.send(message, 60)
        answers.append(channel.receive(60))

    thread = threading.Thread(target=talk)
    thread.start()
    main(theirs)
    thread.join()
    ours.close()
    theirs.close()
    return answers[0]


def start_fresh(message):
    """A new process that trains, and the channel to it."""
    ours, theirs = socket.socketpair()
    process = subprocess.Popen(
        [sys.executable, "-c", ENTRY, str(theirs.fileno())], pass_fds=[theirs.fileno()], stderr=subprocess.DEVNULL
    )
    theirs.close()
    return process, Channel(ours), message


def digest(message):
    body = {**message.body, "seconds": 0.0}
    return hashlib.sha256(b"".join(bytes(c) for c in encode(Message(message.kind, body, message.arrays)))).hexdigest()


@pytest.mark.slow
def test_same_spec_gives_the_same_bits_in_fresh_processes(spec, model_data):
    """Weights and curves, with dropout, augmentation and shuffling; another seed gives others."""
    from keras import layers

    data = model_data(layers.RandomFlip(), layers.Conv2D(4, 3, activation="relu"), layers.Dropout(0.3))
    asked = spec(model=data, epochs=2)
    runs = [start_fresh(s.to_message()) for s in (asked, asked, replace(asked, seed=6))]
    answers = []
    for process, channel, message in runs:
        channel.send(message, 60)
        answers.append(channel.receive(120))
        channel.close()
        assert process.wait(30) == 0
    first, again, other = map(digest, answers)
    assert first == again
    assert first != other


def test_cell_answers_with_a_result(spec):
    """The whole way over sockets."""
    result = TrainingResult.from_message(ask_in_process(spec(epochs=1).to_message()))
    assert result.epochs == 1
    assert result.failure is None


def test_cell_refuses_a_model_that_is_not_allowed(spec):
    """Checked again here, whoever checked it before."""
    asked = spec()
    asked.model.config["config"]["layers"][1]["class_name"] = "Lambda"
    answer = ask_in_process(asked.to_message())
    assert answer.kind == "refused"
    assert answer.body["what"] == "Your model contains a `Lambda` layer (`rescaling`)"


def test_cell_answers_a_malformed_spec_with_a_fault():
    """Not with silence."""
    answer = ask_in_process(Message("train", {"model": {}}))
    assert answer.kind == "fault"
    assert "another form than declared" in answer.body["error"]


@pytest.mark.slow
def test_import_runs_no_operation():
    """The zygote imports these modules and forks: TensorFlow must not have started its threads by then."""
    code = (
        "import grader.model_data, grader.trainer.cell, tensorflow as tf\n"
        "from tensorflow.python.eager import context\n"
        "assert context.context()._context_handle is None\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, stderr=subprocess.DEVNULL)
