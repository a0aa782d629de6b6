"""Seeds for one purpose each, derived from the assignment's secret seed, from which the seed cannot be learnt."""

from __future__ import annotations

import hashlib
import hmac


def derive(seed: bytes, purpose: str) -> bytes:
    """32 bytes for one purpose."""
    return hmac.new(seed, purpose.encode(), hashlib.sha256).digest()


def derive_number(seed: bytes, purpose: str) -> int:
    """A seed of 32 bits for one purpose."""
    return int.from_bytes(derive(seed, purpose)[:4], "big")
