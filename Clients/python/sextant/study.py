"""A trial of a one-shot problem, for optimisers that propose designs and are told what became of them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any

import numpy as np

from .batch import Batch, Floats, Sample
from .connection import DEFAULT_ENDPOINT
from .errors import SextantError
from .frames import EVALUATE
from .keys import KeyFile
from .objective import ObjectiveLike
from .session import Session, make_request
from .spec import Design, Spec

Designs = Sequence[Design] | Floats


class Study:
    """One trial: `evaluate` is the tell of Sextant's side, `history` warms an optimiser that comes later.

    Designs go by name, `{"page_policy": "Open"}`, what is not named having its default; or as an array with a row of
    natural coordinates each. Every sample is in the log before it is returned. With the names of an earlier `study` and
    `trial` the trial goes on: its history and `best` are there, and designs that it has seen are answered from it.

    `slots` is how many designs of a batch may be evaluated at once; it changes no result. For one thread at a time, and
    at best in a `with` block.
    """

    def __init__(
        self, endpoint: Any = DEFAULT_ENDPOINT, environment: str = "", *, objective: ObjectiveLike = None,
        constraints: Sequence[str] = (), options: Mapping[str, Any] | None = None, study: str | None = None,
        trial: str | None = None, agent: str | None = None, seed: int | None = None, slots: int = 64,
        deadline: float | None = None, key: KeyFile | None = None, patience: float = 10, cache: bool = True,
        **more_options: Any,
    ) -> None:  # fmt: skip
        request = make_request(
            environment, objective, constraints, {**(options or {}), **more_options}, study=study, trial=trial,
            agent=agent, seed=seed, slots=slots, no_cache=not cache,
        )  # fmt: skip
        self._session = Session(request, endpoint, key=key, deadline=deadline, patience=patience)
        if not self.problem.is_oneshot:
            self.close()
            message = f"'{environment}' has episodes, so a design by itself can't be evaluated"
            raise SextantError("usage", message, "use sextant.make")
        self._best: Sample | None = None
        self._seen = 0
        self._catch_up()

    def _catch_up(self) -> None:
        """Notes the best of what the trial held before."""
        page = self.history(self._seen, 10_000)
        while len(page):
            self._note(page)
            page = self.history(self._seen, 10_000)

    @property
    def problem(self) -> Spec:
        """The environment's parameters and metrics."""
        return self._session.spec

    @property
    def study(self) -> str:
        """The study in the log that the samples go to."""
        return self._session.study

    @property
    def trial(self) -> str:
        """The trial's label in that study."""
        return self._session.trial

    @property
    def best(self) -> Sample | None:
        """The best sample of the trial: least violation, then highest reward; None where none has a reward."""
        return self._best

    def __len__(self) -> int:
        """How many samples the trial has."""
        return self._seen

    def evaluate(self, design: Design | None = None, /, **named: Any) -> Sample:
        """Evaluates one design by name."""
        return self.evaluate_all([{**(design or {}), **named}])[0]

    def evaluate_all(self, designs: Designs) -> Batch:
        """Evaluates designs at once; their samples come in the same order."""
        rows = self._rows(designs)
        limit = self._limit
        if not len(rows):
            return Batch(self.problem, rows, [], np.empty((0, len(self.problem.metrics))))
        if len(rows) <= limit:
            return next(self.stream([rows]))
        parts = list(self.stream(rows[start : start + limit] for start in range(0, len(rows), limit)))
        return Batch(
            self.problem, rows, [step for part in parts for step in part.steps],
            np.concatenate([np.hstack([part.metrics, part.observations]) for part in parts]),
        )  # fmt: skip

    def stream(self, batches: Iterable[Designs], window: int = 4) -> Iterator[Batch]:
        """Evaluates batch after batch, `window` of them in flight, so that no worker waits for the next one.

        The batches are drawn that far ahead of the results, which come in their order. Whoever leaves the loop early
        leaves what is in flight to the log. In the loop nothing else can be asked of the study.
        """
        window = max(1, min(window, self._session.limits.window))
        self._check()
        source = (self._rows(designs) for designs in batches)
        try:
            for rows in source:
                if not 0 < len(rows) <= self._limit:
                    raise SextantError("too-large", f"a batch has {len(rows)} designs, not 1 … {self._limit}")
                self._session.submit(EVALUATE, rows)
                if self._session.in_flight >= window:
                    yield self._note(self._session.collect())
            while self._session.in_flight:
                yield self._note(self._session.collect())
        finally:
            self._drain()

    @property
    def _limit(self) -> int:
        """Designs of one message, so that neither it nor its reply is larger than the broker takes."""
        width = max(len(self.problem.parameters), len(self.problem.metrics) + len(self.problem.observation_names), 1)
        return int(min(self._session.limits.actions, self._session.limits.message_bytes // (8 * width + 200)))

    def _check(self) -> None:
        """Answers come in order, so whatever is asked in the middle of a stream would take one of its batches."""
        if self._session.in_flight:
            message = "a stream of batches is under way, and nothing else can be asked meanwhile"
            raise SextantError("usage", message, "end its loop first")

    def _drain(self) -> None:
        """Waits for what an abandoned loop left in flight, unless nobody answers any more."""
        while self._session.in_flight and not self._session.is_lost:
            with contextlib.suppress(SextantError):
                self._note(self._session.collect())

    def history(self, since: int = 0, limit: int | None = None) -> Batch:
        """The trial's samples from the number `since` on, those of earlier runs too."""
        self._check()
        return self._session.history(since, limit)

    def _rows(self, designs: Designs) -> Floats:
        """Designs in natural coordinates; raises `SextantError` (`illegal-action`) for a name or word that is none."""
        if isinstance(designs, np.ndarray):
            return np.atleast_2d(designs.astype(np.float64))
        return np.array([self.problem.action(design) for design in designs], dtype=np.float64).reshape(
            len(designs), len(self.problem.parameters)
        )

    def _note(self, batch: Batch) -> Batch:
        self._seen += len(batch)
        if len(batch):
            least = batch.violations[~np.isnan(batch.rewards)].min(initial=np.inf)
            rewards = np.where(batch.violations <= least, batch.rewards, np.nan)
            if not np.isnan(rewards).all():
                champion = batch[int(np.nanargmax(rewards))]
                self._best = champion if champion.is_better(self._best) else self._best
        return batch

    def close(self) -> None:
        """Ends the session; the log keeps its samples, and the trial can go on under its names."""
        self._session.close()

    def __enter__(self) -> Study:
        """The study itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes it; the log notes of the trial how the block ended."""
        if isinstance(error, Exception):
            self._session.close("failed", f"{type(error).__name__}: {error}")
        else:
            self._session.close("finished" if error is None else "stopped")
