"""Set-up of a checkout: `.venv` with the locked dependencies, bubblewrap, and the generated images.

`make demo`, `make test` and most other targets run this first. It needs nothing but Python 3.11 or newer, may be
interrupted and started again, and has nothing to do (and needs no network) when it was done before.

Usage: bootstrap.py [--tests]; with it, what only tests need (Chromium, PostgreSQL) is installed, too.

Environment:
    KEEP_VENV=1    use the `.venv` that is there and install nothing into it
    GRADER_CACHE   where the generated images go; by default the user's cache folder
"""

from __future__ import annotations

import contextlib
import glob
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "set-up.json"
"""Written when set-up begins, with "done": false, and once more when it has ended."""
LOCK = ROOT / "requirements.lock"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

MAKE_DATA = """
from grader.data import public_dataset
from grader.exercises import exercise_names, load_exercise
for name in sorted({load_exercise(exercise).data for exercise in exercise_names()}):
    public_dataset(name)
"""


class SetupError(Exception):
    """Set-up cannot go on; the message says what to do."""


def main() -> int:
    """Set the checkout up. Returns the exit code: 0 when all is there."""
    # Unprivileged users must be able to read the environment: graded code runs as one of them.
    os.umask(0o022)
    try:
        check_python(sys.version_info[:2])
        with only_one():
            if os.environ.get("KEEP_VENV"):
                if not works(PYTHON):
                    raise SetupError(f"KEEP_VENV is set, but {PYTHON} does not run. Unset it and try again.")
            else:
                install()
        # Grading refuses without it, the rest works.
        ensure_program("bwrap", "bubblewrap", "grading needs it")
        if "--tests" in sys.argv[1:]:
            ensure_program("chromium", "chromium", "the tests of reports open pages in it")
            # Debian keeps the server's programs off the PATH.
            ensure_program("/usr/lib/postgresql/*/bin/initdb", "postgresql", "the tests of the gradebook use a server")
        ensure_data()
    except SetupError as error:
        print(f"set-up: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("set-up: interrupted; the next run goes on from here.", file=sys.stderr)
        return 130
    return 0


# --- Python environment ----------------------------------------------------------------------------------------------


def check_python(version: tuple[int, ...]) -> None:
    """Refuse a Python that is too old or cannot make environments."""
    if version < OLDEST:
        have, need = (".".join(map(str, numbers)) for numbers in (version, OLDEST))
        raise SetupError(
            f"Python {need} or newer is needed, this is {have} ({sys.executable}). "
            f"Name another one: make PYTHON=python{need} …"
        )
    try:
        import ensurepip  # noqa: F401 - Debian leaves it out of python3
        import venv  # noqa: F401
    except ImportError as error:
        raise SetupError("this Python has no venv module. On Debian and Ubuntu: apt install python3-venv") from error


def install() -> None:
    """Bring `.venv` to what the lock says, unless its stamp says that it is there."""
    wanted = stamp()
    found = read_stamp()
    if found == wanted | {"done": True} and works(PYTHON):
        return
    if VENV.exists() and found is None and any(VENV.iterdir()):
        raise SetupError(
            "the folder .venv is here, but not made by this script. Delete it and try again, "
            "or set KEEP_VENV=1 to use it as it is."
        )
    # Scripts in an environment carry its path, and packages belong to one version of Python.
    moved = found is not None and any(found.get(key) != wanted[key] for key in ("root", "python"))
    if moved or not works(PYTHON):
        say("making .venv …")
        shutil.rmtree(VENV, ignore_errors=True)
        VENV.mkdir()
        # First of all, so that an environment which was interrupted half-way is known as ours.
        write_stamp(wanted | {"done": False})
        # The Python behind it, where this one is that of the environment about to be replaced.
        base = getattr(sys, "_base_executable", sys.executable)
        run([base, "-m", "venv", str(VENV)], "the environment .venv could not be made")
    write_stamp(wanted | {"done": False})
    say("installing the locked dependencies (about 700 MB the first time) …")
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "-qq", "--no-compile"]
    attempt(
        [*pip, "--retries", "10", "--require-hashes", "-r", str(LOCK)],
        "the dependencies could not be installed; is the network there?",
    )
    run([*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)], "the grader could not be installed")
    say("compiling …")
    # Once and in parallel, whatever PYTHONDONTWRITEBYTECODE says: importing TensorFlow from source takes far longer.
    # Some packages carry files for other versions of Python on purpose, so the exit code says nothing.
    subprocess.run([str(PYTHON), "-W", "ignore", "-m", "compileall", "-qq", "-j", "0", str(VENV / "lib")], check=False)
    write_stamp(wanted | {"done": True})


