"""Reports to look at and to test with: a typical one, a perfect one, a hostile one.

`python tests/reports/samples.py FOLDER` writes them all as pages.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image, ImageDraw

from grader.results import (
    CheckResult,
    ExerciseRef,
    Exhibit,
    Note,
    Report,
    SubmissionRef,
    TaskResult,
    Timings,
    Where,
    fix_first,
    task_status,
)


def check(task: str, name: str, title: str, points: float, status: str = "passed", **fields) -> CheckResult:
    score = points if status == "passed" else 0.0
    return CheckResult(id=f"{task}/{name}", title=title, status=status, score=score, max_score=points, **fields)


def task(name: str, title: str, *checks: CheckResult) -> TaskResult:
    return TaskResult(
        name=name,
        title=title,
        status=task_status(checks),
        score=sum(one.score for one in checks),
        max_score=sum(one.max_score for one in checks),
        checks=checks,
    )


def report(*tasks: TaskResult, **fields) -> Report:
    """A graded report over `tasks`; any field can be given."""
    values = {
        "exercise": ExerciseRef(
            name="week1_larger_dataset", title="A larger, real-world data set", version="1.0.0", variant="default"
        ),
        "submission": SubmissionRef(file="maria/week1.ipynb", sha256="3f" * 32),
        "status": "graded",
        "score": sum(one.score for one in tasks),
        "max_score": sum(one.max_score for one in tasks),
        "fix_first": fix_first(tasks),
        "needs_review": False,
        "isolation": "namespaces",
        "seed": "9c1f27d0a4",
        "key": "b7e0" * 16,
        "tasks": tasks,
        "timings": Timings(total_s=24.3, cell_s=3.1, training_s=17.6, examiner_s=2.4),
        "environment": {"grader": "0.1.0", "python": "3.11.7", "tensorflow": "2.20.0", "keras": "3.15.0"},
    }
    return Report(**(values | fields))


def typical(**fields) -> Report:
    """Most things right, rescaling forgotten, one exception, one task not written yet."""
    feature = "feature_maps"
    waiting = {"status": "blocked", "seen": f"Waiting for `{feature}/returns_pairs`."}
    tasks = (
        task(
            "readable_images", "Sort the folder",
            check("readable_images", "returns_file_names", "A list of file names comes back.", 2),
            check("readable_images", "drops_empty_files", "Empty files are left out.", 2),
            check("readable_images", "drops_truncated_files", "Files that were cut short are left out.", 3),
            check("readable_images", "drops_other_files", "Files that are no images are left out.", 2),
            check("readable_images", "keeps_unusual_images", "Unusual images that open are kept.", 2),
            check("readable_images", "sorted", "The names are sorted.", 1),
        ),
        task(
            "train_val_datasets", "Feed the images",
            check("train_val_datasets", "returns_two_datasets", "Two data sets come back.", 2),
            check("train_val_datasets", "image_shape", "All images have one size.", 3),
            check("train_val_datasets", "labels", "Each image carries its own label.", 4),
            check(
                "train_val_datasets", "split_disjoint", "No image is in both sides of the split.", 4, "failed",
                seen="11 of 80 images turned up in training and in validation.",
                expected="No image in both: `train` and `validation` are disjoint on every pass.",
                why="An image that the network has trained on says nothing about how it does on new ones.",
                hint="`shuffle()` reshuffles on every pass; split first, or pass `reshuffle_each_iteration=False`.",
                where=Where(cell=5, line=9), concept="splits",
            ),
            check("train_val_datasets", "batch_size", "Batches hold 32 images.", 2),
        ),
        task(
            "create_model", "Build the network",
            check("create_model", "compiled", "The model is compiled.", 2),
            check("create_model", "input_shape", "The model takes the images of your data set.", 3),
            check(
                "create_model", "rescaling", "Pixel values are brought to a small range once.", 5, "failed",
                seen="The first convolution is given values from 0 to 255: neither the pipeline nor the model rescales.",
                expected="Values of about 0 to 1 (or -1 to 1), brought there once.",
                why="Weights start out small; with inputs in the hundreds the first steps overshoot and learning stalls.",
                hint="Put `keras.layers.Rescaling(1/255)` first in the model, and nowhere else.",
                where=Where(cell=7, line=3), concept="rescaling",
            ),
            check("create_model", "convolutions", "At least three convolutions, each followed by pooling.", 4),
            check("create_model", "output_fits_loss", "The output and the loss fit each other.", 6),
        ),
        task(
            "EarlyStoppingCallback", "Stop in time",
            check("EarlyStoppingCallback", "stops_when_both_hold", "The training stops when both accuracies are reached.", 4,
                  "student_error", seen="KeyError: 'val_acc'", expected="`EarlyStoppingCallback` runs without an error.",
                  why="Only code that runs from a fresh start can be graded, and used by anyone but you.",
                  hint="The key is `val_accuracy`, as compiled with `metrics=['accuracy']`.",
                  where=Where(cell=9, line=4), concept="callbacks",
                  traceback="Cell 9, line 4, in on_epoch_end\n    if logs['accuracy'] >= 0.95 and logs['val_acc'] >= 0.8:\nKeyError: 'val_acc'"),
            check("EarlyStoppingCallback", "goes_on_while_one_is_missing", "It goes on while one is missing.", 4, "blocked",
                  seen="Waiting for `EarlyStoppingCallback/stops_when_both_hold`."),
            check("EarlyStoppingCallback", "stops_at_the_threshold", "It stops exactly at the threshold.", 4, "blocked",
                  seen="Waiting for `EarlyStoppingCallback/stops_when_both_hold`."),
        ),
        task(
            "train", "Train",
            check("train", "training_accuracy", "The network learns its training images.", 3),
            check("train", "unseen_accuracy", "The network recognises images that it never saw.", 7, "failed",
                  seen="68.2 % of 400 unseen images were recognised.", expected="At least 80 %.",
                  why="Only unseen images tell whether the network has learnt what makes a cat a cat.",
                  hint="Rescale the images first; that alone often makes the difference.", concept="rescaling"),
        ),
        task(
            feature, "An image’s journey",
            check(feature, "returns_pairs", "Pairs of layer name and array come back.", 1, "not_attempted",
                  seen="`feature_maps` is not written yet.", expected="Your own `feature_maps`.",
                  hint="Replace `raise NotImplementedError()` by your code."),
            check(feature, "layers_in_order", "Every convolution and pooling layer appears, in order.", 3, **waiting),
            check(feature, "values", "The values are the model’s own activations.", 4, **waiting),
            check(feature, "picture", "The picture shows one row per layer.", 2, **waiting),
        ),
    )  # fmt: skip
    values = {
        "notes": (
            Note(kind="no-seed", text="The split has no `seed`: another run sorts the images differently.",
                 where=Where(cell=5, line=6)),
            Note(kind="dropped-line", text="`!pip install` was skipped: everything needed is there.", where=Where(cell=1, line=1)),
        ),
        "curves": {
            "accuracy": [0.51, 0.58, 0.66, 0.71, 0.78, 0.83, 0.86, 0.89, 0.91, 0.93],
            "val_accuracy": [0.50, 0.57, 0.61, 0.66, 0.67, 0.70, 0.69, 0.71, 0.68, 0.69],
            "loss": [2.31, 0.71, 0.62, 0.55, 0.47, 0.40, 0.33, 0.27, 0.22, 0.18],
            "val_loss": [0.74, 0.70, 0.66, 0.62, 0.63, 0.61, 0.66, 0.70, 0.79, 0.84],
        },
        "output": {"train_val_datasets": "Found 400 files belonging to 2 classes.\nUsing 320 files for training.\n"},
    }  # fmt: skip
    return report(*tasks, **(values | fields))


def perfect(**fields) -> Report:
    """Everything passes."""
    tasks = typical().tasks
    passed = tuple(
        task(one.name, one.title, *(check(one.name, c.id.split("/")[1], c.title, c.max_score) for c in one.checks))
        for one in tasks
    )
    return report(*passed, **fields)


def unmarked(status: str, message: str, **fields) -> Report:
    """A report without tasks."""
    return report(status=status, message=message, max_score=100.0, **fields)


def png(width: int = 8, height: int = 6, colour: str = "#888") -> bytes:
    """A small picture."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(file, "PNG")
    return file.getvalue()


