"""What grading costs over the bare training: N variants of the reference, 2 workers, one run.

    .venv/bin/python benchmarks/throughput.py [--count N] [--workers W] [--no-cold]

Three measurements, one after the other, on the same submissions:

* graded: warm workers, each with one zygote, nothing cached; every submission's sliced code differs;
* bare: the very trainings that the grading ran (same arrays, same initial weights, same number of optimiser steps,
  validation on the same images), as plain `model.fit` in forks of processes that have imported TensorFlow;
* cold: the same submissions, each with a zygote of its own.

The run fails (exit 1) where the two sides did not take the same number of steps, where a variant does not get full
points, or where the targets are missed: wall over bare at most 1.5, wall minus bare at most one TensorFlow import per
submission.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

# Before NumPy is imported: its threads would be forked away in the bare side's processes.
os.environ.update(
    OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", TF_NUM_INTRAOP_THREADS="1", TF_NUM_INTEROP_THREADS="1",
    CUDA_VISIBLE_DEVICES="-1", TF_CPP_MIN_LOG_LEVEL="3",
)  # fmt: skip

from grader.exercises import load_exercise
from grader.grading import AssignmentSeed, GradingSession
from grader.paths import solutions_dir
from grader.wire import Message, decode, encode

EXERCISE = "week1_larger_dataset"
SEED = 20
RATIO_TARGET = 1.5
_worker: dict[str, Any] = {}


def variants(folder: Path, count: int) -> list[Path]:
    """`count` copies of the reference with differing sliced code: another number of units in the dense layer."""
    source = (solutions_dir() / EXERCISE / "reference.py").read_text(encoding="utf-8")
    layer = 'Dense(64, activation="relu")'
    if source.count(layer) != 1:
        raise SystemExit(f"the reference no longer has exactly one {layer!r} to vary")
    paths = []
    for i in range(count):
        path = folder / f"variant_{i}.py"
        path.write_text(source.replace(layer, f'Dense({56 + i}, activation="relu")'), encoding="utf-8")
        paths.append(path)
    return paths


def start_grading(isolation: str, folder: str, overlay: Path | None, ready: Any) -> None:
    """Worker start: a session whose zygote is up and whose data is read, then wait for the others."""
    trained: list[tuple[Message, Message]] = []
    session = GradingSession(
        load_exercise(EXERCISE, overlay),
        seed=AssignmentSeed.fixed(SEED),
        isolation=isolation,  # type: ignore[arg-type]
        on_training=lambda spec, result: trained.append((spec, result)),
    )
    if isolation == "namespaces":
        session.zygote()
        session.warm()
    _worker.update(session=session, trained=trained, folder=Path(folder))
    ready.wait()


def grade(path: Path) -> tuple[float, int, list[str], float]:
    """Grade one variant; keeps its training spec for the bare side. Returns score, steps, spec files and seconds."""
    began = time.monotonic()
    report = _worker["session"].grade(path).report
    seconds = time.monotonic() - began
    if report.status != "graded":
        raise SystemExit(f"{path.name} was not graded: {report.message}")
    files, steps = [], 0
    for i, (spec, result) in enumerate(_worker["trained"]):
        file = _worker["folder"] / f"{path.stem}_{i}.spec"
        file.write_bytes(b"".join(bytes(chunk) for chunk in encode(spec)))
        files.append(f"{file}:{result.body['epochs']}")
        steps += result.body["steps"]
    _worker["trained"].clear()
    return report.score, steps, files, seconds


def start_bare(ready: Any) -> None:
    """Worker start: TensorFlow imported, no operation run, so that forks of it can train."""
    import keras
    import tensorflow as tf

    _worker["loaded"] = (keras.layers.Conv2D, tf.data.Dataset)
    ready.wait()


def bare(job: tuple[str, ...]) -> int:
    """The trainings of one submission as plain fits, in a fork; returns the steps taken."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.write(writing, str(sum(_fit(file) for file in job)).encode())
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    _, status = os.waitpid(child, 0)
    if status:
        raise SystemExit("a bare training failed")
    return int(text)