def stamp() -> dict[str, object]:
    """What decides whether an environment is the right one."""
    digest = hashlib.sha256()
    for path in (LOCK, ROOT / "pyproject.toml"):
        content = path.read_bytes()
        digest.update(len(content).to_bytes(8, "big") + content)
    return {"root": str(ROOT), "python": sys.version, "packages": digest.hexdigest()}


def read_stamp() -> dict[str, object] | None:
    """The stamp of `.venv`; None where there is none that can be read."""
    try:
        found = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def write_stamp(content: dict[str, object]) -> None:
    """Write the stamp whole or not at all."""
    fresh = STAMP.with_suffix(".new")
    fresh.write_text(json.dumps(content, indent=1), encoding="utf-8")
    fresh.replace(STAMP)


def works(python: Path) -> bool:
    """Tell whether an environment's Python runs and has pip."""
    if not python.exists():
        return False
    return subprocess.run([str(python), "-c", "import pip"], check=False, capture_output=True).returncode == 0


# --- what lies outside the environment -------------------------------------------------------------------------------


def ensure_program(program: str, package: str, need: str) -> None:
    """Install a program by apt where that needs no question; otherwise say how.

    Args:
        program: a name to be found on PATH, or a pattern of paths.
        need: what does not work without it, to follow "is missing, and".
    """
    if not sys.platform.startswith("linux") or shutil.which(program) or glob.glob(program):  # noqa: PTH207  # absolute
        return
    by_hand = f"apt install {package}" if shutil.which("apt-get") else f"install {package} with your package manager"
    prefix = as_root()
    if prefix is None or not shutil.which("apt-get"):
        say(f"{package} is missing, and {need}. As root: {by_hand}")
        return
    say(f"installing {package} …")
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "Acquire::Retries=5"]
    try:
        attempt([*apt, "update"], "apt-get update failed")
        attempt([*apt, "install", "--yes", "--no-install-recommends", package], "apt-get install failed")
    except SetupError as error:
        say(f"{package} is missing, and {need} ({error}). As root: {by_hand}")


def as_root() -> list[str] | None:
    """What to put before a command so that it runs as root without asking; None where that cannot be."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], check=False, capture_output=True).returncode == 0:
        return [sudo, "-n"]
    return None


def ensure_data() -> None:
    """Draw the public images of every exercise, unless the cache has them."""
    # Not from the network and not by TensorFlow: a moment when they are there, under a minute when not.
    run([str(PYTHON), "-c", MAKE_DATA], "the images of the exercises could not be made")


# --- helpers ---------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Hold a lock, so that two set-ups at a time follow one another."""
    folder = ROOT / "build"
    folder.mkdir(exist_ok=True)
    with (folder / "set-up.lock").open("w") as file:
        try:
            import fcntl
        except ImportError:  # Windows
            yield
            return
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def attempt(command: list[str], trouble: str, times: int = 3) -> None:
    """Run a command that needs the network, with pauses between attempts.

    Raises:
        SetupError: it failed every time.
    """
    for left in range(times - 1, -1, -1):
        if subprocess.run(command, check=False).returncode == 0:
            return
        if left:
            say(f"that failed; {left} more {'attempt' if left == 1 else 'attempts'} …")
            time.sleep(5)
    raise SetupError(trouble)


def run(command: list[str], trouble: str) -> None:
    """Run a command.

    Raises:
        SetupError: it failed.
    """
    if subprocess.run(command, check=False, cwd=ROOT).returncode != 0:
        raise SetupError(trouble)


def say(line: str) -> None:
    """Tell what goes on, at once."""
    print(f"set-up: {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
