"""What came of one request's designs: arrays for whoever computes, samples by name for whoever reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from ._wire import sextant_pb2 as wire
from .errors import SextantError
from .parameters import Named
from .spec import Spec

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sample:
    """One evaluation as it is logged.

    `status` is `ok`, `infeasible` or `failed`; where it is not ok, `reason` says why, `reward` is None and `metrics` is
    empty. `violation` is how far the objective's constraints are broken in total, 0 where they hold. `cached` says that
    the trial had evaluated the design before. `sample["latency"]` finds a metric or else a parameter.
    """

    number: int
    design: dict[str, Named]
    metrics: dict[str, float]
    reward: float | None
    violation: float
    status: str
    reason: str
    cached: bool
    seconds: float

    def __getitem__(self, name: str) -> Any:
        """The metric of that name, else the parameter."""
        return self.metrics[name] if name in self.metrics else self.design[name]

    @property
    def is_ok(self) -> bool:
        """Whether the model gave metrics."""
        return self.status == "ok"

    def is_better(self, other: Sample | None) -> bool:
        """Whether this is a better find: any reward beats none, then less violation, then more reward."""
        if self.reward is None:
            return False
        if other is None or other.reward is None:
            return True
        return (-self.violation, self.reward) > (-other.violation, other.reward)


class Batch(Sequence[Sample]):
    """The samples of a request in its order. Arrays have one row per sample; no object is made before it is asked for.

    `actions` are natural coordinates, `metrics` has the spec's order with NaN for what is missing, `rewards` is NaN
    where the status is not ok.
    """

    def __init__(self, spec: Spec, actions: Floats, steps: Sequence[wire.Step], numbers: Floats) -> None:
        self.spec, self.actions = spec, actions
        self.steps = steps
        width = len(spec.metrics)
        self.metrics: Floats = numbers[:, :width]
        self.observations: Floats = numbers[:, width:]

    def __len__(self) -> int:
        """How many samples there are."""
        return len(self.steps)

    @overload
    def __getitem__(self, index: int) -> Sample: ...

    @overload
    def __getitem__(self, index: slice) -> list[Sample]: ...

    def __getitem__(self, index: int | slice) -> Sample | list[Sample]:
        """The sample at a place, or a list of those in a slice."""
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        step = self.steps[index]
        row = zip(self.spec.metric_names, self.metrics[index].tolist(), strict=True)
        return Sample(
            step.number, self.spec.design(self.actions[index].tolist()), {name: x for name, x in row if x == x},
            step.reward if step.HasField("reward") else None, step.violation, step.status, step.reason, step.cached,
            step.seconds,
        )  # fmt: skip

    @cached_property
    def _said(self) -> tuple[Any, ...]:
        """Reward, violation, status, terminated and truncated, each of all steps: one pass over protobuf's objects."""
        if not self.steps:
            return ((), (), (), (), ())
        rows = [(step.reward, step.violation, step.status, step.terminated, step.truncated) for step in self.steps]
        return tuple(zip(*rows, strict=True))

    def rewards_or(self, substitute: float) -> Floats:
        """The rewards, and a substitute where there is none."""
        rewards = np.array(self._said[0], dtype=np.float64)
        # A missing reward reads as 0, as does one of 0: only those have to be asked which they are.
        for place in np.flatnonzero(rewards == 0).tolist():
            if not self.steps[place].HasField("reward"):
                rewards[place] = substitute
        return rewards

    @cached_property
    def rewards(self) -> Floats:
        """One per sample; NaN where there is none."""
        return self.rewards_or(float("nan"))

    @cached_property
    def violations(self) -> Floats:
        """The objective's constraints, broken in total; 0 where they hold."""
        return np.array(self._said[1], dtype=np.float64)

    @property
    def statuses(self) -> Sequence[str]:
        """`ok`, `infeasible` or `failed`."""
        return self._said[2]  # type: ignore[no-any-return]

    @property
    def terminated(self) -> NDArray[np.bool_]:
        """Where the model ended the episode."""
        return np.array(self._said[3], dtype=np.bool_)

    @property
    def truncated(self) -> NDArray[np.bool_]:
        """Where the horizon did."""
        return np.array(self._said[4], dtype=np.bool_)

    def column(self, name: str) -> Floats:
        """A metric or parameter over all samples, NaN where it is missing; raises `KeyError` for a name of neither."""
        if name in self.spec.metric_names:
            return self.metrics[:, self.spec.metric_names.index(name)]
        names = [parameter.name for parameter in self.spec.parameters]
        if name not in names:
            raise KeyError(name)
        return self.actions[:, names.index(name)]


def read_batch(spec: Spec, actions: Floats, steps: Sequence[wire.Step], packed: bytes) -> Batch:
    """The answer to a packed request; raises `SextantError` (`malformed`) where its frames do not fit together."""
    width = len(spec.metrics) + len(spec.observation_names)
    numbers = np.frombuffer(packed, "<f8")
    if len(numbers) != width * len(steps) or len(steps) != len(actions):
        came = f"{len(steps)} steps and {len(numbers)} numbers"
        raise SextantError("malformed", f"{came} came for {len(actions)} actions")
    # A list, since each access to protobuf's own sequence makes a new object.
    return Batch(spec, actions, list(steps), numbers.reshape(len(steps), width))


def read_history(spec: Spec, samples: Iterable[wire.LoggedSample]) -> Batch:
    """Samples as HISTORY gives them."""
    logged = list(samples)
    width = len(spec.metrics)
    numbers = np.full((len(logged), width + len(spec.observation_names)), np.nan)
    for row, each in zip(numbers, logged, strict=True):
        if each.step.metrics:
            row[:width] = each.step.metrics
        if each.step.observation.values:
            row[width:] = each.step.observation.values
    actions = np.array([each.action for each in logged]).reshape(len(logged), len(spec.parameters))
    return Batch(spec, actions, [each.step for each in logged], numbers)
