"""From what a failed start said to its cause in one line and the command that mends it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Advice:
    """Why cells cannot run here, and what to type."""

    cause: str
    mend: str

    def __str__(self) -> str:
        return f"{self.cause} Mend it: {self.mend}"


MISSING_BWRAP = Advice(
    "bubblewrap (`bwrap`) is not installed.",
    "`sudo apt-get install bubblewrap` or `sudo dnf install bubblewrap`.",
)
NOT_LINUX = Advice("cells need Linux.", "run the grader on Linux, in WSL 2 or in a Linux container.")
IN_CONTAINER = (
    "start the container with `docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined "
    "--security-opt systempaths=unconfined …`"
)
_SWITCHES = (
    ("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1", "kernel.apparmor_restrict_unprivileged_userns=0"),
    ("/proc/sys/kernel/unprivileged_userns_clone", "0", "kernel.unprivileged_userns_clone=1"),
    ("/proc/sys/user/max_user_namespaces", "0", "user.max_user_namespaces=15000"),
)


def in_container() -> bool:
    """Whether this looks like the inside of a container."""
    return Path("/.dockerenv").exists() or Path("/run/.containerenv").exists() or "container" in os.environ


def switched_off() -> str | None:
    """The `sysctl` setting that allows user namespaces, where one forbids them."""
    for path, forbidding, setting in _SWITCHES:
        try:
            if Path(path).read_text(encoding="ascii").strip() == forbidding:
                return setting
        except OSError:
            continue
    return None


def explain(said: str) -> Advice:
    """The likely cause behind what bubblewrap or a cell's set-up wrote."""
    last = said.strip().splitlines()[-1] if said.strip() else "it said nothing."
    setting = switched_off()
    namespaces = re.search(r"namespace|uid.?map|unshare|setting up|Permission denied|not permitted|No space", said)
    if setting is not None and namespaces:
        return Advice(f"user namespaces are switched off ({last}).", f"`sudo sysctl -w {setting}`.")
    if re.search(r"mount proc|/proc", said) and in_container():
        return Advice(f"the container hides parts of /proc ({last}).", IN_CONTAINER + ".")
    if namespaces and in_container():
        return Advice(f"the container forbids user namespaces ({last}).", IN_CONTAINER + ".")
    if re.search(r"Permission denied", said) and os.geteuid() == 0:
        return Advice(
            f"the unprivileged user cannot read something that it needs ({last}).",
            "make the interpreter and the virtual environment readable: `chmod -R go+rX <folder>`.",
        )
    return Advice(f"the sandbox could not be set up ({last}).", "`grader doctor` tries each part by itself.")
