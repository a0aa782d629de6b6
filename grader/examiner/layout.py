"""Where a student's code finds its images: one folder that it splits itself, or two that are split already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from grader.exercises import Params

WHOLE = ""
TRAIN, VALIDATION = "train", "validation"


@dataclass(frozen=True)
class Layout:
    """Folders relative to where the code starts, by part: `{"": "PetImages"}`, or one each for `train` and `validation`."""

    folders: Mapping[str, str]

    @classmethod
    def of(cls, params: Params) -> Layout:
        """The layout that an exercise's params name: `train_folder` and `validation_folder`, or `data_folder`."""
        if "train_folder" in params:
            return cls({TRAIN: _relative(params.train_folder), VALIDATION: _relative(params.validation_folder)})
        return cls({WHOLE: _relative(params.data_folder)} if "data_folder" in params else {})

    @property
    def split(self) -> bool:
        """Whether the images come split into training and validation."""
        return WHOLE not in self.folders

    def placed(self, files: Mapping[str, bytes]) -> dict[str, bytes]:
        """Files of a data set (`Cat/0.jpg`, or `train/A/0.png`) under the paths at which the code finds them."""
        return {self.place(path): data for path, data in files.items()}

    def place(self, path: str) -> str:
        """The path of one file of a data set as the code finds it."""
        if not self.split:
            return f"{self.folders[WHOLE]}/{path}"
        part, _, rest = path.partition("/")
        return f"{self.folders[part]}/{rest}"

    def unplaced(self, path: str) -> str:
        """The path of a data set's file, from the one at which the code finds it."""
        part, folder = max(
            self.folders.items(), key=lambda item: len(item[1]) if path.startswith(f"{item[1]}/") else -1
        )
        return f"{part}{path.removeprefix(folder)}".lstrip("/")


def class_of(path: str) -> str:
    """The class of an image file: the folder that it lies in."""
    return PurePosixPath(path).parent.name


def _relative(folder: str) -> str:
    return str(PurePosixPath(folder))
