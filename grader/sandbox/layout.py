"""Names of places inside the sandbox, shared by all that mount, restrict or look there."""

from __future__ import annotations

USER_ID = 1000
GROUP_ID = 1000
USER_NAME = "student"
HOST_NAME = "cell"
CELL = "/cell"
"""Root of the cell's own file system: an unusual name, so that it hides no virtual environment."""
WORK = f"{CELL}/work"
MOVED = {f"{CELL}/tmp": "/tmp", f"{CELL}/shm": "/dev/shm"}  # noqa: S108 - inside a mount namespace of its own
DEVICES = ("/dev/null", "/dev/full", "/dev/random", "/dev/urandom")
"""Without /dev/zero: a shared mapping of it is memory that no one counts."""
PASSWD = f"{USER_NAME}:x:{USER_ID}:{GROUP_ID}::{WORK}:/bin/false\n"
GROUP = f"{USER_NAME}:x:{GROUP_ID}:\n"

CONTROL_FD = 3
"""The zygote's control socket. In a cell the same number is the wire."""

STATUS_FD = 4
"""In the two processes around a cell: where they report to the parent. Closed before the entry runs."""

FAULT_EXIT = 71
"""Exit code of the processes around a cell when they could not set it up."""


def environment(home: str = WORK, temporary: str = "/tmp") -> dict[str, str]:  # noqa: S108 - as above
    """The whole environment of a zygote and its cells: nothing of the caller's passes."""
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": home,
        "TMPDIR": temporary,
        "USER": USER_NAME,
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        "KERAS_BACKEND": "tensorflow",
        "MPLBACKEND": "Agg",
        "PYTHONDONTWRITEBYTECODE": "1",
        # The order of sets would otherwise differ from zygote to zygote: equal treatment.
        "PYTHONHASHSEED": "0",
    }
