"""Messages between the processes: one JSON object and raw arrays of declared dtype and shape, bounded.

Nothing here can execute what it reads: no pickle, no object arrays, no references to code.
"""

from grader.wire.channel import Channel
from grader.wire.message import DEFAULT_LIMITS, Message, WireLimits, decode, encode

__all__ = ["DEFAULT_LIMITS", "Channel", "Message", "WireLimits", "decode", "encode"]
