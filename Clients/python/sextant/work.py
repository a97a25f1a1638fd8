"""Serving environments of your own to a broker: the socket, its beats and its orders."""

from __future__ import annotations

import contextlib
import signal
import socket as sockets
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import zmq
from google.protobuf.message import DecodeError

from ._wire import sextant_pb2 as wire
from .crew import Crew, Ended, Job
from .errors import SextantError
from .child import error_body
from .frames import BEAT, BYE, DROP, IS_ERROR, READY, RESULT, RUN, Header, read_header
from .keys import KeyFile, use_key
from .model import Model, listing
from .spec import read_spec

DEFAULT_WORKERS_ENDPOINT = "tcp://127.0.0.1:5756"
_READY_SECONDS = 1.0
_MISSES = 3


def say(words: str) -> None:
    """Tells people on stderr, where they look when something is odd."""
    print(f"  {time.strftime('%H:%M:%S')}  {words}", file=sys.stderr, flush=True)


class Worker:
    """Models in child processes behind one socket. `run` works until `stop` is called, also by another thread.

    A model that hangs, crashes or never lets go of the interpreter does not stop the beats: those are this process's,
    the model is a child's. A step that its broker no longer wants is ended by killing the child, which is replaced.
    """

    def __init__(
        self, models: Model | Sequence[Model], endpoint: Any = DEFAULT_WORKERS_ENDPOINT, *, processes: int = 1,
        name: str | None = None, key: KeyFile | None = None, on_event: Callable[[str], None] = say,
    ) -> None:  # fmt: skip
        offered = [models] if isinstance(models, type) else list(models)
        if processes < 1 or not offered:
            raise SextantError("usage", "a worker has at least one model and one process")
        self.endpoint = str(getattr(endpoint, "workers", None) or endpoint)
        self._on_event = on_event
        self._is_stopped = False
        self._is_accepted = False
        self._beat_seconds, self._heard, self._last_beat, self._last_ready = 1.0, time.monotonic(), 0.0, 0.0
        # Children are forked before there is a socket, so that they know nothing of one.
        self._crew = Crew({model.id: model for model in offered}, processes)
        try:
            specs = [read_spec(wire.Spec.FromString(self._crew.describe(model.id))) for model in offered]
            self._ready = wire.ReadyRequest(
                worker=name or f"{sockets.gethostname()}-python", versions=[1], capacity=processes,
                environments=[listing(model, spec) for model, spec in zip(offered, specs, strict=True)],
            )  # fmt: skip
            self._ids = {model.id for model in offered}
            self._socket = self._connect(key)
        except BaseException:
            self._crew.stop()
            raise

    def _connect(self, key: KeyFile | None) -> zmq.Socket[bytes]:
        socket = zmq.Context.instance().socket(zmq.DEALER)
        try:
            options = {zmq.LINGER: 500, zmq.RECONNECT_IVL: 100, zmq.RECONNECT_IVL_MAX: 1_000, zmq.IMMEDIATE: 1}
            for option, value in options.items():
                socket.set(option, value)
            use_key(socket, key)
            socket.connect(self.endpoint)
        except zmq.ZMQError as error:
            socket.close()
            raise SextantError("usage", f"'{self.endpoint}' is no endpoint: {error.strerror}") from None
        except BaseException:
            socket.close()
            raise
        return socket

    def stop(self) -> None:
        """Has `run` take leave and return, within a quarter of a second."""
        self._is_stopped = True

    def run(self) -> None:
        """Works until it is stopped; raises `SextantError` where the broker refuses what is offered."""
        try:
            while not self._is_stopped:
                self._beat()
                readable = self._wait()
                for child in [child for child in self._crew.children if child.pipe.fileno() in readable]:
                    self._report(self._crew.read(child))
                self._report(self._crew.drop_overdue())
                while self._socket.poll(0):
                    self._heard = time.monotonic()
                    frames = self._socket.recv_multipart()
                    with contextlib.suppress(DecodeError, ValueError):
                        self._obey(read_header(frames[0]), frames[1] if len(frames) > 1 else b"")
            self._send(Header(BYE))
        finally:
            self._crew.stop()
            self._socket.close()

    def _wait(self) -> set[Any]:
        poller = zmq.Poller()
        poller.register(self._socket, zmq.POLLIN)
        for child in self._crew.children:
            poller.register(child.pipe.fileno(), zmq.POLLIN)
        return {place for place, _ in poller.poll(200)}

    def _send(self, header: Header, body: bytes = b"") -> None:
        """Sends where there is a connection: to a broker that is gone there is nothing to say."""
        with contextlib.suppress(zmq.Again):
            self._socket.send_multipart([header.packed(), body], zmq.DONTWAIT)

    def _report(self, ended: Iterator[Ended]) -> None:
        for instance, ticket, flags, body in ended:
            self._send(Header(RESULT, flags, instance, ticket), body)

    def _beat(self) -> None:
        """Shows that this side lives, and begins anew where the other one no longer does."""
        now = time.monotonic()
        if self._is_accepted and now - self._heard > self._beat_seconds * _MISSES:
            self._on_event(f"lost the broker at {self.endpoint}")
            self._is_accepted = False
        if not self._is_accepted:
            if now - self._last_ready < _READY_SECONDS:
                return
            if not self._last_ready:
                self._on_event(f"looking for a broker at {self.endpoint}")
            # A broker that does not know this worker knows none of its instances either.
            self._crew.clear()
            self._last_ready = now
            self._send(Header(READY, sequence=1), self._ready.SerializeToString())
        elif now - self._last_beat >= self._beat_seconds:
            self._last_beat = now
            self._send(Header(BEAT))

    def _obey(self, header: Header, body: bytes) -> None:
        if header.verb == READY and header.flags & IS_ERROR:
            error = wire.Error.FromString(body)
            raise SextantError(error.code, error.message, error.hint, error.field)
        if header.verb == READY:
            reply = wire.ReadyReply.FromString(body)
            self._is_accepted, self._beat_seconds = True, max(0.1, reply.beat_milliseconds / 1_000)
            ids = ", ".join(sorted(self._ids))
            self._on_event(f"joined the broker at {self.endpoint}: {ids}, {self._ready.capacity} at once")
        elif header.verb == RUN:
            self._begin(header, body)
        elif header.verb == DROP and header.sequence:
            self._report(self._crew.drop(header.sequence))
        elif header.verb == DROP and header.session:
            self._crew.forget(header.session)
        elif header.verb == DROP:
            self._is_accepted, self._last_ready = False, time.monotonic() - _READY_SECONDS / 2

    def _begin(self, header: Header, body: bytes) -> None:
        run = wire.RunRequest.FromString(body)
        flaw = None
        if run.HasField("making") and run.making.environment in self._ids:
            self._crew.hold(header.session, run.making.environment, run.making.SerializeToString())
        elif run.HasField("making"):
            flaw = error_body("unknown-environment", f"no environment named '{run.making.environment}' is here")
        elif not self._crew.holds(header.session):
            flaw = error_body("internal", f"there is no instance {header.session} here", "send how to make it")
        if flaw is not None:
            return self._send(Header(RESULT, IS_ERROR, header.session, header.sequence), flaw)
        seconds = header.deadline_ms / 1_000 or 3_600.0
        self._crew.submit(Job(header.session, header.sequence, body, time.monotonic() + seconds))


def work(
    models: Model | Sequence[Model], endpoint: Any = DEFAULT_WORKERS_ENDPOINT, *, processes: int = 1,
    name: str | None = None, key: KeyFile | None = None, on_event: Callable[[str], None] = say,
) -> None:  # fmt: skip
    """Serves models to a broker until Ctrl-C or SIGTERM; the broker may come later, and may be restarted.

    `endpoint` is the broker's for workers, or what `sextant.start(outside=True)` gave. `processes` is how many evaluations
    are done at once, each in a child process of its own that is forked here, before the model is made. `name` is for
    people, `key` a key file, and `on_event` is told what happens (by default it is printed to stderr).

    Raises `SextantError` where a model can't be made with default options, or where the broker refuses it.
    """
    worker = Worker(models, endpoint, processes=processes, name=name, key=key, on_event=on_event)
    if threading.current_thread() is not threading.main_thread():
        return worker.run()
    received: list[int] = []

    def stop(number: int, _: Any) -> None:
        received.append(number)
        worker.stop()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        worker.run()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if received:
        raise SystemExit(128 + received[0])
