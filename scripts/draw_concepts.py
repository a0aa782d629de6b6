"""Draw the figures of the concept texts: `python -m scripts.draw_concepts [--check]`.

Each is an SVG beside its text, which shows it with `![description](name.svg)`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import matplotlib.pyplot as plt

from scripts.figures import shared, week2, week3, week4
from scripts.figures.kit import STYLE, svg

EXERCISES = Path(__file__).resolve().parent.parent / "exercises"
FOLDERS = {
    "concepts": shared.FIGURES,
    "week2_augmentation/concepts": week2.FIGURES,
    "week3_transfer_learning/concepts": week3.FIGURES,
    "week4_multiclass/concepts": week4.FIGURES,
}
"""Figures by the folder of their texts."""


def drawn() -> dict[Path, str]:
    """What should stand in each file."""
    files = {}
    with plt.rc_context(STYLE):
        for folder, figures in FOLDERS.items():
            for name, draw in figures.items():
                files[EXERCISES / folder / f"{name}.svg"] = svg(draw())
    return files


def main() -> int:
    """Write what is stale, or with `--check` only name it. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if a figure is stale")
    check = parser.parse_args().check
    stale = 0
    for path, text in drawn().items():
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        stale += 1
        print(f"{path.relative_to(EXERCISES)} {'is stale' if check else 'written'}.")
        if not check:
            path.write_text(text, encoding="utf-8")
    return int(check and stale > 0)


if __name__ == "__main__":
    raise SystemExit(main())
