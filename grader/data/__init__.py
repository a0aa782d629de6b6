"""Image data: generated public sets, hidden images from a secret seed, the messy folder, imported sets, caches.

Nothing is downloaded, and nothing but the command `python -m grader.data.pretrain` needs TensorFlow.
"""

from __future__ import annotations

from grader.data.cache import cache_root
from grader.data.contact import contact_sheet
from grader.data.datasets import (
    HiddenImages,
    dataset_classes,
    dataset_digest,
    dataset_names,
    dataset_parts,
    drawn_folder,
    generator_version,
    hidden_images,
    public_dataset,
)
from grader.data.messy import MessyFolder, messy_folder
from grader.data.pixel_table import letters_csv, public_letters_csv

__all__ = [
    "HiddenImages",
    "MessyFolder",
    "cache_root",
    "contact_sheet",
    "dataset_classes",
    "dataset_digest",
    "dataset_names",
    "dataset_parts",
    "drawn_folder",
    "generator_version",
    "hidden_images",
    "letters_csv",
    "messy_folder",
    "public_dataset",
    "public_letters_csv",
]