def strip(count: int, side: int, label: str = "") -> bytes:
    """A row of coloured tiles, standing for training images or feature maps."""
    image = Image.new("RGB", (count * (side + 8) - 8, side + (16 if label else 0)), "white")
    draw = ImageDraw.Draw(image)
    for number in range(count):
        left = number * (side + 8)
        for row in range(side):
            shade = (60 + 150 * row // side, 110 + (number * 37) % 120, 190 - 120 * row // side)
            draw.line([(left, row), (left + side, row)], fill=shade)
        draw.ellipse(
            [left + side // 4, side // 4, left + 3 * side // 4, 3 * side // 4], fill=(230, 190 - number * 9, 140)
        )
        if label:
            draw.text((left + 2, side + 3), ("Cat", "Dog")[number % 2], fill="black")
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def exhibits() -> tuple[Exhibit, ...]:
    return (
        Exhibit(name="journey", title="One image through your model.",
                caption="Rows are layers from first to last: convolutions find edges, later ones larger shapes.", png=strip(8, 80)),
        Exhibit(name="samples", title="Your training images.", caption="As your pipeline delivers them, with their labels.",
                png=strip(6, 110, "label")),
    )  # fmt: skip


CONCEPTS = {
    "rescaling": """# Why pixel values are rescaled

A JPEG holds numbers from 0 to 255. A fresh network has weights around 0.05, chosen so that inputs **around one** give
outputs around one. Feed it hundreds, and the first steps of training overshoot.

Dividing by 255, with `keras.layers.Rescaling(1/255)`, costs nothing. Do it once: in the pipeline *or* in the model.

![Two loss curves: with rescaling the loss falls, without it stays flat](rescaling.svg)
""",
    "splits": """# Training and validation must not share images

Validation asks: what about images the network has *never* seen? One that it trained on answers a different question.
""",
}
DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 120" width="400" height="120">
<path d="M10 20 C 60 100, 160 108, 390 110" fill="none" stroke="#0f6292" stroke-width="3"/>
<path d="M10 20 C 60 34, 160 30, 390 36" fill="none" stroke="#999" stroke-width="3"/></svg>
"""


def write_concepts(folder: Path) -> tuple[Path, ...]:
    """A folder of concept texts, behind one that has none."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in CONCEPTS.items():
        (folder / f"{name}.md").write_text(text)
    (folder / "rescaling.svg").write_text(DRAWING)
    return folder / "none", folder


def main(folder: Path) -> None:
    """Write the samples as pages, and an overview of a class of forty."""
    from hostile import hostile, hostile_exhibits

    from grader.reports import IndexRow, write_grades_csv, write_index, write_report

    concepts = write_concepts(folder / "concepts")
    samples = {
        "typical": (typical(), exhibits()),
        "perfect": (perfect(), exhibits()),
        "review": (typical(needs_review=True, isolation="unsafe"), ()),
        "unusable": (
            unmarked("unusable", "week1.ipynb: is not JSON (line 1). Save the notebook again and hand that in."),
            (),
        ),
        "ungraded": (unmarked("ungraded", "the examiner ended with exit status 1."), ()),
        "hostile": (hostile(), hostile_exhibits()),
    }
    rows = []
    for name, (one, pictures) in samples.items():
        write_report(one, pictures, folder / name, concepts=concepts)
        rows.append(IndexRow.from_report(one, name))
    for number in range(34):
        score = (37 * number * number + 11) % 61 + 40.0
        one = typical(score=score) if number % 3 else perfect()
        rows.append(IndexRow.from_report(one, "typical"))
    write_index(rows, folder)
    write_grades_csv(rows, folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
