"""Assemble a folder of submissions for `make demo` out of `solutions/`: what a class might hand in.

Usage: make_demo.py FOLDER
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXERCISE = "week1_larger_dataset"
EXERCISE_FOLDER = ROOT / "exercises" / EXERCISE
SOLUTIONS = ROOT / "solutions" / EXERCISE

SUBMISSIONS = {
    "01-reference.ipynb": SOLUTIONS / "reference.ipynb",
    "02-reference.py": SOLUTIONS / "reference.py",
    "03-functional-api.py": SOLUTIONS / "alternates" / "functional_api.py",
    "04-subclassed-model.py": SOLUTIONS / "alternates" / "subclassed_model.py",
    "05-colab-mess.ipynb": SOLUTIONS / "alternates" / "colab_mess.ipynb",
    "06-untouched-starter.ipynb": EXERCISE_FOLDER / "starter.ipynb",
    "07-not-rescaled.py": SOLUTIONS / "mistakes" / "model_not_rescaled.py",
    "08-softmax-on-one-unit.py": SOLUTIONS / "mistakes" / "model_softmax_on_one_unit.py",
    "09-split-reshuffled.py": SOLUTIONS / "mistakes" / "split_reshuffled.py",
    "10-callback-with-or.py": SOLUTIONS / "mistakes" / "callback_or.py",
    "11-files-by-extension.py": SOLUTIONS / "mistakes" / "files_by_extension.py",
    "12-plot-without-legend.py": SOLUTIONS / "mistakes" / "plot_without_legend.py",
}


def main() -> None:
    """Fill the folder anew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="made anew; what is in it is removed")
    folder: Path = parser.parse_args().folder
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    for name, source in SUBMISSIONS.items():
        shutil.copyfile(source, folder / name)


if __name__ == "__main__":
    main()
