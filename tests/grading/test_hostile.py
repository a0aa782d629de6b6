"""Hostile and broken code gains nothing, disturbs nobody, and its report says what happened."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from grader.exercises import Exercise
from grader.grading import AssignmentSeed, GradingSession, WarmZygotes
from tests.grading.kit import Grade, Vary, failing, graded_by, task_scores, timed

FULL = {
    "readable_images": 12, "train_val_datasets": 24, "create_model": 24, "EarlyStoppingCallback": 12, "train": 10,
    "plot_history": 8, "feature_maps": 10,
}  # fmt: skip


@pytest.fixture(scope="module")
def session(exercise: Exercise, zygotes: WarmZygotes) -> Iterator[GradingSession]:
    """Cells are stopped after eight seconds: what never ends costs the suite no more."""
    with GradingSession(timed(exercise, 8.0), seed=AssignmentSeed.fixed(1), zygotes=zygotes) as running:
        yield running


@pytest.fixture(scope="module")
def grade(session: GradingSession) -> Grade:
    """Grade a file; a fault of ours fails the test with its details."""
    return graded_by(session)


def without(*tasks: str) -> dict[str, int]:
    return {name: 0 if name in tasks else points for name, points in FULL.items()}


def test_an_endless_loop_costs_its_own_task_alone(grade: Grade, vary: Vary) -> None:
    """`while True` in `create_model` times out; what does not need the model is graded."""
    report = grade(vary(replace={"create_model": "def create_model():\n    while True:\n        pass\n"}))
    assert task_scores(report) == without("create_model", "train")
    first = report.check("create_model/compiled")
    assert first.status == "timeout"
    assert first.seen == "`create_model` was still running after 8 seconds and was stopped."
    assert report.check("train/unseen_accuracy").status == "blocked"
    assert report.fix_first == "create_model/compiled"


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("os._exit(0)", "The Python process ended with exit status 0 while `plot_history` ran."),
        ("os.kill(os.getpid(), 9)", "The Python process ended by signal 9 while `plot_history` ran."),
        ("raise SystemExit(0)", "SystemExit: 0"),
    ],
)
def test_ending_the_process_is_not_passing(grade: Grade, vary: Vary, line: str, seen: str) -> None:
    """A process that ends has not answered."""
    report = grade(vary(replace={"plot_history": f"def plot_history(history):\n    {line}\n"}))
    assert task_scores(report) == without("plot_history")
    found = report.check("plot_history/returns_figure")
    assert (found.status, found.seen) == ("student_error", seen)


def test_exit_at_import_gains_nothing(grade: Grade, vary: Vary) -> None:
    """`os._exit(0)` at top level, where every task's slice runs it, ends every cell and gives no point."""
    report = grade(vary(before="import os\nSIZE_OF_IMAGES = os._exit(0)\n", replace={
        "plot_history": "def plot_history(history, size=SIZE_OF_IMAGES):\n    return size\n"}))  # fmt: skip
    assert task_scores(report) == without("plot_history")
    assert report.check("plot_history/returns_figure").status == "student_error"


def test_a_fork_bomb_is_contained(grade: Grade, vary: Vary) -> None:
    """Processes that start processes meet the limit, and the next submission is graded as ever."""
    bomb = """def plot_history(history):
    import os
    while True:
        try:
            os.fork()
        except OSError:
            pass
"""
    report = grade(vary(replace={"plot_history": bomb}))
    assert task_scores(report) == without("plot_history")
    assert report.check("plot_history/returns_figure").status in ("timeout", "memory")


def test_ten_gigabytes_are_refused(grade: Grade, vary: Vary) -> None:
    """Memory beyond the limit is named as memory, whether asked for at once or piece by piece."""
    pieces = """def plot_history(history):
    kept = []
    while True:
        kept.append(bytearray(50_000_000))
"""
    at_once = "def plot_history(history):\n    return np.ones(10 * 2**30, dtype='uint8')\n"
    for body in (pieces, at_once):
        report = grade(vary(replace={"plot_history": body}))
        assert task_scores(report) == without("plot_history")
        assert report.check("plot_history/returns_figure").status == "memory"


def test_a_gigabyte_of_print_is_stopped(grade: Grade, vary: Vary) -> None:
    """Output is read up to its bound and no further."""
    body = "def plot_history(history):\n    for _ in range(1000):\n        print('x' * 1_000_000)\n"
    report = grade(vary(replace={"plot_history": body}))
    assert task_scores(report) == without("plot_history")
    found = report.check("plot_history/returns_figure")
    assert (found.status, found.seen) == ("output", "`plot_history` printed more than allowed and was stopped.")
    assert sum(map(len, report.output.values())) < 100_000


