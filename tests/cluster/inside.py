"""Run in a Dask worker, by `client.run`: what a cell of this very process can reach of it."""

from __future__ import annotations

import json
import os
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.sandbox.kit import make_zygote, run_in


def reached(dask_worker: Any) -> dict[str, Any]:
    """What a cell says of its circumstances, and what it gets of the worker's files and of the network."""
    folder = Path(dask_worker.local_directory)
    secret = folder / "submission-of-another"
    secret.write_text("secret\n")
    material = Path(tempfile.mkdtemp())
    for name in ("shown", "tests"):
        (material / name).mkdir()
    (material / "labels.csv").touch()
    os.environ["DASK_DISTRIBUTED__COMM__TLS__WORKER__KEY"] = "/secret.key"
    with make_zygote("namespaces", material) as zygote:
        return {
            "described": json.loads(run_in(zygote, "describes").answer),
            "file": run_in(zygote, "reads", secret).answer,
            "folder": run_in(zygote, "lists", folder).answer,
            "socket": run_in(zygote, "opens_socket", f"{int(socket.AF_INET)} {int(socket.SOCK_STREAM)}").answer,
        }


if __name__ == "__main__":
    from distributed import Client

    with Client(scheduler_file=sys.argv[1], set_as_default=False) as client:
        client.wait_for_workers(1)
        sys.stdout.write(json.dumps(next(iter(client.run(reached).values()))))
