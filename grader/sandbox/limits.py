"""Limits of one process, from a policy. Linux only."""

from __future__ import annotations

import resource

from grader.sandbox.policy import CellPolicy


def apply(policy: CellPolicy) -> None:
    """Set them for this process and all that comes from it. They bound each process, not the tree."""
    for kind, value in (
        (resource.RLIMIT_AS, policy.address_space_bytes),
        (resource.RLIMIT_DATA, policy.data_bytes),
        (resource.RLIMIT_FSIZE, policy.tmpfs_bytes),
        (resource.RLIMIT_NPROC, policy.processes),
        (resource.RLIMIT_NOFILE, policy.open_files),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MSGQUEUE if hasattr(resource, "RLIMIT_MSGQUEUE") else 12, 0),
    ):
        _, hard = resource.getrlimit(kind)
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (allowed, allowed))
