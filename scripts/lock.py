"""Write `requirements.lock`: every version and hash that set-up installs, from pyproject.toml and requirements.in.

Run by `make lock`, on Linux x86_64 with Python 3.11; with LOCK_ARGS=--keep, versions that still fit stay as they are. Takes
a few minutes: pip-compile asks for the hashes of all files of every version.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = """\
# Versions and hashes of everything that `make setup` installs. Made for Linux x86_64 and Python 3.11; the hashes are
# those of all files of a version, so that other platforms can use it where their dependencies are the same.
# It names no index: pip's own configuration decides where files come from, the hashes decide which files are right.
# Do not edit: `make lock` writes it from pyproject.toml and requirements.in.
#
"""
EXTRAS = ("cluster", "dev", "gradebook", "grading", "parquet")
OLDEST = "3.11.0"


def main() -> int:
    """Compile, check that no address and no path got in, and replace the lock. Returns the exit code."""
    if (sys.version_info[:2], platform.system(), platform.machine()) != ((3, 11), "Linux", "x86_64"):
        print("lock: the lock is made with Python 3.11 on Linux x86_64; this is another.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "requirements.lock"
        if "--keep" in sys.argv[1:]:
            # pip-compile keeps what it finds in the file that it writes.
            fresh.write_text((ROOT / "requirements.lock").read_text(encoding="utf-8"), encoding="utf-8")
        command = [sys.executable, "-m", "piptools", "compile", "--quiet", "--generate-hashes", "--allow-unsafe"]
        command += ["--strip-extras", "--no-header", "--no-emit-options", "--no-emit-index-url"]
        command += ["--no-emit-trusted-host", "--no-emit-find-links", "--no-build-isolation"]
        command += [f"--extra={extra}" for extra in EXTRAS]
        # Local folders of wheels would bring hashes of files that nobody else has.
        environment = os.environ | {"PIP_FIND_LINKS": ""}
        subprocess.run(
            [*command, f"--output-file={fresh}", "pyproject.toml", "requirements.in"],
            check=True,
            cwd=ROOT,
            env=environment,
        )
        text = fresh.read_text(encoding="utf-8")
        for line in text.splitlines():
            # No address and no path has a slash less; no option but hashes belongs there.
            if "/" in line or re.match(r"\s*--(?!hash=sha256:)", line):
                print(f"lock: this line must not be committed: {line}", file=sys.stderr)
                return 1
        if not installs_on_oldest(fresh, Path(folder)):
            return 1
    (ROOT / "requirements.lock").write_text(HEADER + text, encoding="utf-8")
    return 0


def installs_on_oldest(lock: Path, folder: Path) -> bool:
    """Tell whether every version in the lock takes the first release of Python 3.11, and say which does not."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "-qq", "--dry-run", "--no-deps"]
    command += ["--only-binary=:all:", f"--python-version={OLDEST}", f"--target={folder / 'none'}"]
    result = subprocess.run(
        [*command, "--require-hashes", "-r", str(lock)], capture_output=True, text=True, check=False
    )
    if result.returncode != 0:
        last = (result.stderr.strip().splitlines() or ["pip said nothing"])[-1]
        print(f"lock: not for Python {OLDEST}: {last} Bound it in requirements.in and try again.", file=sys.stderr)
    return result.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