def test_a_lambda_layer_is_refused_with_what_to_write_instead(grade: Grade, vary: Vary) -> None:
    """Code is never carried over; where it cannot be written out, the finding names the layer and a standard one."""
    body = """def create_model():
    model = tf.keras.Sequential([
        tf.keras.Input((IMAGE_SIZE, IMAGE_SIZE, 3)),
        tf.keras.layers.Lambda(lambda x: np.asarray(x) / 255, output_shape=(IMAGE_SIZE, IMAGE_SIZE, 3), name="by_hand"),
        tf.keras.layers.Conv2D(8, 3), tf.keras.layers.MaxPooling2D(),
        tf.keras.layers.Flatten(), tf.keras.layers.Dense(1, activation="sigmoid"),
    ])
    model.compile(loss="binary_crossentropy", metrics=["accuracy"])
    return model
"""
    report = grade(vary(replace={"create_model": body}))
    assert task_scores(report) == without("create_model", "train")
    found = report.check("create_model/compiled")
    assert found.status == "failed"
    assert "Lambda" in found.seen
    assert "by_hand" in found.seen
    assert "Rescaling" in found.hint


def test_a_model_patched_to_look_right_is_graded_for_what_it_is(grade: Grade, vary: Vary) -> None:
    """`get_config`, `predict` and the layer count may lie: the rebuilt model has one dense layer and no accuracy."""
    body = """def create_model():
    model = tf.keras.Sequential([
        tf.keras.Input((IMAGE_SIZE, IMAGE_SIZE, 3)), tf.keras.layers.Flatten(),
        tf.keras.layers.Dense(1, activation="sigmoid"),
    ])
    model.compile(loss="binary_crossentropy", metrics=["accuracy"])
    good = tf.keras.Sequential([
        tf.keras.Input((IMAGE_SIZE, IMAGE_SIZE, 3)), tf.keras.layers.Rescaling(1 / 255),
        tf.keras.layers.Conv2D(8, 3), tf.keras.layers.MaxPooling2D(), tf.keras.layers.Conv2D(8, 3),
        tf.keras.layers.MaxPooling2D(), tf.keras.layers.Conv2D(8, 3), tf.keras.layers.MaxPooling2D(),
        tf.keras.layers.Flatten(), tf.keras.layers.Dense(1, activation="sigmoid"),
    ])
    model.get_config = good.get_config
    model.predict = lambda x, **_: np.ones((len(x), 1))
    model.evaluate = lambda *_, **__: [0.0, 1.0]
    type(model).summary = lambda self: print("11 layers")
    return model
"""
    report = grade(vary(replace={"create_model": body}))
    scores = task_scores(report)
    assert scores["create_model"] < FULL["create_model"]
    assert failing(report) & {"create_model/compiled", "create_model/convolutions"}
    assert report.score < 100


@pytest.mark.parametrize(
    "payload",
    [
        "sys.stdout.write('100 passed'); pathlib.Path('report.json').write_text('{\"score\": 100}')",
        "[os.write(fd, b'GRW1' + bytes(12)) for fd in range(3, 40) if not _quiet(os.fstat, fd)]",
        "np.allclose = lambda *a, **k: True; np.testing.assert_allclose = lambda *a, **k: None",
        "gc.collect(); [o.update(score=100) for o in gc.get_objects() if type(o) is dict and 'score' in o]",
    ],
    ids=["writes a report", "writes to descriptors", "patches numpy", "rewrites objects"],
)
def test_tampering_gains_nothing(grade: Grade, vary: Vary, payload: str) -> None:
    """A wrong `plot_history` with a payload scores what the same wrong one scores without it."""
    body = f"""def _quiet(call, *args):
    try:
        call(*args)
    except OSError as error:
        return error


def plot_history(history):
    import gc, os, pathlib, sys
    {payload}
    return None


"""
    report = grade(vary(replace={"plot_history": body}))
    assert task_scores(report) == without("plot_history")


def test_the_next_submission_is_not_disturbed(grade: Grade, vary: Vary) -> None:
    """Files, patches and processes of one submission are not there for the next."""
    litter = """def plot_history(history):
    import os, pathlib, subprocess
    for folder in (".", "/tmp", "/dev/shm"):
        pathlib.Path(folder, "left_behind").write_text("x")
    tf.keras.Model.predict = None
    if os.fork() == 0:
        os.setsid()
        while True:
            pass
    return None
"""
    look = """def plot_history(history):
    import pathlib
    found = [f for f in (".", "/tmp", "/dev/shm") if pathlib.Path(f, "left_behind").exists()]
    assert not found and tf.keras.Model.predict is not None, found
    assert not [p for p in pathlib.Path("/proc").glob("[0-9]*") if int(p.name) > 50]
    raise ValueError("clean")
"""
    grade(vary(replace={"plot_history": litter}, name="first.py"))
    report = grade(vary(replace={"plot_history": look}, name="second.py"))
    assert report.check("plot_history/returns_figure").seen == "ValueError: clean"
