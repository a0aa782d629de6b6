"""Bind mounts on which root's files appear as another user's, where the kernel can (5.12 and later).

Without them a folder with mode 0700, such as one made by `tempfile.mkdtemp`, could be bound into the sandbox
but not read there. Linux only, root only.
"""

from __future__ import annotations

import os
import struct

from grader.sandbox.syscalls import CLONE_NEWUSER, syscall, unshare

_OPEN_TREE, _MOVE_MOUNT, _MOUNT_SETATTR = 428, 429, 442
_AT_EMPTY_PATH, _AT_RECURSIVE = 0x1000, 0x8000
_OPEN_TREE_CLONE, _MOVE_FROM_EMPTY_PATH, _ATTR_IDMAP = 1, 4, 0x00100000
_AT_FDCWD = -100


def bind_as_owner(source: int, target: str, user: int, group: int) -> bool:
    """Bind the tree at the descriptor `source` to `target`, with what root owns shown as owned by `user`.

    Returns:
        False where the kernel or the file system cannot; nothing is mounted then.
    """
    namespace = tree = -1
    try:
        namespace = _user_namespace(user, group)
        whole = _AT_EMPTY_PATH | _AT_RECURSIVE
        tree = syscall(_OPEN_TREE, source, b"", _OPEN_TREE_CLONE | whole | os.O_CLOEXEC, what="open_tree")
        attributes = struct.pack("=4Q", _ATTR_IDMAP, 0, 0, namespace)
        syscall(_MOUNT_SETATTR, tree, b"", whole, attributes, len(attributes), what="mount_setattr")
        syscall(_MOVE_MOUNT, tree, b"", _AT_FDCWD, os.fsencode(target), _MOVE_FROM_EMPTY_PATH, what="move_mount")
    except OSError:
        return False
    finally:
        for fd in (namespace, tree):
            if fd >= 0:
                os.close(fd)
    return True


def _user_namespace(user: int, group: int) -> int:
    """A user namespace, held by its descriptor, in which id 0 stands for `user`."""
    ready_read, ready_write = os.pipe()
    done_read, done_write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(done_write)
            unshare(CLONE_NEWUSER)
            os.write(ready_write, b"1")
            os.read(done_read, 1)
        finally:
            os._exit(0)
    for fd in (ready_write, done_read):
        os.close(fd)
    try:
        if not os.read(ready_read, 1):
            raise OSError("unshare(CLONE_NEWUSER) failed")
        for kind, number in (("uid_map", user), ("gid_map", group)):
            with open(f"/proc/{child}/{kind}", "w") as file:
                file.write(f"0 {number} 1\n1 1 {number - 1}\n")
        return os.open(f"/proc/{child}/ns/user", os.O_RDONLY | os.O_CLOEXEC)
    finally:
        os.close(done_write)
        os.close(ready_read)
        os.waitpid(child, 0)
