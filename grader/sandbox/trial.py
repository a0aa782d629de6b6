"""An entry that looks at its own cell and says what it finds, for `doctor` and the tests."""

from __future__ import annotations

import json
import os
import socket

from grader.sandbox.layout import WORK


def look_around(sock: socket.socket) -> None:
    """Send one JSON object: the walls that stand around this process."""
    with open("/proc/self/status", encoding="ascii") as file:
        status = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
    seen = {
        "capabilities": int(status["CapEff"], 16) | int(status["CapBnd"], 16),
        "no_new_privs": status.get("NoNewPrivs") == "1",
        "seccomp": status.get("Seccomp") == "2",
        "processes": sum(name.isdigit() for name in os.listdir("/proc")),
        "folder": os.getcwd() == WORK and os.access(WORK, os.W_OK),
    }
    sock.sendall(json.dumps(seen).encode())


def answer(sock: socket.socket) -> None:
    """Send one byte, for measuring how long a cell takes to begin."""
    sock.sendall(b"x")
