"""CURVE keys, by which a broker and whoever connects to it know each other."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import zmq

from .errors import SextantError

KeyFile = str | os.PathLike[str]


def use_key(socket: zmq.Socket[bytes], path: KeyFile | None) -> None:
    """Encrypts a socket with a key file: lines `secret Z85` and `server Z85`, others beginning with `#`.

    Does nothing where the path is None. Raises `SextantError` (`bad-key`) for a file that others may read, or that
    holds no two such keys.
    """
    if path is None:
        return
    keys = _read(Path(path))
    try:
        public = zmq.curve_public(keys["secret"])
        socket.curve_secretkey, socket.curve_publickey, socket.curve_serverkey = keys["secret"], public, keys["server"]
    except (zmq.ZMQError, ValueError) as error:
        raise SextantError("bad-key", f"the key file '{path}' holds a key that is none: {error}") from None


def _read(path: Path) -> dict[str, bytes]:
    try:
        mode, text = path.stat().st_mode, path.read_text()
    except OSError as error:
        raise SextantError("bad-key", f"the key file '{path}' can't be read: {error.strerror}") from None
    if stat.S_IMODE(mode) & 0o077:
        raise SextantError("bad-key", f"the key file '{path}' may be read by others", f"chmod 600 {path}")
    lines = [line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    keys = {line[0]: line[1].encode() for line in lines if len(line) == 2}
    for name in ("secret", "server"):
        if len(keys.get(name, b"")) != 40:
            raise SextantError("bad-key", f"the key file '{path}' has no line '{name}' with a key of 40 characters")
    return keys
