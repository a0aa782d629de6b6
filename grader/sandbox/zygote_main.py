"""What runs inside the outer sandbox: imports libraries, then forks a cell for each request. Linux only.

It never runs an operation of TensorFlow: that would start threads, and a process forked from one with
threads hangs in its first `fit`.
"""

from __future__ import annotations

import builtins
import gc
import importlib
import json
import os
import select
import site
import socket
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

from grader.sandbox import control
from grader.sandbox.cell_main import Entry
from grader.sandbox.hugepages import collapse_own_memory
from grader.sandbox.layout import CONTROL_FD, FAULT_EXIT
from grader.sandbox.measure import anonymous_bytes
from grader.sandbox.syscalls import name_process

# Loaded on first use by the library itself; touched here so that no cell pays for it, or reads files for it.
_LAZY = {"tensorflow": ("keras.layers", "keras.applications", "data.Dataset", "image", "io.gfile")}

_THREADED = ("pyarrow", "numexpr")
"""Start threads when they are imported, and are imported by pandas wherever they are installed."""


def main(text: str) -> None:
    """Serve the control socket until its other end closes."""
    options = json.loads(text)
    channel = socket.socket(fileno=CONTROL_FD)
    channel.set_inheritable(False)
    control.send(channel, {"kind": "started"})
    name_process("grader-zygote")
    gc.disable()
    try:
        _prepare_interpreter(options["prefix"], options["sites"])
        entries = _import_all(options["preload"], options["entries"])
        _assert_single_thread()
        run = _cell_runner(isolated=options["isolated"], inner=options["inner"])
    except BaseException:  # noqa: BLE001 - every failure of an import is for the parent to report
        control.send(channel, {"kind": "fault", "fault": traceback.format_exc()})
        return
    gc.collect()
    gc.freeze()
    collapse_own_memory()
    control.send(channel, {"kind": "ready"})
    _serve(channel, entries, run)
    # The libraries' own farewells take longer than all the rest.
    os._exit(0)


def _prepare_interpreter(prefix: str, sites: Sequence[str]) -> None:
    """What `site` would have done, for the one list of folders that the parent chose."""
    sys.prefix = sys.exec_prefix = prefix
    for folder in sites:
        if os.path.basename(folder) in {"site-packages", "dist-packages"}:
            site.addsitedir(folder)
    site.setquit()
    site.setcopyright()
    site.sethelper()
    if not hasattr(builtins, "exit"):
        raise RuntimeError("the interpreter has no exit().")


def _import_all(preload: Sequence[str], entries: Sequence[str]) -> dict[str, Entry]:
    functions: dict[str, Entry] = {}
    with _as_if_missing(_THREADED):
        for name in preload:
            module = importlib.import_module(name)
            for lazy in _LAZY.get(name, ()):
                found: Any = module
                for part in lazy.split("."):
                    found = getattr(found, part)
        for entry in entries:
            module_name, _, function = entry.partition(":")
            functions[entry] = getattr(importlib.import_module(module_name), function)
    return functions


@contextmanager
def _as_if_missing(names: Sequence[str]) -> Iterator[None]:
    """While open, importing one of these libraries fails as where it is not installed. A cell can import it afterwards."""
    known = {name: sys.modules[name] for name in names if name in sys.modules}
    for name in names:
        sys.modules[name] = None  # type: ignore[assignment]  # how Python is told that a module is missing
    try:
        yield
    finally:
        for name in names:
            del sys.modules[name]
        sys.modules.update(known)


def _cell_runner(*, isolated: bool, inner: Sequence[str]) -> Callable[..., None]:
    if not isolated:
        from grader.sandbox import plain

        return plain.supervise
    from grader.sandbox import namespaces, seccomp

    seccomp.machine()

    def run(request: control.SpawnRequest, entry: Entry, descriptors: Sequence[int]) -> None:
        namespaces.supervise(request, entry, descriptors, inner)

    return run


def _assert_single_thread() -> None:
    threads = len(os.listdir("/proc/self/task"))
    if threads != 1:
        raise RuntimeError(
            f"the zygote has {threads} threads (rule: 1): something that it imported runs an operation or a thread."
        )


def _serve(channel: socket.socket, entries: dict[str, Entry], run: Callable[..., None]) -> None:
    poller = select.poll()
    poller.register(channel, select.POLLIN)
    children: dict[int, int] = {}
    while True:
        for fd, _ in poller.poll():
            if fd != channel.fileno():
                poller.unregister(fd)
                os.close(fd)
                os.waitpid(children.pop(fd), 0)
                continue
            received = control.receive(channel)
            if received is None:
                return
            child = _spawn(channel, *received, entries, run)
            if child is not None:
                children[child[0]] = child[1]
                poller.register(child[0], select.POLLIN)


def _become(
    run: Callable[..., None], request: control.SpawnRequest, entry: Entry, descriptors: Sequence[int]
) -> NoReturn:
    """The fork never comes back into the zygote's loop, whatever goes wrong in it."""
    try:
        name_process(f"cell-{request.name.partition(':')[0] or 'other'}")
        run(request, entry, descriptors)
    except BaseException:  # noqa: BLE001 - reported below, on the zygote's stderr
        os.write(2, traceback.format_exc().encode("utf-8", "backslashreplace"))
    finally:
        os._exit(FAULT_EXIT)


def _spawn(
    channel: socket.socket,
    body: dict[str, Any],
    descriptors: list[int],
    entries: dict[str, Entry],
    run: Callable[..., None],
) -> tuple[int, int] | None:
    """Fork the first process of a cell; tells the parent and returns its pidfd and pid."""
    try:
        request = control.SpawnRequest.from_body(body)
        entry = entries[request.entry]
        _assert_single_thread()
        inherited = anonymous_bytes("self")
        pid = os.fork()
        if pid == 0:
            _become(run, request, entry, descriptors)
        pidfd = os.pidfd_open(pid)
        control.send(channel, {"kind": "forked", "inherited": inherited}, [pidfd])
    except Exception:  # noqa: BLE001 - the parent raises it
        control.send(channel, {"kind": "fault", "fault": traceback.format_exc()})
        return None
    finally:
        for fd in descriptors:
            os.close(fd)
    return pidfd, pid
