"""A session with a broker: what is asked of one environment, numbered, pipelined and taken up again after a restart."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ._wire import sextant_pb2 as wire
from .batch import Batch, Floats, read_batch, read_history
from .connection import DEFAULT_ENDPOINT, Connection
from .errors import SextantError
from .frames import CLOSE, EVALUATE, HISTORY, IS_PACKED, MAKE, RESET, STEP, Header
from .keys import KeyFile
from .objective import ObjectiveLike, objective_message
from .parameters import value_message
from .spec import read_spec

_LOST = {"session-lost", "expired-session"}
# What a cut connection leaves behind where several requests were in flight.
_CONFUSED = {"stale", "out-of-order"}


@dataclass
class _Pending:
    """A request in flight; `batch` is its answer where the log had it already when the session was taken up again."""

    verb: int
    actions: Floats
    header: Header
    frames: list[bytes]
    batch: Batch | None = field(default=None)


def make_request(
    environment: str, objective: ObjectiveLike, constraints: Sequence[str], options: Mapping[str, Any], **labels: Any
) -> wire.MakeRequest:
    """What MAKE asks, from what a user says; `labels` are further fields by their name, left out where None."""
    request = wire.MakeRequest(environment=environment, **{name: x for name, x in labels.items() if x is not None})
    for name, value in options.items():
        request.options[name].CopyFrom(value_message(value))
    message = objective_message(objective, constraints)
    if message is not None:
        request.objective.CopyFrom(message)
    return request


class Session:
    """One session over a connection of its own. For one thread at a time.

    Where the broker has forgotten the session (it was restarted, or nothing came for ten minutes), a one-shot
    environment's session is made again under its labels, and what the log holds already is not evaluated twice.
    """

    def __init__(
        self, request: wire.MakeRequest, endpoint: Any = DEFAULT_ENDPOINT, *, key: KeyFile | None = None,
        deadline: float | None = None, patience: float = 10,
    ) -> None:  # fmt: skip
        if deadline is not None and not 0.001 <= deadline < 4e6:
            raise SextantError("usage", f"a deadline of {deadline} seconds is not between 0.001 and 4,000,000")
        self._deadline_ms = round((deadline or 0) * 1_000)
        self._request = request
        self._pending: deque[_Pending] = deque()
        self._connection = Connection(endpoint, key, patience)
        try:
            self._make()
        except BaseException:
            self._connection.close()
            raise
        # From now on the trial is named, so that it can be found again.
        self._request.study, self._request.trial = self.study, self.trial
        self._request.resumption = "append"

    def _make(self) -> int:
        made = self._connection.ask(MAKE, self._request, wire.MakeReply)
        self._id, self._sequence = made.session, 0
        self.spec, self.study, self.trial = read_spec(made.spec), made.study, made.trial
        self._next = made.logged
        return int(made.logged)

    @property
    def limits(self) -> wire.Limits:
        """What the broker takes at most."""
        return self._connection.limits

    def _header(self, verb: int, flags: int = 0) -> Header:
        self._sequence += 1
        return Header(verb, flags, self._id, self._sequence, self._deadline_ms)

    def _ask(self, verb: int, body: Any, kind: Any) -> Any:
        """Asks and waits; nothing may be in flight."""
        header = self._header(verb)
        frames = [header.packed(), body.SerializeToString()]
        self._connection.send(frames)
        return self._connection.receive(header, frames).read(kind)

    def reset(self, seeds: Sequence[int]) -> list[wire.Observation]:
        """Begins an episode in every slot."""
        request = wire.ResetRequest(seeds=seeds)
        try:
            return list(self._ask(RESET, request, wire.ResetReply).observations)
        except SextantError as error:
            if error.code not in _LOST:
                raise
        # An episode begins afresh anyway, so any environment can be made again here.
        self._make()
        return list(self._ask(RESET, request, wire.ResetReply).observations)

    def step(self, actions: Floats) -> Batch:
        """Takes a step in every slot: one action a row, in natural coordinates."""
        self.submit(STEP, actions)
        return self.collect()

    def evaluate(self, actions: Floats) -> Batch:
        """Evaluates designs of a one-shot environment: one a row, in natural coordinates."""
        self.submit(EVALUATE, actions)
        return self.collect()

    def submit(self, verb: int, actions: Floats) -> None:
        """Sends STEP or EVALUATE without waiting; at most `limits.window` may be in flight."""
        actions = np.ascontiguousarray(actions, dtype="<f8")
        header = self._header(verb, IS_PACKED)
        pending = _Pending(verb, actions, header, [header.packed(), b"", actions.tobytes()])
        self._connection.send(pending.frames)
        self._pending.append(pending)

    def collect(self) -> Batch:
        """What came of the oldest request in flight."""
        while True:
            pending = self._pending[0]
            if pending.batch is None:
                reply = self._connection.receive(pending.header, pending.frames)
                try:
                    body = reply.read(wire.StepReply)
                except SextantError as error:
                    if error.code in _LOST | _CONFUSED and self.spec.is_oneshot:
                        self._resume()
                        continue
                    self._pending.popleft()
                    raise
                pending.batch = read_batch(self.spec, pending.actions, body, reply.numbers)
            self._pending.popleft()
            self._next += len(pending.actions)
            return pending.batch

    def _resume(self) -> None:
        """Makes the session again and sends what is in flight again, but for what was logged before the loss."""
        reached = self._next
        logged = self._make()
        self._next = reached
        if any(pending.verb == STEP for pending in self._pending):
            self._ask(RESET, wire.ResetRequest(seeds=[0] * max(1, self._request.slots)), wire.ResetReply)
        for pending in self._pending:
            end = reached + len(pending.actions)
            if pending.batch is None and end <= logged:
                pending.batch = self.history(reached, len(pending.actions))
            elif pending.batch is None:
                pending.header = self._header(pending.verb, IS_PACKED)
                pending.frames[0] = pending.header.packed()
                self._connection.send(pending.frames)
            reached = end

    def history(self, since: int = 0, limit: int | None = None) -> Batch:
        """The logged samples of the trial, of which the first has the number `since`; nothing may be in flight."""
        samples: list[wire.LoggedSample] = []
        while limit is None or len(samples) < limit:
            request = wire.HistoryRequest(limit=min(10_000, limit - len(samples)) if limit is not None else 10_000)
            setattr(request, "from", since + len(samples))
            page = self._ask(HISTORY, request, wire.HistoryReply).samples
            samples.extend(page)
            if not page:
                break
        return read_history(self.spec, samples)

    @property
    def in_flight(self) -> int:
        """How many requests were sent whose answer was not collected."""
        return len(self._pending)

    def close(self) -> None:
        """Ends the session and the connection; a second call does nothing."""
        if self._connection.is_closed:
            return
        header = self._header(CLOSE)
        try:
            self._connection.send([header.packed(), b""])
        except SextantError:
            pass  # A broker that is gone keeps no session.
        self._connection.close()
