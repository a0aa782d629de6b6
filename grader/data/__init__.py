"""Generated image data: public sets, hidden images from a secret seed, the messy folder, and their caches.

Nothing is downloaded and nothing here needs TensorFlow.
"""

from __future__ import annotations

from grader.data.cache import cache_root
from grader.data.contact import contact_sheet
from grader.data.datasets import (
    HiddenImages,
    dataset_classes,
    dataset_digest,
    dataset_names,
    generator_version,
    hidden_images,
    public_dataset,
)
from grader.data.messy import MessyFolder, messy_folder

__all__ = [
    "HiddenImages",
    "MessyFolder",
    "cache_root",
    "contact_sheet",
    "dataset_classes",
    "dataset_digest",
    "dataset_names",
    "generator_version",
    "hidden_images",
    "messy_folder",
    "public_dataset",
]
