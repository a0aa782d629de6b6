"""What this machine offers for isolation, tried rather than guessed. Pure data: whoever asks prints it."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from grader.errors import GradingError
from grader.sandbox import advice
from grader.sandbox.policy import CellPolicy

_NEEDED_BYTES = 4 << 30
_TRIAL = "grader.sandbox.trial:look_around"
_WALLS = {"capabilities": 0, "no_new_privs": True, "seccomp": True, "folder": True}


@dataclass(frozen=True)
class Finding:
    """One thing that isolation needs or profits from."""

    name: str
    ok: bool
    detail: str
    """What was seen, in one line."""
    mend: str
    """What to type or change where `ok` is false; empty otherwise."""
    required: bool
    """Whether grading in isolation is refused without it."""


def examine() -> tuple[Finding, ...]:
    """Try each part by itself, then a whole cell. Takes about half a second.

    The parts are independent: a later one can be fine where an earlier one is not.
    """
    if sys.platform != "linux":
        return (_finding("system", platform.system(), advice.NOT_LINUX.mend, ok=False),)
    bwrap = shutil.which("bwrap")
    return (
        _bubblewrap(bwrap),
        _user_namespaces(bwrap),
        _seccomp(),
        _landlock(),
        _interpreter(),
        _cell(),
        _cgroup(),
        _memory(),
        _cores(),
    )


def _finding(name: str, detail: str, mend: str = "", *, ok: bool, required: bool = True) -> Finding:
    return Finding(name, ok, detail, "" if ok else mend, required)


def _bubblewrap(bwrap: str | None) -> Finding:
    if bwrap is None:
        return _finding("bubblewrap", advice.MISSING_BWRAP.cause, advice.MISSING_BWRAP.mend, ok=False)
    version = subprocess.run([bwrap, "--version"], capture_output=True, text=True, check=False)
    return _finding("bubblewrap", version.stdout.strip() or version.stderr.strip(), "", ok=version.returncode == 0)


def _user_namespaces(bwrap: str | None) -> Finding:
    if bwrap is None:
        return _finding("user namespaces", "not tried without bubblewrap.", advice.MISSING_BWRAP.mend, ok=False)
    from grader.sandbox.zygote import NOBODY

    # As root this would prove nothing: the zygote's own user has to be able to.
    user = NOBODY if os.geteuid() == 0 else None
    command = [bwrap, "--unshare-user", "--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc", "--", "/bin/true"]
    tried = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        user=user,
        group=user,
        extra_groups=[] if user else None,
    )
    if tried.returncode == 0:
        return _finding("user namespaces", "the outer layer starts.", ok=True)
    found = advice.explain(tried.stderr)
    return _finding("user namespaces", found.cause, found.mend, ok=False)


def _seccomp() -> Finding:
    from grader.sandbox import seccomp

    known = platform.machine() in seccomp.MACHINES
    filters = Path("/proc/sys/kernel/seccomp/actions_avail").exists()
    detail = f"{platform.machine()}, filters {'available' if filters else 'not in this kernel'}"
    mend = "use a kernel with CONFIG_SECCOMP_FILTER on x86_64 or aarch64."
    return _finding("seccomp", detail, mend, ok=known and filters)


def _landlock() -> Finding:
    from grader.sandbox import landlock

    version = landlock.abi()
    detail = f"ABI {version}" if version else "not offered by this kernel"
    mend = "boot a kernel from 5.13 on with `lsm=landlock,…`."
    return _finding("landlock", detail, mend, required=False, ok=version > 0)


def _interpreter() -> Finding:
    """Whether any user can read the interpreter and the packages once they are bound where it can reach them."""
    from grader.sandbox.tree import visible_tree

    if os.geteuid() != 0:
        return _finding("interpreter", os.path.realpath(sys.executable), ok=True)
    closed = [bind.source for bind in visible_tree((), (), ()).binds if os.stat(bind.source).st_mode & 0o5 != 0o5]
    # Where root's files can be shown as the unprivileged user's own, this does no harm: the cell decides.
    detail = f"not readable by others: {', '.join(closed)}" if closed else os.path.realpath(sys.executable)
    return _finding("interpreter", detail, f"`chmod -R go+rX {' '.join(closed)}`", required=False, ok=not closed)


def _cell() -> Finding:
    from grader.sandbox.zygote import Zygote

    try:
        with (
            Zygote(isolation="namespaces", preload=(), entries=(_TRIAL,)) as zygote,
            zygote.spawn(_TRIAL, CellPolicy(wall_s=20)) as cell,
        ):
            cell.socket.settimeout(20)
            answer = cell.socket.recv(1 << 16)
            cell.wait(20)
            output = cell.output().decode("utf-8", "replace").strip()
    except (GradingError, OSError) as error:
        cause, _, mend = str(error).partition(" Mend it: ")
        return _finding("cell", cause, mend or "see the other findings.", ok=False)
    if not answer:
        return _finding("cell", f"it ended without an answer: {output}", "please report this.", ok=False)
    seen = json.loads(answer)
    missing = [name for name, wanted in _WALLS.items() if seen[name] != wanted]
    detail = f"walls missing: {', '.join(missing)}" if missing else "both layers start and every wall stands."
    return _finding("cell", detail, "please report this.", ok=not missing)


def _cgroup() -> Finding:
    try:
        controllers = Path("/sys/fs/cgroup/cgroup.controllers").read_text(encoding="ascii").split()
    except OSError:
        controllers = []
    detail = (
        f"version 2 with {' '.join(controllers)}"
        if controllers
        else "no version 2 hierarchy; the watchdog bounds memory without it"
    )
    return _finding("cgroup", detail, "", required=False, ok="memory" in controllers)


def _memory() -> Finding:
    with open("/proc/meminfo", encoding="ascii") as file:
        fields = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in file}
    available = fields["MemAvailable"]
    detail = f"{available / 2**30:.1f} GiB available of {fields['MemTotal'] / 2**30:.1f}"
    return _finding(
        "memory", detail, "grade with fewer jobs (`--jobs 1`).", required=False, ok=available >= _NEEDED_BYTES
    )


def _cores() -> Finding:
    return _finding("cores", str(len(os.sched_getaffinity(0))), required=False, ok=True)
