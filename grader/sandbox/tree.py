"""Which files a sandboxed process can see, worked out in the parent. Nothing is mounted here."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import UsageError

INSTRUCTOR_PACKAGE = "grader_instructor"
_SITE_NAMES = frozenset({"site-packages", "dist-packages"})
_SYSTEM_ROOTS = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
# Linker cache, fonts, time zone, and the links by which Debian chooses a BLAS: nothing that names a user or a host.
_SYSTEM_FILES = (
    "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/fonts", "/etc/localtime", "/etc/alternatives",
    "/etc/mime.types",
)  # fmt: skip


@dataclass(frozen=True)
class Bind:
    """A file or folder of this machine, and where it appears inside."""

    source: str
    target: str


@dataclass(frozen=True)
class Mask:
    """A place inside that is shown empty."""

    target: str
    folder: bool
    """A file otherwise."""


@dataclass(frozen=True)
class VisibleTree:
    """Everything the sandbox shows, as data that can be sent to the launcher."""

    system: tuple[Bind, ...]
    links: tuple[Bind, ...]
    """Symbolic links of the system's root, such as /lib → usr/lib: `source` is what they point to."""
    binds: tuple[Bind, ...]
    masks: tuple[Mask, ...]
    interpreter: str
    prefix: str
    import_path: tuple[str, ...]
    """Added to the standard library's own, in this order."""


def visible_tree(readable: Sequence[Path], hidden: Sequence[Path], import_path: Sequence[Path]) -> VisibleTree:
    """The allow-list: the system's libraries, the interpreter, its packages, this package, and `readable`.

    Of an editable checkout only the `grader` folder is shown, never what lies beside it.

    Raises:
        UsageError: something to be shown does not exist.
    """
    for path in (*readable, *import_path):
        if not path.exists():
            raise UsageError(f"{path} does not exist, so the sandbox cannot show it.")
    package = Path(__file__).resolve().parents[1]
    sites = [Path(entry).absolute() for entry in sys.path if Path(entry).name in _SITE_NAMES and Path(entry).is_dir()]
    installed = any(package.is_relative_to(site.resolve()) for site in sites)
    system = (Bind("/usr", "/usr"), *_system_binds())
    interpreter = os.path.realpath(sys.executable)
    libraries = [Path(sys.base_prefix), *sites]
    if not _inside(interpreter, str(Path(sys.base_prefix).resolve())):
        libraries.append(Path(interpreter).parent)
    own = [] if installed else [package]
    binds = _without_repeats([*_both_spellings([*libraries, *own, *readable, *import_path])], system)
    masked = [Path(path).resolve() for path in hidden]
    masked += [site.resolve() / INSTRUCTOR_PACKAGE for site in sites]
    if not installed:
        masked.append(package.parent)
    return VisibleTree(
        system=system,
        links=tuple(Bind(os.readlink(root), root) for root in _SYSTEM_ROOTS if Path(root).is_symlink()),
        binds=binds,
        masks=_masks((*system, *binds), masked),
        interpreter=interpreter,
        prefix=sys.prefix,
        import_path=(
            *(str(path.absolute()) for path in import_path),
            *map(str, sites),
            *([] if installed else [str(package.parent)]),
        ),
    )


def _system_binds() -> list[Bind]:
    roots = [root for root in _SYSTEM_ROOTS if Path(root).is_dir() and not Path(root).is_symlink()]
    if str(Path(sys.base_prefix).resolve()).startswith("/nix/"):
        roots.append("/nix/store")
    return [Bind(path, path) for path in (*roots, *_SYSTEM_FILES) if Path(path).exists()]


def _both_spellings(paths: Sequence[Path]) -> list[Bind]:
    """Each path as given and, where links lead elsewhere, as resolved: programs use either."""
    binds = []
    for path in paths:
        real = str(path.resolve())
        binds += [Bind(real, target) for target in dict.fromkeys((str(path.absolute()), real)) if path.exists()]
    return binds


def _without_repeats(binds: Sequence[Bind], system: Sequence[Bind]) -> tuple[Bind, ...]:
    # One that lies below another stays: the folder between the two may be masked.
    kept = {bind.target: bind for bind in system}
    for bind in sorted(binds, key=_depth):
        kept.setdefault(bind.target, bind)
    return tuple(kept.values())[len(system) :]


def _masks(binds: Sequence[Bind], masked: Sequence[Path]) -> tuple[Mask, ...]:
    masks = {}
    for bind in binds:
        for path in masked:
            if path.exists() and _inside(str(path), bind.source):
                target = str(Path(bind.target) / path.relative_to(bind.source))
                masks[target] = Mask(target, path.is_dir())
    return tuple(sorted(masks.values(), key=_depth))


def _inside(path: str, root: str) -> bool:
    return Path(path).is_relative_to(root)


def _depth(bind: Bind | Mask) -> tuple[int, str]:
    return len(Path(bind.target).parts), bind.target
