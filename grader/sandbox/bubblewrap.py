"""The outer wall: the command line of bubblewrap around a zygote."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from grader.sandbox.layout import CELL, DEVICES, GROUP, GROUP_ID, HOST_NAME, PASSWD, USER_ID, WORK, environment
from grader.sandbox.tree import Bind, Mask, VisibleTree


def command(bwrap: str, tree: VisibleTree, program: Sequence[str], settings: Mapping[str, str]) -> list[str]:
    """The arguments that start `program` with a read-only allow-list of files, the usual environment and `settings`.

    Opens pipes for the small files that are made up; bubblewrap inherits and closes them.
    """
    words = [bwrap, "--unshare-user", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    words += ["--uid", str(USER_ID), "--gid", str(GROUP_ID), "--hostname", HOST_NAME, "--clearenv"]
    for name, value in {**environment(), **settings}.items():
        words += ["--setenv", name, value]
    for bind in tree.system:
        words += ["--ro-bind", bind.source, bind.target]
    for link in tree.links:
        words += ["--symlink", link.source, link.target]
    words += ["--proc", "/proc", *_devices(), "--tmpfs", "/tmp", "--tmpfs", CELL, "--dir", WORK]  # noqa: S108
    words += ["--ro-bind-data", str(_pipe(PASSWD)), "/etc/passwd", "--ro-bind-data", str(_pipe(GROUP)), "/etc/group"]
    emptied = []
    for item in _by_depth(tree):
        if isinstance(item, Bind):
            words += ["--ro-bind", item.source, item.target]
        elif item.folder:
            words += ["--tmpfs", item.target]
            emptied.append(item.target)
        else:
            words += ["--ro-bind-data", str(_pipe("")), item.target]
    # /tmp and the cell's folder stay writable for the zygote's imports; every cell covers them with its own.
    for folder in (*emptied, "/dev", "/"):
        words += ["--remount-ro", folder]
    return [*words, "--chdir", "/", "--", *program]


def _by_depth(tree: VisibleTree) -> list[Bind | Mask]:
    """Outer folders first; at the same place a mask comes after, so it wins."""
    both: list[Bind | Mask] = [*tree.binds, *tree.masks]
    return sorted(both, key=lambda item: (len(Path(item.target).parts), isinstance(item, Mask), item.target))


def _devices() -> list[str]:
    # Not --dev: that brings terminals, which all cells would share.
    words = ["--tmpfs", "/dev", "--dir", "/dev/shm"]  # noqa: S108 - inside a mount namespace of its own
    for device in DEVICES:
        words += ["--dev-bind", device, device]
    for name, target in (("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")):
        words += ["--symlink", f"/proc/self/fd{target}", f"/dev/{name}"]
    return words


def _pipe(content: str) -> int:
    read, write = os.pipe()
    os.write(write, content.encode())
    os.close(write)
    os.set_inheritable(read, True)
    return read