def _fit(job: str) -> int:
    import keras
    import numpy as np

    from grader.model_data import rebuild_model
    from grader.trainer import TrainingSpec

    file, epochs = job.rsplit(":", 1)
    spec = TrainingSpec.from_message(decode(Path(file).read_bytes()))
    model = rebuild_model(spec.model, probe=False).model
    keras.utils.set_random_seed(spec.seed)
    one = spec.passes[0]
    before = int(np.asarray(model.optimizer.iterations))
    validation = (spec.unseen.images, spec.unseen.labels) if spec.unseen is not None else None
    model.fit(
        one.images, one.labels, batch_size=spec.batch_size, epochs=int(epochs), validation_data=validation, verbose=0
    )
    return int(np.asarray(model.optimizer.iterations)) - before


def timed(
    workers: int, start: Callable[..., None], arguments: tuple[Any, ...], work: Callable[..., Any], jobs: list[Any]
) -> tuple[float, float, list[Any]]:
    """Wall seconds of start-up and of the jobs themselves, and their results."""
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(workers + 1)
    began = time.monotonic()
    with ProcessPoolExecutor(workers, mp_context=context, initializer=start, initargs=(*arguments, ready)) as pool:
        # The pool starts its processes with the first jobs, so they are submitted first and begin behind the barrier.
        futures = [pool.submit(work, job) for job in jobs]
        ready.wait()
        up = time.monotonic()
        results = [future.result() for future in futures]
        done = time.monotonic()
    return up - began, done - up, results


def import_seconds() -> float:
    """Wall seconds of `import tensorflow` in a fresh process, the better of two."""
    times = []
    for _ in range(2):
        began = time.monotonic()
        subprocess.run([sys.executable, "-c", "import tensorflow"], check=True, capture_output=True)
        times.append(time.monotonic() - began)
    return min(times)


def main() -> int:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--count", type=int, default=8, help="submissions (default 8)")
    parser.add_argument("--workers", type=int, default=2, help="worker processes (default 2)")
    parser.add_argument("--no-cold", action="store_true", help="leave the cold mode out")
    options = parser.parse_args()
    workers = min(options.workers, options.count)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        jobs = variants(folder, options.count)
        GradingSession(load_exercise(EXERCISE), seed=AssignmentSeed.fixed(SEED)).warm()
        once = import_seconds()
        warm_up, wall, graded = timed(workers, start_grading, ("namespaces", name, None), grade, jobs)
        scores = {score for score, *_ in graded}
        steps = [item[1] for item in graded]
        trainings = [tuple(item[2]) for item in graded]
        _, bare_wall, bare_steps = timed(workers, start_bare, (), bare, trainings)
        print(f"submissions {options.count}, workers {workers}, scores {sorted(scores)}")
        print(f"optimiser steps, graded: {sum(steps)}, bare: {sum(bare_steps)}")
        print(f"import tensorflow: {once:.2f} s; start of the workers: {warm_up:.2f} s")
        rows = [("graded, warm", wall), ("bare training", bare_wall)]
        if not options.no_cold:
            _, cold_wall, _ = timed(workers, start_grading, ("cold", name, None), grade, jobs)
            rows.append(("graded, cold", cold_wall))
        for label, seconds in rows:
            each = seconds / options.count
            print(f"{label:<14} {seconds:7.2f} s   {each:6.2f} s a submission   {seconds / bare_wall:5.2f} of bare")
        over = (wall - bare_wall) / options.count
        print(f"wall over bare: {wall / bare_wall:.2f} (target {RATIO_TARGET}); wall minus bare: {over:.2f} s a submission "
              f"= {over / once:.2f} of an import (target 1)")  # fmt: skip
        good = steps == bare_steps and scores == {100.0} and wall <= RATIO_TARGET * bare_wall and over <= once
        if steps != bare_steps:
            print("the two sides took different numbers of steps: nothing above can be compared")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
