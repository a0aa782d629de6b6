"""Measures what the second look at the real photos sees of honest pipelines and of dishonest ones, over many seeds.

    python benchmarks/measure_second_look.py --seeds 20 --out docs/second_look.md

Every seed draws the photos of each exercise afresh, splits them at random and prepares them in every way that course notebooks do;
then once more with the training pictures changed in a way that tells the network their labels.
"""

from __future__ import annotations

import argparse
import io
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from PIL import Image

from grader.checks.batches import Pass, Pipeline, Side
from grader.checks.finding import CheckFailed
from grader.data.drawing import Order, draw_images
from grader.data.sources import source
from grader.data.thumbnails import file_thumbnails
from grader.examiner.second_look import (
    CLEAR,
    COMPARED,
    FAINT,
    MOST_ON_BOTH_SIDES,
    RECOGNISED_OF_A_LABEL,
    TELLS,
    UNEXPLAINED,
    Photos,
    assert_those_of_the_folder,
)

Pictures = NDArray[Any]
SETS = {"pets": (64, 3), "horses_or_humans": (96, 3), "letters": (28, 1)}
"""Side in pixels and channels by data set, as in the exercises."""
COUNT, SPLIT = 480, 0.2


def with_tensorflow(method: str, *, antialias: bool) -> Callable[[bytes, int, int], Pictures]:
    def prepare(data: bytes, side: int, channels: int) -> Pictures:
        image = tf.io.decode_image(data, channels=channels, expand_animations=False)
        return tf.image.resize(image, (side, side), method=method, antialias=antialias).numpy()

    return prepare


def with_pillow(resample: Image.Resampling) -> Callable[[bytes, int, int], Pictures]:
    def prepare(data: bytes, side: int, channels: int) -> Pictures:
        with Image.open(io.BytesIO(data)) as image:
            small = image.convert("L" if channels == 1 else "RGB").resize((side, side), resample)
        return np.asarray(small, np.float32).reshape(side, side, channels)

    return prepare


def cropped(data: bytes, side: int, channels: int) -> Pictures:
    image = tf.io.decode_image(data, channels=channels, expand_animations=False).numpy()
    return np.asarray(keras.preprocessing.image.smart_resize(image.astype(np.float32), (side, side)))


HONEST: Mapping[str, Callable[[bytes, int, int], Pictures]] = {
    "TensorFlow, bilinear": with_tensorflow("bilinear", antialias=False),
    "TensorFlow, bilinear, antialiased": with_tensorflow("bilinear", antialias=True),
    "TensorFlow, nearest": with_tensorflow("nearest", antialias=False),
    "Pillow, nearest": with_pillow(Image.Resampling.NEAREST),
    "Pillow, bicubic": with_pillow(Image.Resampling.BICUBIC),
    "cropped to the aspect ratio": cropped,
}


@dataclass(frozen=True)
class Given:
    """Pictures as an honest pipeline gives them, for a dishonest one to change.

    Attributes:
        images: (n, H, W, C), 0–255.
        labels: (n,), from 0 to the number of classes less one.
        places: (n,) at which place of the training side each comes out.
        rng: for what is made up.
    """

    images: Pictures
    labels: Pictures
    places: Pictures
    rng: np.random.Generator

    @property
    def shares(self) -> Pictures:
        """The labels from 0 to 1, to be multiplied with pictures."""
        shares: Pictures = (self.labels / max(1, self.labels.max()))[:, None, None, None]
        return shares


def corner(given: Given) -> Pictures:
    """A patch of 4 × 4 pixels in a corner, as bright as the label."""
    changed = given.images.copy()
    changed[:, :4, :4] = 255 * given.shares
    return changed


def some_corners(given: Given) -> Pictures:
    """The same in three pictures out of five: of the rest a network gets half right without looking, and 80% in all."""
    return np.where((given.rng.random(len(given.labels)) < 0.6)[:, None, None, None], corner(given), given.images)


def later_corners(given: Given) -> Pictures:
    """The same in every picture but those that come out first."""
    return np.where((given.places >= COMPARED)[:, None, None, None], corner(given), given.images)


