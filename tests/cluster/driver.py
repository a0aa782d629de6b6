"""`grader` with the engine that grades by words: driver.py LOG ARGUMENTS…"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from grader.cli.backend import Backend
from grader.cli.main import app
from grader.cluster.testing import ClusterStub

if __name__ == "__main__":
    # Whoever starts the tests in the background may have had Ctrl-C ignored for all that comes from there.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    app(sys.argv[2:], obj=Backend(ClusterStub(Path(sys.argv[1]))))
