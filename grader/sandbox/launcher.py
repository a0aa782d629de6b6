"""The first process of a zygote: prepares what needs privilege, gives it up, and becomes bubblewrap.

Started by root, bubblewrap is no sandbox: what runs inside could write to /proc/sys, and process limits are
ignored. So root first shows the unprivileged user what it could not reach (an interpreter under a 0700 home,
say) through bind mounts in a private mount namespace, and then becomes that user. Linux only.
"""

from __future__ import annotations

import json
import os
import resource
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from grader.sandbox import bubblewrap, idmap
from grader.sandbox.layout import CONTROL_FD
from grader.sandbox.syscalls import (
    CLONE_NEWNS,
    MS_BIND,
    MS_NODEV,
    MS_NOSUID,
    MS_PRIVATE,
    MS_REC,
    die_with_parent,
    mount,
    unshare,
)
from grader.sandbox.tree import Bind, Mask, VisibleTree

_STAGE = "/tmp"  # noqa: S108 - covered by a file system of our own in a private mount namespace


@dataclass(frozen=True)
class Launch:
    """What the launcher is told, as one JSON argument."""

    isolated: bool
    bwrap: str
    user: int
    group: int
    tree: VisibleTree
    preload: tuple[str, ...]
    entries: tuple[str, ...]
    settings: Mapping[str, str]

    def to_json(self) -> str:
        """As an argument for `main`."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Launch:
        """The inverse of `to_json`."""
        raw: dict[str, Any] = json.loads(text)
        tree = raw["tree"]
        for field in ("system", "links", "binds"):
            tree[field] = tuple(Bind(**bind) for bind in tree[field])
        tree["masks"] = tuple(Mask(**mask) for mask in tree["masks"])
        tree["import_path"] = tuple(tree["import_path"])
        return cls(
            **{
                **raw,
                "tree": VisibleTree(**tree),
                "preload": tuple(raw["preload"]),
                "entries": tuple(raw["entries"]),
            }
        )


def main(text: str) -> None:
    """Become the zygote. Only returns by raising."""
    launch = Launch.from_json(text)
    die_with_parent()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    program = _program(launch)
    os.set_inheritable(CONTROL_FD, True)
    if not launch.isolated:
        os.execv(program[0], program)  # noqa: S606 - no shell is the point
    tree = launch.tree
    if os.geteuid() == 0:
        tree = _stage(tree, launch.user, launch.group)
        os.setgroups([])
        os.setresgid(launch.group, launch.group, launch.group)
        os.setresuid(launch.user, launch.user, launch.user)
        die_with_parent()
    os.chdir("/")
    command = bubblewrap.command(launch.bwrap, tree, program, launch.settings)
    os.execv(command[0], command)  # noqa: S606 - as above


def _program(launch: Launch) -> tuple[str, ...]:
    # -S and an explicit path: no user site, nothing of the base installation's packages, no current folder.
    options = json.dumps(
        {
            "isolated": launch.isolated,
            "prefix": launch.tree.prefix,
            "sites": launch.tree.import_path,
            "preload": launch.preload,
            "entries": launch.entries,
            "inner": [bind.target for bind in launch.tree.binds],
        }
    )
    boot = (
        "import sys; sys.path[0:1] = []; sys.path += sys.argv[2:]; "
        "from grader.sandbox.zygote_main import main; main(sys.argv[1])"
    )
    return (launch.tree.interpreter, "-s", "-S", "-c", boot, options, *launch.tree.import_path)


def _stage(tree: VisibleTree, user: int, group: int) -> VisibleTree:
    """Bind every folder that lies outside the system's own to a place that any user can reach."""
    unshare(CLONE_NEWNS)
    mount("none", "/", "", MS_REC | MS_PRIVATE)
    # Opened before the stage covers its folder: a source may lie below it.
    opened = [(bind, os.open(bind.source, os.O_PATH | os.O_CLOEXEC)) for bind in tree.binds]
    mount("stage", _STAGE, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=1m")
    staged = []
    for number, (bind, fd) in enumerate(opened):
        place = f"{_STAGE}/{number}"
        if os.path.isdir(f"/proc/self/fd/{fd}"):
            os.mkdir(place)
        else:
            os.close(os.open(place, os.O_CREAT | os.O_WRONLY))
        if not idmap.bind_as_owner(fd, place, user, group):
            mount(f"/proc/self/fd/{fd}", place, "", MS_BIND | MS_REC)
        os.close(fd)
        staged.append(Bind(place, bind.target))
    return replace(tree, binds=tuple(staged))
