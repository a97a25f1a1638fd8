"""One connection to a broker: requests there, replies back, and a sentence where nobody answers."""

from __future__ import annotations

import time
from typing import Any, NamedTuple, TypeVar

import zmq
from google.protobuf.message import DecodeError, Message

from ._wire import sextant_pb2 as wire
from .errors import SextantError, Unreachable
from .frames import HELLO, IS_ERROR, IS_PACKED, LIST, PING, Header, read_header
from .keys import KeyFile, use_key

DEFAULT_ENDPOINT = "tcp://127.0.0.1:5755"
CLIENT = "sextant-python 0.1.0"
Body = TypeVar("Body", bound=Message)


class Reply(NamedTuple):
    """An answer as it came: the body not yet read, and the packed frame or none."""

    header: Header
    body: bytes
    numbers: bytes | None

    def read(self, kind: type[Body]) -> Body:
        """The body; raises what the broker answered where that is an error."""
        try:
            if self.header.flags & IS_ERROR:
                error = wire.Error.FromString(self.body)
                raise SextantError(error.code, error.message, error.hint, error.field)
            return kind.FromString(self.body)
        except DecodeError as error:
            raise SextantError("malformed", f"a reply can't be read: {error}") from None


class Connection:
    """A DEALER socket and the numbers of its requests. For one thread at a time.

    A request that gets no answer is sent again, which the protocol makes harmless, and the broker is asked whether it is
    there: after `patience` seconds without any word from it the wait ends in `Unreachable`. An evaluation may take
    as long as its deadline allows.
    """

    def __init__(self, endpoint: Any = DEFAULT_ENDPOINT, key: KeyFile | None = None, patience: float = 10) -> None:
        self.endpoint = str(getattr(endpoint, "endpoint", endpoint))
        self._patience, self._has_key = patience, key is not None
        self._asked = 0
        self._socket = zmq.Context.instance().socket(zmq.DEALER)
        try:
            self._socket.set(zmq.LINGER, 500)
            self._socket.set(zmq.RECONNECT_IVL, 100)
            self._socket.set(zmq.RECONNECT_IVL_MAX, 5_000)
            self._socket.set(zmq.IMMEDIATE, 1)
            self._socket.set(zmq.SNDTIMEO, int(patience * 1_000))
            self._socket.set(zmq.RCVTIMEO, int(min(2, patience / 2) * 1_000))
            use_key(self._socket, key)
            self._connect()
            hello = self.ask(HELLO, wire.HelloRequest(client=CLIENT, versions=[1]), wire.HelloReply)
        except BaseException:
            self.close()
            raise
        self.server, self.limits = hello.server, hello.limits

    def _connect(self) -> None:
        try:
            self._socket.connect(self.endpoint)
        except zmq.ZMQError as error:
            message = f"'{self.endpoint}' is no endpoint: {error.strerror}"
            raise SextantError("usage", message, "for example tcp://127.0.0.1:5755 or ipc:///tmp/sextant") from None

    def ask(self, verb: int, body: Message, kind: type[Body]) -> Body:
        """Asks something that belongs to no session, and waits for the answer."""
        self._asked += 1
        header = Header(verb, sequence=self._asked)
        frames = [header.packed(), body.SerializeToString()]
        self.send(frames)
        return self.receive(header, frames).read(kind)

    def send(self, frames: list[bytes]) -> None:
        """Sends a request; raises `Unreachable` where the broker takes none for `patience` seconds."""
        size = sum(map(len, frames))
        limit = self.limits.message_bytes if hasattr(self, "limits") else 1 << 24
        if size > limit:
            # libzmq at the other end would drop the connection without a word.
            raise SextantError("too-large", f"a message has {size} bytes; at most {limit} fit", "send less at once")
        try:
            # Only the first frame can be refused; sent one by one they cost half of what `send_multipart` does.
            for frame in frames[:-1]:
                self._socket.send(frame, zmq.SNDMORE)
            self._socket.send(frames[-1])
        except zmq.Again:
            raise self._nobody() from None

    def receive(self, asked: Header, frames: list[bytes]) -> Reply:
        """The reply to a request that was sent; other replies that come are those of requests sent twice."""
        heard = time.monotonic()
        while True:
            try:
                header = read_header(self._socket.recv())
            except zmq.Again:
                if time.monotonic() - heard > self._patience:
                    raise self._nobody() from None
                self._try(Header(PING).packed(), b"")
                continue
            # The other frames of a message are there when its first one is.
            body = self._socket.recv()
            numbers = self._socket.recv() if header.flags & IS_PACKED else None
            if header.sequence == asked.sequence and header.verb == asked.verb and header.session == asked.session:
                return Reply(header, body, numbers)
            heard = time.monotonic()
            if header.verb == PING:
                # The broker lives, so either it still works or its reply went to a connection that was lost.
                self._try(*frames)

    def _try(self, *frames: bytes) -> None:
        """Sends where there is a connection; where there is none, the wait for one is the caller's."""
        try:
            self._socket.send_multipart(frames, zmq.DONTWAIT)
        except zmq.Again:
            return

    def _nobody(self) -> Unreachable:
        message = f"nothing answers at {self.endpoint} (waited {self._patience:g} s)"
        doubt = ", and does it list this key" if self._has_key else ""
        return Unreachable("unreachable", message, f"is `sextant serve` running there{doubt}?")

    def close(self) -> None:
        """Closes the socket; a second call does nothing."""
        self._socket.close()

    @property
    def is_closed(self) -> bool:
        """Whether `close` was called."""
        return bool(self._socket.closed)


def listings(endpoint: Any = DEFAULT_ENDPOINT, key: KeyFile | None = None) -> list[wire.Listing]:
    """Every environment that a broker offers, as it describes them."""
    connection = Connection(endpoint, key)
    try:
        return list(connection.ask(LIST, wire.ListRequest(), wire.ListReply).environments)
    finally:
        connection.close()
