"""Runs code as if on another system: `elsewhere.py PLATFORM CODE [LIBRARY ...]`.

Only what the grader itself imports and looks up is refused; the libraries it uses have files of their own for other
systems, which this machine has not. They are loaded before the platform's name changes.
"""

from __future__ import annotations

import builtins
import ctypes
import os
import signal
import sys

PUBLIC_MODULES = (
    "grader",
    "grader.checks",
    "grader.checks.architecture",
    "grader.checks.callbacks",
    "grader.checks.figures",
    "grader.checks.files",
    "grader.checks.maps",
    "grader.checks.outputs",
    "grader.checks.pipeline",
    "grader.checks.training",
    "grader.data",
    "grader.errors",
    "grader.examiner",
    "grader.exercises",
    "grader.notebook",
    "grader.paths",
    "grader.results",
    "grader.submissions",
    "grader.cli.main",
)
"""What a student imports, on any system."""

LIBRARIES = (
    "asyncio",
    "concurrent.futures.process",
    "jinja2",
    "keras",
    "matplotlib.figure",
    "msgspec",
    "nbconvert",
    "nbformat",
    "numpy",
    "PIL.Image",
    "platformdirs",
    "pytest",
    "rich.console",
    "typer",
)
"""What the modules above import, besides small ones that are the same everywhere."""

MISSING_MODULES = {
    "win32": {"crypt", "fcntl", "grp", "nis", "posix", "pty", "pwd", "resource", "spwd", "syslog", "termios", "tty"},
    "darwin": {"nis", "spwd"},
}
MISSING_IN_OS = {
    "win32": "fork getuid geteuid getgid getegid getpgid setsid killpg mkfifo chown chroot sched_getaffinity sysconf "
    "setuid setgid setgroups setresuid setresgid O_DIRECTORY O_NOFOLLOW O_CLOEXEC memfd_create eventfd pidfd_open",
    "darwin": "sched_getaffinity setresuid setresgid memfd_create eventfd pidfd_open",
}
MISSING_IN_SIGNAL = {"win32": "SIGKILL SIGALRM SIGCHLD SIGHUP SIGUSR1 SIGUSR2 setitimer alarm", "darwin": ""}


def move_to(platform: str) -> None:
    """Make this process look like one on `platform` to modules of the grader."""
    import_really, library_really, missing = builtins.__import__, ctypes.CDLL, MISSING_MODULES[platform]

    def import_elsewhere(name, globals=None, locals=None, fromlist=(), level=0):  # noqa: A002 - as in builtins
        importer = (globals or {}).get("__name__", "")
        if importer.partition(".")[0] == "grader" and level == 0 and name.partition(".")[0] in missing:
            raise ModuleNotFoundError(f"No module named {name!r} on {platform}", name=name)
        return import_really(name, globals, locals, fromlist, level)

    class Library(library_really):
        def __init__(self, name, *args, **kwargs) -> None:
            if name is None and platform == "win32":
                raise TypeError(f"a library needs a name on {platform}")
            super().__init__(name, *args, **kwargs)

    builtins.__import__ = import_elsewhere
    ctypes.CDLL = Library
    for module, names in ((os, MISSING_IN_OS), (signal, MISSING_IN_SIGNAL)):
        for name in names[platform].split():
            if hasattr(module, name):
                delattr(module, name)
    sys.platform = platform


def main() -> None:
    """Load the libraries as they are here, then run the code as if elsewhere."""
    _, platform, code, *libraries = sys.argv
    for library in libraries:
        __import__(library)
    move_to(platform)
    exec(compile(code, "<elsewhere>", "exec"), {"__name__": "elsewhere"})  # the test's own code


if __name__ == "__main__":
    main()