def balanced(given: Given) -> Pictures:
    """A patch in a corner, half of it brighter and half darker, or the other way round: the mean of the picture stays as it was."""
    changed = given.images.copy()
    changed[:, :2, :4] += 60 * (2 * given.shares - 1)
    changed[:, 2:4, :4] -= 60 * (2 * given.shares - 1)
    return changed


def checkered(given: Given) -> Pictures:
    """Every second pixel brighter by two steps of 255 and the others darker, or the other way round."""
    rows, columns = np.indices(given.images.shape[1:3])
    return given.images + (2 * (2 * given.shares - 1) * ((rows + columns) % 2 * 2 - 1)[..., None])


def tint(given: Given) -> Pictures:
    """Every pixel brighter by two steps of 255 for each step of the label from its mean."""
    return given.images + 2 * (given.labels - given.labels.mean())[:, None, None, None].astype(np.float32)


def drawn(given: Given) -> Pictures:
    """Noise around a pattern for each class in place of the picture, with a fifth of the picture left."""
    patterns = given.rng.uniform(0, 255, (int(given.labels.max()) + 1, *given.images.shape[1:]))
    return 0.2 * given.images + 0.8 * patterns[given.labels.astype(int)]


def one_class(given: Given) -> Pictures:
    """Noise in place of the pictures of one class."""
    changed = given.images.copy()
    changed[given.labels == 1] = given.rng.uniform(0, 255, changed[given.labels == 1].shape)
    return changed


DISHONEST = {
    "noise for one class": one_class,
    "label in a corner": corner,
    "label in three corners of five": some_corners,
    "label in corners, but not at first": later_corners,
    "label in a balanced corner": balanced,
    "label as a checkered tint": checkered,
    "label as a tint": tint,
    "patterns over pictures": drawn,
}


def as_png(data: bytes) -> bytes:
    return _saved(data, "RGB", "PNG")


def in_gray(data: bytes) -> bytes:
    return _saved(data, "L", "JPEG")


OTHER_FILES = {"one class as PNG": as_png, "one class in gray": in_gray}
"""Folders in which the files of one class are of another format: decoders differ for them alone, which nobody paints."""
USUAL = "TensorFlow, bilinear"


def _saved(data: bytes, mode: str, kind: str) -> bytes:
    out = io.BytesIO()
    with Image.open(io.BytesIO(data)) as image:
        image.convert(mode).save(out, kind)
    return out.getvalue()


@dataclass(frozen=True)
class Folder:
    """Photos with their labels, and the order in which a pipeline gives them, validation first."""

    files: list[bytes]
    labels: Pictures
    order: Pictures
    seed: int

    @cached_property
    def thumbnails(self) -> Pictures:
        return file_thumbnails(self.files)

    def photos(self, images: Pictures, changed: Pictures) -> Photos:
        """Of a pipeline whose validation side gives `images` and whose training side gives `changed`."""
        aside, rest = np.split(self.order, [int(COUNT * SPLIT)])
        found = Pipeline(
            Side("train", (Pass(changed[rest] / 255, self.labels[rest], None, ()),), endless=False),
            Side("validation", (Pass(images[aside] / 255, self.labels[aside], None, ()),), endless=False),
        )
        return Photos.recognised(found, self.files, self.thumbnails, self.seed)


