"""Landlock: a second, path-based wall inside a cell, where the kernel offers it. Linux only."""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Sequence

from grader.sandbox.syscalls import syscall

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
_FILE_RIGHTS_NOW = (1 << 16) - 1
_BIND_AND_CONNECT_TCP = 0b11
_ABSTRACT_SOCKETS_AND_SIGNALS = 0b11


def abi() -> int:
    """The kernel's Landlock version, 0 where it has none."""
    try:
        return syscall(_CREATE_RULESET, None, 0, 1, what="landlock_create_ruleset")
    except OSError:
        return 0


def restrict(writable: Sequence[str], devices: Sequence[str]) -> None:
    """Let this thread read everywhere, write to `devices` and do as it likes below `writable`.

    Does nothing where the kernel has no Landlock. Needs `no_new_privs`.
    """
    version = abi()
    if version == 0:
        return
    rights = _FILE_RIGHTS.get(version, _FILE_RIGHTS_NOW)
    words = [rights]
    if version >= 4:
        words.append(_BIND_AND_CONNECT_TCP)
    if version >= 6:
        words.append(_ABSTRACT_SOCKETS_AND_SIGNALS)
    attributes = struct.pack(f"={len(words)}Q", *words)
    ruleset = syscall(_CREATE_RULESET, attributes, len(attributes), 0, what="landlock_create_ruleset")
    for path, allowed in (("/", _READ), *((path, rights) for path in writable)):
        _add(ruleset, path, allowed)
    for path in devices:
        _add(ruleset, path, _READ_FILE | _WRITE_FILE)
    syscall(_RESTRICT_SELF, ruleset, 0, what="landlock_restrict_self")
    os.close(ruleset)


def _add(ruleset: int, path: str, rights: int) -> None:
    parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = ctypes.create_string_buffer(struct.pack("=Qi", rights, parent), 12)
        syscall(_ADD_RULE, ruleset, 1, rule, 0, what=f"landlock_add_rule {path}")
    finally:
        os.close(parent)
