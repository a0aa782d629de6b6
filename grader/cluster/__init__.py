"""Grading on other machines, over Dask's `distributed`: `Cluster` here, `grader.cluster.preload` in each worker.

Nothing is shared but the network: the submission's bytes travel to a worker, the report's bytes travel back.
"""

from grader.cluster.connection import Cluster

__all__ = ["Cluster"]