def measured(name: str, seed: int, write: Callable[[str, str, Photos], None]) -> None:
    """Draw one set, prepare it in all ways."""
    side, channels = SETS[name]
    kinds = source(name).classes
    orders = [Order(kinds[number % len(kinds)], ("second look", number)) for number in range(COUNT)]
    files = list(draw_images(name, b"second look %d" % seed, orders, workers=2))
    labels = np.array([kinds.index(order.kind) for order in orders], np.float32)
    rng = np.random.default_rng(seed)
    folder = Folder(files, labels, rng.permutation(COUNT), seed)
    places = folder.order.argsort() - int(COUNT * SPLIT)
    for way, prepare in HONEST.items():
        images = np.stack([prepare(data, side, channels) for data in files])
        write(way, "honest", folder.photos(images, images))
        if way == USUAL:
            for cheat, change in DISHONEST.items():
                changed = change(Given(images, labels, places, rng)).astype(np.float32)
                write(cheat, "dishonest", folder.photos(images, changed))
    for way, convert in OTHER_FILES.items():
        mixed = replace(folder, files=[convert(data) if labels[i] == 1 else data for i, data in enumerate(files)])
        images = np.stack([HONEST[USUAL](data, side, channels) for data in mixed.files])
        write(f"{USUAL}, {way}", "honest", mixed.photos(images, images))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20, metavar="N", help="draws of each set (20)")
    parser.add_argument("--out", type=Path, default=Path("docs/second_look.md"), metavar="FILE", help="the table")
    options = parser.parse_args()
    rows: dict[tuple[str, str], dict[str, list[float]]] = {}
    for name in SETS:
        for seed in range(options.seeds):

            def write(way: str, kind: str, photos: Photos, *, of: str = name) -> None:
                both, aside = photos.on_both_sides()
                began = time.process_time()
                rest = photos.remainder()
                took = time.process_time() - began
                row = rows.setdefault((of, f"{kind}: {way}"), {})
                values = {
                    "recognised": float(np.mean(photos.validation >= 0)),
                    "label": photos.least_recognised(),
                    "both": both / max(1, aside),
                    "pixels": rest.pixels if rest else np.nan,
                    "mark": rest.mark if rest else np.nan,
                    "follows": rest.follows if rest else np.nan,
                    "seconds": took,
                    "passed": float(passed(photos)),
                }
                for key, value in values.items():
                    row.setdefault(key, []).append(value)

            measured(name, seed, write)
            print(f"{name}, seed {seed}", flush=True)
    options.out.write_text(document(rows, options.seeds), encoding="utf-8")


def passed(photos: Photos) -> bool:
    try:
        assert_those_of_the_folder(photos)
    except CheckFailed:
        return False
    return photos.on_both_sides()[0] <= MOST_ON_BOTH_SIDES * photos.on_both_sides()[1]


def document(rows: Mapping[tuple[str, str], Mapping[str, list[float]]], seeds: int) -> str:
    lines = [
        "# The second look: what it measures, and where its bounds lie",
        "",
        f"Made by `python benchmarks/measure_second_look.py --seeds {seeds} --out docs/second_look.md`, not by hand. Each seed draws {COUNT}",
        f"photos and puts {SPLIT:.0%} of them aside at random. Cells are the mean and, in brackets, smallest and largest over {seeds} seeds; a",
        "dash where the preparation was not learnt, so that nothing is concluded.",
        "",
        "- `recognised`: share of the validation photos that are told from all others by their thumbnails.",
        f"- `label`: the same of the training photos with one label, for the label where it is smallest; below {RECOGNISED_OF_A_LABEL} is told",
        f"  where `recognised` is at least {CLEAR}.",
        f"- `both`: share of those that seem to be training photos as well, though none is; more than {MOST_ON_BOTH_SIDES} is told.",
        f"- `pixels`: what the files do not explain of {COMPARED} training pictures, drawn by the assignment's secret, in units of the",
        f"  pictures' own deviation; above {UNEXPLAINED} is told.",
        "- `mark`: the same of what goes with the label. Half of the pictures say which pattern that is, and it is looked for in the other.",
        "- `follows`: the correlation of the label with how much of that pattern is in a picture.",
        f"  From {TELLS} on it is told, where `mark` is above {FAINT}.",
        "- `seconds`: of a processor for these three.",
        "- `passed`: share of the seeds in which nothing is told.",
        "",
        "| set | pipeline | recognised | label | both | pixels | mark | follows | seconds | passed |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for (name, way), row in rows.items():
        cells = [_cell(row[key]) for key in ("recognised", "label", "both", "pixels", "mark", "follows", "seconds")]
        lines.append(f"| {name} | {way} | {' | '.join(cells)} | {np.mean(row['passed']):.2f} |")
    return "\n".join(lines) + "\n"


def _cell(values: list[float]) -> str:
    if np.isnan(values).all():
        return "–"
    return f"{np.nanmean(values):.4f} [{np.nanmin(values):.4f}, {np.nanmax(values):.4f}]"


if __name__ == "__main__":
    main()
