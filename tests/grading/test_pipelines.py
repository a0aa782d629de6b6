"""Strange pipelines through the whole path: each is a finding of the student, none a fault of ours, none worth a free point."""

from __future__ import annotations

import pytest

from tests.grading.kit import Grade, Vary, task_scores

BASE = """def train_val_datasets():
    train, val = tf.keras.utils.image_dataset_from_directory(
        DATA_FOLDER, class_names=CLASS_NAMES, label_mode="binary", image_size=(IMAGE_SIZE, IMAGE_SIZE),
        batch_size=BATCH_SIZE, validation_split=VALIDATION_SPLIT, subset="both", seed=42,
    )
    {rest}
    return train, val
"""

BROKEN = {
    "all labels equal": "train, val = (side.map(lambda x, y: (x, y * 0)) for side in (train, val))",
    "all labels a half": "train, val = (side.map(lambda x, y: (x, y * 0 + 0.5)) for side in (train, val))",
    "labels NaN": "train, val = (side.map(lambda x, y: (x, y + float('nan'))) for side in (train, val))",
    "validation labels out of range": "val = val.map(lambda x, y: (x, y + 7))",
    "labels shuffled apart": "train, val = (tf.data.Dataset.zip("
    "side.map(lambda x, y: x).unbatch(), side.map(lambda x, y: y).unbatch().shuffle(2000, seed=1)).batch(BATCH_SIZE)"
    " for side in (train, val))",
    "validation images of another size": "val = val.map(lambda x, y: (tf.image.resize(x, (32, 40)), y))",
    "images NaN": "train, val = (side.map(lambda x, y: (x * float('nan'), y)) for side in (train, val))",
    "second pass empty": "train, val = iter(list(train)), iter(list(val))",
    "images without height": "train, val = (side.map(lambda x, y: (x[:, :0], y)) for side in (train, val))",
    "labels without width": "train, val = (side.map(lambda x, y: (x, y[:, :0])) for side in (train, val))",
    "images of 5 pixels": "train, val = (side.map(lambda x, y: (x[:, :5, :5], y)) for side in (train, val))",
    "weights for each class": "train, val = (side.map(lambda x, y: (x, y, tf.concat([y, y], 1))) for side in (train, val))",
}
POINTLESS = {"all labels equal", "all labels a half", "labels NaN", "images NaN", "validation images of another size"}


@pytest.mark.parametrize("name", BROKEN)
def test_a_strange_pipeline_is_graded_and_loses_points(grade: Grade, vary: Vary, name: str) -> None:
    """The pipeline's own task says what is wrong; nothing is left ungraded."""
    report = grade(vary(replace={"train_val_datasets": BASE.format(rest=BROKEN[name])}))
    scores = task_scores(report)
    assert scores["train_val_datasets"] < 24
    assert scores["create_model"] + scores["EarlyStoppingCallback"] >= 12
    assert report.check("train/unseen_accuracy").status != "passed" or name == "validation labels out of range"
    if name in POINTLESS:
        assert scores["train"] == 0


def test_a_leak_behind_standardised_pictures_is_seen(grade: Grade, vary: Vary) -> None:
    """Luminance is gone, the pattern is not."""
    rest = (
        "train, val = (s.map(lambda x, y: (tf.image.per_image_standardization(x), y)) for s in (train, train.take(1)))"
    )
    report = grade(vary(replace={"train_val_datasets": BASE.format(rest=rest)}))
    assert "turn up on both sides" in report.check("train_val_datasets/split_disjoint").seen


def test_what_cannot_be_read_is_reviewed(grade: Grade, vary: Vary) -> None:
    """Neither luminance nor pattern is left on the training side: no failure, no silence."""
    rest = """change = tf.keras.Sequential([
        tf.keras.layers.RandomRotation(0.3), tf.keras.layers.RandomZoom(0.3), tf.keras.layers.RandomBrightness(0.3)])
    train = train.map(lambda x, y: (change(x, training=True), y))"""
    report = grade(vary(replace={"train_val_datasets": BASE.format(rest=rest)}))
    assert task_scores(report)["train_val_datasets"] == 24
    assert report.needs_review
    assert "pipeline-unrecognised" in {note.kind for note in report.notes}
