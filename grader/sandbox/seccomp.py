"""The system call filter of a cell: classic BPF assembled here, installed with prctl. Linux only.

A deny-list: TensorFlow, NumPy and Matplotlib need more calls than can be listed with confidence, and the
namespaces, the read-only tree and the absence of capabilities carry the isolation. What is denied is what
could widen the kernel's attack surface or cross from cell to cell.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
from dataclasses import dataclass

from grader.errors import IsolationUnavailable
from grader.sandbox.syscalls import (
    CLONE_NEWCGROUP,
    CLONE_NEWIPC,
    CLONE_NEWNET,
    CLONE_NEWNS,
    CLONE_NEWPID,
    CLONE_NEWUSER,
    CLONE_NEWUTS,
    prctl,
)

AF_UNIX = 1
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2
_RET_ALLOW = 0x7FFF0000
_RET_KILL_PROCESS = 0x80000000
_RET_ERRNO = 0x00050000
_NEW_NAMESPACES = (
    CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET
)
# Reading struct seccomp_data: u32 nr, u32 arch, u64 ip, u64 args[6]; the low half of an argument comes first.
_AT_NUMBER, _AT_ARCH, _AT_ARGUMENT_0, _AT_ARGUMENT_1, _AT_ARGUMENT_3 = 0, 4, 16, 24, 40
_LOAD, _AND, _RETURN = 0x20, 0x54, 0x06
_JUMP_EQUAL, _JUMP_GREATER_EQUAL, _JUMP_ANY_BIT = 0x15, 0x35, 0x45
_SHARED_AND_ANONYMOUS = 0x21
_X32_BIT = 0x40000000
_TERMINAL_CALLS = (0x5412, 0x541C)  # ioctl TIOCSTI and TIOCLINUX: typing into a terminal
# F_GETLK, F_SETLK, F_SETLKW, the same for open file descriptions, F_SETLEASE, F_NOTIFY. Together with flock and inotify: signals
# between all who can open a file for reading, and every cell can open the same libraries.
_SHARED_FILE_CALLS = (5, 6, 7, 36, 37, 38, 1024, 1026)

# Numbers from 424 on are the same on every architecture.
_SAME_EVERYWHERE = {
    "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "open_tree": 428, "move_mount": 429,
    "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433, "pidfd_getfd": 438, "process_madvise": 440,
    "mount_setattr": 442, "quotactl_fd": 443, "memfd_secret": 447, "process_mrelease": 448, "statmount": 457,
    "listmount": 458, "open_tree_attr": 467,
}  # fmt: skip
_X86_64 = {
    "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312, "mount": 165, "umount2": 166,
    "pivot_root": 155, "chroot": 161, "setns": 308, "unshare": 272, "bpf": 321, "add_key": 248, "request_key": 249,
    "keyctl": 250, "userfaultfd": 323, "perf_event_open": 298, "memfd_create": 319, "open_by_handle_at": 304,
    "name_to_handle_at": 303, "init_module": 175, "finit_module": 313, "delete_module": 176, "kexec_load": 246,
    "kexec_file_load": 320, "reboot": 169, "swapon": 167, "swapoff": 168, "acct": 163, "quotactl": 179, "syslog": 103,
    "settimeofday": 164, "clock_settime": 227, "clock_adjtime": 305, "adjtimex": 159, "sethostname": 170,
    "setdomainname": 171, "vhangup": 153, "personality": 135, "fanotify_init": 300, "lookup_dcookie": 212,
    "move_pages": 279, "migrate_pages": 256, "shmget": 29, "shmat": 30, "semget": 64, "msgget": 68, "mq_open": 240,
    "iopl": 172, "ioperm": 173, "modify_ldt": 154, "uselib": 134, "sysfs": 139, "nfsservctl": 180,
    "inotify_init": 253, "inotify_init1": 294,
}  # fmt: skip
_AARCH64 = {
    "ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271, "kcmp": 272, "mount": 40, "umount2": 39,
    "pivot_root": 41, "chroot": 51, "setns": 268, "unshare": 97, "bpf": 280, "add_key": 217, "request_key": 218,
    "keyctl": 219, "userfaultfd": 282, "perf_event_open": 241, "memfd_create": 279, "open_by_handle_at": 265,
    "name_to_handle_at": 264, "init_module": 105, "finit_module": 273, "delete_module": 106, "kexec_load": 104,
    "kexec_file_load": 294, "reboot": 142, "swapon": 224, "swapoff": 225, "acct": 89, "quotactl": 60, "syslog": 116,
    "settimeofday": 170, "clock_settime": 112, "clock_adjtime": 266, "adjtimex": 171, "sethostname": 161,
    "setdomainname": 162, "vhangup": 58, "personality": 92, "fanotify_init": 262, "lookup_dcookie": 18,
    "move_pages": 239, "migrate_pages": 238, "shmget": 194, "shmat": 196, "semget": 190, "msgget": 186, "mq_open": 180,
    "nfsservctl": 42, "inotify_init1": 26,
}  # fmt: skip


@dataclass(frozen=True)
class Machine:
    """One architecture: its audit number and the numbers of the calls that the filter looks at."""

    audit: int
    denied: dict[str, int]
    clone: int
    clone3: int
    socket: int
    socketpair: int
    ioctl: int
    mmap: int
    fcntl: int
    flock: int


MACHINES = {
    "x86_64": Machine(0xC000003E, _X86_64 | _SAME_EVERYWHERE, 56, 435, 41, 53, 16, 9, 72, 73),
    "aarch64": Machine(0xC00000B7, _AARCH64 | _SAME_EVERYWHERE, 220, 435, 198, 199, 29, 222, 25, 32),
}


def machine() -> Machine:
    """The architecture this runs on.

    Raises:
        IsolationUnavailable: no table for it.
    """
    name = platform.machine()
    if name not in MACHINES:
        raise IsolationUnavailable(f"no seccomp table for the machine {name!r}; known: {', '.join(MACHINES)}.")
    return MACHINES[name]


def _instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


def _refuse(code: int) -> bytes:
    return _instruction(_RETURN, _RET_ERRNO | code)


def _only_argument(number: int, offset: int, jump: int, value: int, *, allowed_if: bool, code: int) -> list[bytes]:
    """For the call `number`: compare one argument, then allow or refuse. Falls through for other calls."""
    return [
        _instruction(_JUMP_EQUAL, number, 0, 4),
        _instruction(_LOAD, offset),
        _instruction(jump, value, 0 if allowed_if else 1, 1 if allowed_if else 0),
        _instruction(_RETURN, _RET_ALLOW),
        _refuse(code),
    ]


def program(target: Machine) -> bytes:
    """The filter as an array of `struct sock_filter`."""
    lines = [
        _instruction(_LOAD, _AT_ARCH),
        _instruction(_JUMP_EQUAL, target.audit, 1, 0),
        _instruction(_RETURN, _RET_KILL_PROCESS),
        _instruction(_LOAD, _AT_NUMBER),
    ]
    if target.audit == MACHINES["x86_64"].audit:
        lines += [_instruction(_JUMP_GREATER_EQUAL, _X32_BIT, 0, 1), _instruction(_RETURN, _RET_KILL_PROCESS)]
    # Its flags lie behind a pointer that a filter cannot follow; the C library falls back to clone.
    lines += [_instruction(_JUMP_EQUAL, target.clone3, 0, 1), _refuse(errno.ENOSYS)]
    for number in sorted(target.denied.values()):
        lines += [_instruction(_JUMP_EQUAL, number, 0, 1), _refuse(errno.EPERM)]
    lines += _only_argument(
        target.clone, _AT_ARGUMENT_0, _JUMP_ANY_BIT, _NEW_NAMESPACES, allowed_if=False, code=errno.EPERM
    )
    for number in (target.socket, target.socketpair):
        # A network namespace does not cover every family (AF_VSOCK), so only AF_UNIX is left.
        lines += _only_argument(number, _AT_ARGUMENT_0, _JUMP_EQUAL, AF_UNIX, allowed_if=True, code=errno.EAFNOSUPPORT)
    lines += [
        # Pages of a shared mapping that were unmapped again stay in memory and show in no process.
        _instruction(_JUMP_EQUAL, target.mmap, 0, 5),
        _instruction(_LOAD, _AT_ARGUMENT_3),
        _instruction(_AND, _SHARED_AND_ANONYMOUS),
        _instruction(_JUMP_EQUAL, _SHARED_AND_ANONYMOUS, 0, 1),
        _refuse(errno.EPERM),
        _instruction(_RETURN, _RET_ALLOW),
        _instruction(_JUMP_EQUAL, target.ioctl, 0, 5),
        _instruction(_LOAD, _AT_ARGUMENT_1),
        _instruction(_JUMP_EQUAL, _TERMINAL_CALLS[0], 1, 0),
        _instruction(_JUMP_EQUAL, _TERMINAL_CALLS[1], 0, 1),
        _refuse(errno.EPERM),
        _instruction(_RETURN, _RET_ALLOW),
    ]
    # HDF5 writes its files without a lock where there is no such call, and only then.
    lines += [_instruction(_JUMP_EQUAL, target.flock, 0, 1), _refuse(errno.ENOSYS)]
    commands = len(_SHARED_FILE_CALLS)
    lines += [
        _instruction(_JUMP_EQUAL, target.fcntl, 0, commands + 1),
        _instruction(_LOAD, _AT_ARGUMENT_1),
        *(_instruction(_JUMP_EQUAL, value, commands - at, 0) for at, value in enumerate(_SHARED_FILE_CALLS)),
        _instruction(_RETURN, _RET_ALLOW),
        _refuse(errno.ENOLCK),
    ]
    return b"".join(lines)


def install() -> None:
    """Filter the calls of this thread and of all that comes from it. Needs `no_new_privs`."""
    code = program(machine())
    buffer = ctypes.create_string_buffer(code, len(code))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))

    pointer = Program(len(code) // 8, ctypes.addressof(buffer))
    prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(pointer))
