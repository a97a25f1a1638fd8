"""The header of every message, and the numbers of the verbs; docs/protocol.md describes both."""

from __future__ import annotations

import struct
from typing import NamedTuple

from .errors import SextantError

HELLO, LIST, MAKE, RESET, STEP, EVALUATE, HISTORY, CLOSE, PING = range(1, 10)
READY, RESULT, BEAT, BYE = range(16, 20)
RUN, DROP = 24, 25

IS_REPLY, IS_ERROR, IS_PACKED = 1, 2, 4

_LAYOUT = struct.Struct("<4scBHQQII")


class Header(NamedTuple):
    """The fixed 32 bytes in front of a body."""

    verb: int
    flags: int = 0
    session: int = 0
    sequence: int = 0
    deadline_ms: int = 0

    def packed(self) -> bytes:
        """The bytes, for a body in binary protobuf."""
        return _LAYOUT.pack(b"SXT1", b"P", *self, 0)


def read_header(frame: bytes) -> Header:
    """Reads a header frame; raises `SextantError` (`malformed`) for anything else."""
    if len(frame) != _LAYOUT.size or frame[:4] != b"SXT1" or frame[4:5] != b"P":
        raise SextantError("malformed", "a message came that is not of Sextant's protocol in binary")
    return Header(*_LAYOUT.unpack(frame)[2:7])
