"""Where a scheduler is, as a user names it."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from grader.batch.worker import describe
from grader.errors import UsageError


def checked_address(text: str) -> str:
    """The scheduler's address, read from its file where one is named.

    Raises:
        UsageError: it is neither an address nor such a file.
    """
    if text.startswith(("tcp://", "tls://")):
        return text
    path = Path(text)
    if "://" in text or not path.is_file():
        raise UsageError(
            f"--scheduler {text} is neither an address, such as tcp://host:8786 or tls://host:8786, nor a scheduler's file."
        )
    try:
        address = msgspec.json.decode(path.read_bytes(), type=_SchedulerFile).address
    except (OSError, msgspec.MsgspecError) as error:
        raise UsageError(f"--scheduler {text} is no scheduler's file: {describe(error)}.") from error
    if not address.startswith(("tcp://", "tls://")):
        raise UsageError(f"--scheduler {text} names the address {address!r}; it must begin with tcp:// or tls://.")
    return address


class _SchedulerFile(msgspec.Struct):
    address: str


def is_open_to_others(address: str) -> bool:
    """Whether what travels to this address can be read on the way."""
    parts = urlsplit(address)
    if parts.scheme != "tcp":
        return False
    name = parts.hostname or ""
    try:
        return not ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name != "localhost"
