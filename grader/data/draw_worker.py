"""`python -m grader.data.draw_worker`: reads one request from stdin, writes batches of image files to stdout, ends."""

from __future__ import annotations

import json
import sys

from grader.data.drawing import Order, draw_in_chunks, write_chunk


def main() -> None:
    """Serve one request as `draw_images` sends it."""
    request = json.load(sys.stdin.buffer)
    orders = [Order(kind, tuple(path)) for kind, *path in request["orders"]]
    for chunk in draw_in_chunks(request["name"], bytes.fromhex(request["seed"]), orders):
        write_chunk(sys.stdout.buffer, chunk)


if __name__ == "__main__":
    main()
