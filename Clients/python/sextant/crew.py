"""The child processes of a worker: who is at what, and who takes the place of one that died or was killed."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import time
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection as Pipe
from typing import Any

from .child import error_body, serve_pipe
from .errors import SextantError
from .frames import IS_ERROR
from .model import Model

_FORK = multiprocessing.get_context("fork")
# A step that its broker does not call back in time, because it is gone, is ended after so much more.
_GRACE = 1.0


@dataclass
class Job:
    """A RUN in hand; `end` is when its time is over, by the monotonic clock."""

    instance: int
    ticket: int
    body: bytes
    end: float


@dataclass
class _Held:
    """An instance: how it is made, and for one with state the child that has it."""

    making: bytes
    is_stateless: bool
    home: Child | None = None


@dataclass(eq=False)
class Child:
    """A process and what it is at."""

    process: Any
    pipe: Pipe
    job: Job | None = None
    known: set[int] = field(default_factory=set)
    # Instances to forget when it is idle: a child that hangs reads nothing, and must not make its parent wait.
    stale: list[int] = field(default_factory=list)

    def send(self, *order: Any) -> None:
        """Sends an order to an idle child; a dead one is found by the end of its pipe."""
        with contextlib.suppress(OSError):
            for instance in self.stale:
                self.pipe.send(("forget", 0, instance))
            self.stale = []
            if order:
                self.pipe.send(order)


Ended = tuple[int, int, int, bytes]


class Crew:
    """Does jobs in child processes, one at a time in each; an instance with state stays in its process.

    What has ended is yielded as instance, ticket, flags and body of a RESULT. For one thread.
    """

    def __init__(self, models: Mapping[str, Model], count: int) -> None:
        self._models = models
        self._held: dict[int, _Held] = {}
        self._waiting: list[Job] = []
        self.children: list[Child] = []
        for _ in range(count):
            self.children.append(self._spawn())

    def _spawn(self) -> Child:
        mine, theirs = _FORK.Pipe()
        inherited = [child.pipe for child in self.children] + [mine]
        process = _FORK.Process(
            target=serve_pipe, args=(theirs, inherited, self._models, os.getpid()), name="sextant-model", daemon=True
        )
        with warnings.catch_warnings():
            # Python warns of forking beside threads; ZeroMQ's are the only ones, and a child leaves ZeroMQ alone.
            warnings.simplefilter("ignore", DeprecationWarning)
            process.start()
        theirs.close()
        return Child(process, mine)

    def describe(self, environment: str) -> bytes:
        """The spec of an environment with default options; raises `SextantError` where it can't be made."""
        pipe = self.children[0].pipe
        try:
            pipe.send(("describe", 0, environment))
            _, flags, body = pipe.recv()
        except (EOFError, OSError):
            raise SextantError("internal", f"'{environment}' ended its process when it was made") from None
        if flags & IS_ERROR:
            raise SextantError("internal", f"'{environment}' can't be made with default options; the trace is above")
        return bytes(body)

    def hold(self, instance: int, environment: str, making: bytes) -> None:
        """Notes how an instance is made; nothing is made before a job needs it."""
        self.forget(instance)
        self._held[instance] = _Held(making, self._models[environment].is_stateless)

    def holds(self, instance: int) -> bool:
        """Whether `hold` told of the instance and nothing made it lost since."""
        return instance in self._held

    def submit(self, job: Job) -> None:
        """Puts a job in line."""
        self._waiting.append(job)
        self._feed()

    def _feed(self) -> None:
        """Gives idle children what they can do, in order."""
        rest: list[Job] = []
        for job in self._waiting:
            held = self._held.get(job.instance)
            child = self._idle_child(held) if held is not None else None
            if held is None or child is None:
                rest.append(job)
                continue
            if not held.is_stateless:
                held.home = child
            making = b"" if job.instance in child.known else held.making
            child.job = job
            child.known.add(job.instance)
            child.send("run", job.ticket, job.instance, job.body, making)
        self._waiting = rest

    def _idle_child(self, held: _Held) -> Child | None:
        if held.home is not None:
            return held.home if held.home.job is None else None
        idle = [child for child in self.children if child.job is None]
        return min(idle, key=lambda child: len(child.known)) if idle else None

    def read(self, child: Child) -> Iterator[Ended]:
        """What a child whose pipe is readable has to say: a result, or that it is dead."""
        try:
            ticket, flags, body = child.pipe.recv()
        except (EOFError, OSError):
            yield from self._replace(child, "the model's process died")
            return
        job, child.job = child.job, None
        if flags & IS_ERROR and job is not None:
            # The broker will tell how to make it again.
            self.forget(job.instance)
        self._feed()
        if job is not None:
            yield job.instance, ticket, flags, body

    def _replace(self, child: Child, why: str) -> Iterator[Ended]:
        """Ends a child and puts a new one in its place; instances with state that it had are lost."""
        child.process.kill()
        child.process.join()
        child.pipe.close()
        code = child.process.exitcode
        lost = [number for number, held in self._held.items() if held.home is child]
        for number in lost:
            del self._held[number]
        self.children.remove(child)
        self.children.append(self._spawn())
        ending = f" by signal {-code}" if code is not None and code < 0 else f" with exit code {code}"
        words = error_body("internal", why + ending if why.endswith("died") else why)
        stranded = [job for job in self._waiting if job.instance in lost]
        self._waiting = [job for job in self._waiting if job.instance not in lost]
        self._feed()
        for job in ([child.job] if child.job is not None else []) + stranded:
            yield job.instance, job.ticket, IS_ERROR, words

    def drop(self, ticket: int, why: str = "its time was over") -> Iterator[Ended]:
        """Ends a job that nobody wants any more, together with the process that is at it."""
        for job in [job for job in self._waiting if job.ticket == ticket]:
            self._waiting.remove(job)
            yield job.instance, ticket, IS_ERROR, error_body("internal", why)
        for child in [child for child in self.children if child.job is not None and child.job.ticket == ticket]:
            yield from self._replace(child, why)

    def drop_overdue(self) -> Iterator[Ended]:
        """Ends every job whose time is over."""
        now = time.monotonic()
        jobs = self._waiting + [child.job for child in self.children if child.job is not None]
        for job in [job for job in jobs if now > job.end + _GRACE]:
            yield from self.drop(job.ticket)

    def forget(self, instance: int) -> None:
        """Frees an instance in every child."""
        self._held.pop(instance, None)
        for child in self.children:
            if instance in child.known:
                child.known.discard(instance)
                child.stale.append(instance)
                if child.job is None:
                    child.send()

    def clear(self) -> None:
        """Forgets everything; what is under way is ended, since nobody waits for it."""
        self._waiting = []
        for child in [child for child in self.children if child.job is not None]:
            child.job = None
            for _ in self._replace(child, "nobody waits"):
                pass
        for instance in list(self._held):
            self.forget(instance)

    def stop(self) -> None:
        """Ends all children."""
        for child in self.children:
            child.process.kill()
            child.process.join()
            child.pipe.close()
        self.children = []
