"""The filter programs of every architecture, checked without installing them."""

from __future__ import annotations

import fcntl
import struct

import pytest

from grader.sandbox.seccomp import MACHINES, Machine, program

ALLOW, KILL = 0x7FFF0000, 0x80000000
EPERM, ENOSYS, EAFNOSUPPORT, ENOLCK = 0x50001, 0x50026, 0x50061, 0x50025
NEW_USER = 0x10000000


def outcome(
    target: Machine, number: int, first: int = 0, second: int = 0, fourth: int = 0, *, audit: int | None = None
) -> int:
    """Run the program as the kernel would, on one call."""
    data = struct.pack("=IIQ6Q", number, target.audit if audit is None else audit, 0, first, second, 0, fourth, 0, 0)
    lines = list(struct.iter_unpack("=HBBI", program(target)))
    at = accumulator = 0
    while True:
        code, if_true, if_false, value = lines[at]
        at += 1
        if code == 0x06:
            return int(value)
        if code == 0x54:
            accumulator &= value
            continue
        if code == 0x20:
            accumulator = struct.unpack_from("=I", data, value)[0]
            continue
        holds = {0x15: accumulator == value, 0x35: accumulator >= value, 0x45: bool(accumulator & value)}[code]
        at += if_true if holds else if_false


@pytest.fixture(params=sorted(MACHINES))
def target(request: pytest.FixtureRequest) -> Machine:
    """Each architecture."""
    return MACHINES[request.param]


def test_denied_calls_are_refused_and_others_pass(target: Machine) -> None:
    """Over all numbers in use: what is not named is allowed."""
    special = {
        target.clone3: ENOSYS,
        target.flock: ENOSYS,
        target.socket: EAFNOSUPPORT,
        target.socketpair: EAFNOSUPPORT,
    }
    expected = {
        number: special.get(number, EPERM if number in target.denied.values() else ALLOW) for number in range(480)
    }
    assert {number: outcome(target, number) for number in range(480)} == expected


def test_foreign_architecture_is_killed(target: Machine) -> None:
    """A 32-bit call has other numbers for the same calls."""
    assert outcome(target, 1, audit=0x40000003) == KILL


def test_arguments_decide(target: Machine) -> None:
    """Namespace flags of clone, sharing by mmap, the family of a socket, the request of an ioctl, a lock by fcntl."""
    assert outcome(target, target.clone, 17) == ALLOW
    assert outcome(target, target.clone, 17 | NEW_USER) == EPERM
    assert outcome(target, target.socket, 1) == ALLOW
    assert outcome(target, target.socket, 40) == EAFNOSUPPORT
    assert outcome(target, target.mmap, 0, 0, 0x22) == ALLOW
    assert outcome(target, target.mmap, 0, 0, 0x01) == ALLOW
    assert outcome(target, target.mmap, 0, 0, 0x21) == outcome(target, target.mmap, 0, 0, 0x23) == EPERM
    assert outcome(target, target.ioctl, 1, 0x5401) == ALLOW
    assert outcome(target, target.ioctl, 1, 0x5412) == EPERM
    assert (
        outcome(target, target.fcntl, 1, fcntl.F_SETFL)
        == outcome(target, target.fcntl, 1, fcntl.F_DUPFD_CLOEXEC)
        == ALLOW
    )
    for command in (fcntl.F_GETLK, fcntl.F_SETLK, fcntl.F_SETLKW, 36, 37, 38, fcntl.F_SETLEASE, fcntl.F_NOTIFY):
        assert outcome(target, target.fcntl, 1, command) == ENOLCK


def test_x32_numbers_are_killed() -> None:
    """They share the architecture of x86_64 and differ by one bit."""
    assert outcome(MACHINES["x86_64"], 0x40000000 + 39) == KILL
