"""A session with a broker: what is asked of one environment, numbered, pipelined and taken up again after a restart."""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from struct import Struct
from typing import Any, NamedTuple

import numpy as np

from ._wire import sextant_pb2 as wire
from .batch import Batch, Floats, read_batch, read_history
from .connection import DEFAULT_ENDPOINT, Connection, Reply
from .errors import SextantError, Unreachable
from .frames import CLOSE, HISTORY, IS_PACKED, MAKE, RESET, STEP, Header
from .keys import KeyFile
from .objective import ObjectiveLike, objective_message
from .parameters import value_message
from .spec import read_spec

_LOST = {"session-lost", "expired-session"}
# What a cut connection leaves behind where several requests were in flight.
_CONFUSED = {"stale", "out-of-order"}


class Raw(NamedTuple):
    """The answer to STEP or EVALUATE as it came: what is said of each step, and the numbers of all of them."""

    steps: Sequence[wire.Step]
    numbers: bytes


@dataclass(slots=True)
class _Pending:
    """A request in flight; `raw` is its answer where the log had it already when the session was taken up again."""

    verb: int
    count: int
    header: Header
    frames: list[bytes]
    actions: Floats | None
    raw: Raw | None = None


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
        self._patience, self.is_lost = patience, False
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
        self._row = Struct(f"<{len(self.spec.parameters)}d")
        return int(made.logged)

    def _make_again(self) -> int:
        """Makes the session at a broker that was restarted, to which outside workers may come back a little later."""
        end = time.monotonic() + self._patience
        while True:
            try:
                return self._make()
            except SextantError as error:
                if error.code != "unknown-environment" or time.monotonic() > end:
                    raise
            time.sleep(0.2)

    @property
    def limits(self) -> wire.Limits:
        """What the broker takes at most."""
        return self._connection.limits

    def _header(self, verb: int, flags: int = 0) -> Header:
        self._sequence += 1
        return Header(verb, flags, self._id, self._sequence, self._deadline_ms)

    def _ask(self, verb: int, body: Any, kind: Any) -> Any:
        """Asks and waits; nothing may be in flight."""
        self._check()
        header = self._header(verb)
        frames = [header.packed(), body.SerializeToString()]
        self._transmit(frames)
        return self._receive(header, frames).read(kind)

    def _transmit(self, frames: list[bytes]) -> None:
        try:
            self._connection.send(frames)
        except Unreachable:
            self.is_lost = True
            raise
        except SextantError:
            # It was not sent, so its number is free again.
            self._sequence -= 1
            raise

    def _receive(self, header: Header, frames: list[bytes]) -> Reply:
        try:
            return self._connection.receive(header, frames)
        except Unreachable:
            self.is_lost = True
            raise

    def reset(self, seeds: Sequence[int]) -> list[wire.Observation]:
        """Begins an episode in every slot."""
        request = wire.ResetRequest(seeds=seeds)
        try:
            return list(self._ask(RESET, request, wire.ResetReply).observations)
        except SextantError as error:
            if error.code not in _LOST:
                raise
        # An episode begins afresh anyway, so any environment can be made again here.
        self._make_again()
        return list(self._ask(RESET, request, wire.ResetReply).observations)

    def step(self, actions: Floats) -> Batch:
        """Takes a step in every slot: one action a row, in natural coordinates."""
        self.submit(STEP, actions)
        return self.collect()

    def step_one(self, action: Sequence[float]) -> Raw:
        """Takes a step in the only slot, without an array or any other object that nobody may ask for."""
        self._send(STEP, 1, self._row.pack(*action))
        return self._collect()

    def submit(self, verb: int, actions: Floats) -> None:
        """Sends STEP or EVALUATE without waiting; at most `limits.window` may be in flight."""
        actions = np.ascontiguousarray(actions, dtype="<f8")
        self._send(verb, len(actions), actions.tobytes(), actions)

    def collect(self) -> Batch:
        """What came of the oldest request that `submit` sent."""
        actions = self._pending[0].actions
        raw = self._collect()
        return read_batch(self.spec, np.empty(0) if actions is None else actions, *raw)

    def _send(self, verb: int, count: int, numbers: bytes, actions: Floats | None = None) -> None:
        self._check()
        header = self._header(verb, IS_PACKED)
        pending = _Pending(verb, count, header, [header.packed(), b"", numbers], actions)
        self._transmit(pending.frames)
        self._pending.append(pending)

    def _check(self) -> None:
        """Where nobody answered, what became of the last request is not known, so nothing can follow it."""
        if self.is_lost:
            message = f"the session with {self._connection.endpoint} was lost"
            raise Unreachable("unreachable", message, "open it again under the same study and trial")

    def _collect(self) -> Raw:
        while True:
            pending = self._pending[0]
            raw = pending.raw
            if raw is None:
                try:
                    reply = self._receive(pending.header, pending.frames)
                    raw = Raw(reply.read(wire.StepReply).steps, reply.numbers or b"")
                except SextantError as error:
                    if error.code in _LOST | _CONFUSED and self.spec.is_oneshot:
                        self._resume()
                        continue
                    self._pending.popleft()
                    raise
            self._pending.popleft()
            self._next += pending.count
            return raw

    def _resume(self) -> None:
        """Makes the session again and sends what is in flight again, but for what was logged before the loss."""
        reached = self._next
        logged = self._make_again()
        self._next = reached
        if any(pending.verb == STEP for pending in self._pending):
            self._ask(RESET, wire.ResetRequest(seeds=[0] * max(1, self._request.slots)), wire.ResetReply)
        for pending in self._pending:
            end = reached + pending.count
            if pending.raw is None and end <= logged:
                logged_before = self.history(reached, pending.count)
                numbers = np.hstack([logged_before.metrics, logged_before.observations])
                pending.raw = Raw(logged_before.steps, numbers.tobytes())
            elif pending.raw is None:
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

    def close(self, status: str = "finished", reason: str = "") -> None:
        """Ends the session and the connection; a second call does nothing.

        `status` is how the trial ended, `finished`, `stopped` or `failed`; it may go on all the same.
        """
        if self._connection.is_closed:
            return
        body = wire.CloseRequest(status=status, reason=reason[:1_000])
        # A broker that is gone keeps no session.
        with contextlib.suppress(SextantError):
            self._connection.send([self._header(CLOSE).packed(), body.SerializeToString()])
        self._connection.close()
