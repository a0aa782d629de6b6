"""A PostgreSQL server for tests: Debian's package, a fresh cluster in a temporary folder, a socket and no port."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

MISSING = "PostgreSQL is not installed; as root: apt install postgresql"
START_S = 60


def binaries(versions: Path = Path("/usr/lib/postgresql")) -> Path:
    """The folder with `initdb` and `postgres`; the newest of several."""
    found = sorted(versions.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3].partition(".")[0]))
    if not found:
        pytest.fail(MISSING, pytrace=False)
    return found[-1].parent


class PostgreSql:
    """A running server with one database, which is emptied for each test: making one takes longer than most tests."""

    def __init__(self, socket: Path) -> None:
        self.socket = socket

    def fresh(self) -> str:
        """The URL of the empty database."""
        with psycopg.connect(host=str(self.socket), user="grader", dbname="postgres", autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
        return f"postgresql://grader@/postgres?host={self.socket}"


@contextmanager
def running() -> Iterator[PostgreSql]:
    """A server while the block runs. It refuses to run as root, so root starts it as nobody."""
    programs = binaries()
    # Not below pytest's folder, which nobody cannot enter; and the path of a socket must be short.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    as_nobody: list[str] = []
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        as_nobody = ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]
    data = folder / "data"
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    try:
        made = subprocess.run(
            [*as_nobody, str(programs / "initdb"), "-D", str(data), "-U", "grader", "--auth=trust", "--no-sync"],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert made.returncode == 0, made.stdout + made.stderr
        command = [*as_nobody, str(programs / "postgres"), "-D", str(data), "-k", str(folder), "-h", "", "-F"]
        with (folder / "log").open("w") as log:
            server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        try:
            wait_for(folder, server)
            yield PostgreSql(folder)
        finally:
            # At once: nobody reads this cluster again.
            server.send_signal(signal.SIGQUIT)
            server.wait(timeout=START_S)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def wait_for(folder: Path, server: subprocess.Popen[bytes]) -> None:
    """Until the server takes connections."""
    end = time.monotonic() + START_S
    while True:
        try:
            psycopg.connect(host=str(folder), user="grader", dbname="postgres").close()
        except psycopg.OperationalError:
            assert server.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < end, (folder / "log").read_text()
            time.sleep(0.05)
        else:
            return
