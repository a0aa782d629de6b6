"""Downloads as learning platforms make them, written by the tests."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path

CANVAS = {
    "doejane_123456_7890123_week1.ipynb": "pass",
    "roejohn_LATE_123457_7890200_week1-2.ipynb": "half",
    "roejohn_LATE_123457_7890150_week1-1.ipynb": "pass",
    "roejohn_LATE_123457_7890130_week1.ipynb": "pass",
    "smithann_123458_text.html": "<p>see my drive</p>",
}
MOODLE = {
    "Jane Doe_123456_assignsubmission_file_/week1.ipynb": "pass",
    "Jane Doe_123456_assignsubmission_onlinetext_/onlinetext.html": "<p>hello</p>",
    "John Roe_123457_assignsubmission_file_/sub/week1.py": "half",
    "José Núñez_123458_assignsubmission_file_/week1.ipynb": "pass",
}
WORKSHEET = (
    "\ufeffIdentifier,Full name,Email address,Status,Grade,Maximum grade,Last modified (submission)\r\n"
    'Participant 123456,Jane Doe,j@x,Submitted,,100,"Friday, 3 May 2024, 10:15 AM"\r\n'
    'Participant 123457,John Roe,r@x,Submitted,,100,"Friday, 3 May 2024, 22:15"\r\n'
    "Participant 123458,José Núñez,n@x,No submission,,100,-\r\n"
)
GRADESCOPE = {
    "assignment_1_export/submission_metadata.yml": """---
submission_111:
  :submitters:
  - :name: Jane Doe
    :sid: '1'
    :email: j@x
  - :name: John Roe
    :sid: '2'
  :created_at: 2024-05-03 10:15:09.583014000 Z
  :score: 10.0
  :status: processed
  :results:
    :tests:
    - :name: t
      :created_at: 2020-01-01 00:00:00 Z
  :history:
  - :id: 100
    :created_at: 2024-05-02 10:15:09.000000000 Z
  - :id: 101
    :created_at: 2024-05-01 10:15:09.000000000 Z
submission_112:
  :submitters:
  - :name: "Ann Smith"
  :created_at: &1 2024-05-03 09:00:00 -0700
  :history: []
""",
    "assignment_1_export/submission_111/week1.ipynb": "pass",
    "assignment_1_export/submission_112/week1.py": "half",
    "assignment_1_export/submission_113/notes/week1.py": "half",
}
NBGRADER = {
    "submitted/jane/week1/week1.ipynb": "pass",
    "submitted/jane/week1/timestamp.txt": "2024-05-03 10:15:09.948203 UTC\n",
    "submitted/john/week1/week1.ipynb": "half",
    "submitted/john/week1/timestamp.txt": "2024-05-03 10:15:09\n",
    "submitted/john/week2/week2.ipynb": "half",
    "submitted/john/week2/timestamp.txt": "2024-05-03 10:15:09.948203 UTC\n",
}


def laid(folder: Path, files: Mapping[str, str]) -> Path:
    """Write files below a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def zipped(path: Path, files: Mapping[str, str | bytes], kind: int = stat.S_IFREG) -> Path:
    """Write a zip whose entries have these names as they are, however bad."""
    with zipfile.ZipFile(path, "a") as archive:
        for name, text in files.items():
            archive.writestr(entry(name, kind), text)
    return path


def entry(name: str, kind: int = stat.S_IFREG) -> zipfile.ZipInfo:
    """An entry of this name, which Python's own class would mend."""
    info = zipfile.ZipInfo("x")
    info.filename = name
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = (kind | 0o644) << 16
    return info
