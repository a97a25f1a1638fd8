"""What an environment instance is: its space, metrics and episodes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ._wire import sextant_pb2 as wire
from .errors import SextantError, unknown
from .expressions import Condition, condition
from .parameters import Named, Parameter, read_parameter

Design = Mapping[str, Any]


@dataclass(frozen=True)
class Metric:
    """What a model reports about a design, in `unit`; `goal` says which way is better.

    A `positive` metric is above 0 in every sample (the broker refuses one that is not) and is scored by the logarithm
    of its ratio to the reference design; a metric that is not `deterministic` may differ for the same design.
    """

    name: str
    unit: str
    goal: Literal["minimize", "maximize"] = "minimize"
    positive: bool = True
    deterministic: bool = True
    note: str = ""


@dataclass(frozen=True)
class Spec:
    """Parameters in the order of an action's coordinates, metrics in the order of a sample's."""

    id: str
    parameters: Sequence[Parameter]
    metrics: Sequence[Metric]
    observation_names: Sequence[str] = ()
    horizon: int = 1
    is_pure: bool = True
    reference: Mapping[str, float] = field(default_factory=dict)
    constraints: Sequence[str] = ()
    activity: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_oneshot(self) -> bool:
        """One step per episode and nothing to see before it, so that designs can be evaluated by themselves."""
        return self.is_pure and self.horizon == 1

    @cached_property
    def metric_names(self) -> list[str]:
        """The metrics' names in order."""
        return [metric.name for metric in self.metrics]

    def action(self, design: Design) -> list[float]:
        """A design by name in natural coordinates; what it does not name has its default.

        Raises `SextantError` (`illegal-action`) for an unknown name or word, with a guess, and for a parameter that
        has neither a value nor a default.
        """
        unnamed = design.keys() - self._places.keys()
        if unnamed:
            raise unknown("illegal-action", "parameter", min(map(str, unnamed)), self._places)
        row = []
        for parameter in self.parameters:
            written = design.get(parameter.name)
            if written is None:
                written = parameter.default
            if written is None:
                message = f"'{parameter.name}' has no value and no default"
                raise SextantError("illegal-action", message, f"it takes {parameter.domain_text}", parameter.name)
            row.append(parameter.natural(written))
        return row

    def design(self, action: Iterable[float]) -> dict[str, Named]:
        """An action in natural coordinates by name."""
        return {parameter.name: parameter.named(x) for parameter, x in zip(self.parameters, action, strict=True)}

    def canonical(self, actions: NDArray[np.float64]) -> NDArray[np.float64]:
        """The same designs, one a row, with every inactive parameter at its lowest value."""
        if not self._activity:
            return actions
        result, active = actions.copy(), np.ones(actions.shape, dtype=bool)
        for place, test in self._activity.items():
            # A parameter is inactive too where one that its condition reads is.
            active[:, place] = test.holds(actions) & active[:, test.places].all(axis=1)
            result[~active[:, place], place] = self.parameters[place].least
        return result

    def legal(self, actions: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which actions, one a row, satisfy the constraints; the values must lie in their domains."""
        rows = self.canonical(actions)
        holds = np.ones(len(rows), dtype=bool)
        for test in self._tests:
            holds &= test.holds(rows)
        return holds

    @cached_property
    def _tests(self) -> list[Condition]:
        tests = [condition(text, self.parameters) for text in self.constraints]
        return [test for test in tests if test is not None]

    @cached_property
    def _activity(self) -> dict[int, Condition]:
        tests = {self._places[name]: condition(text, self.parameters) for name, text in self.activity.items()}
        return {place: test for place, test in sorted(tests.items()) if test is not None}

    @cached_property
    def _places(self) -> dict[str, int]:
        return {parameter.name: place for place, parameter in enumerate(self.parameters)}


def read_spec(message: wire.Spec) -> Spec:
    """A spec from the wire."""
    metrics = [
        Metric(each.name, each.unit, "maximize" if each.goal == "maximize" else "minimize", each.is_positive,
               each.is_deterministic, each.note)
        for each in message.metrics
    ]  # fmt: skip
    reference = {metric.name: x for metric, x in zip(metrics, message.reference, strict=False) if x == x}
    space = message.action_space
    return Spec(
        message.id, [read_parameter(each) for each in space.parameters], metrics, list(message.observation_names),
        message.horizon, message.is_pure, reference, list(space.constraints), dict(space.activity),
    )  # fmt: skip


def spec_message(spec: Spec) -> wire.Spec:
    """A spec as the wire has it; metrics of the reference design that are not known are NaN."""
    message = wire.Spec(
        id=spec.id, observation_names=spec.observation_names, horizon=spec.horizon, is_pure=spec.is_pure,
        reference=[spec.reference.get(name, float("nan")) for name in spec.metric_names],
        metrics=[
            wire.Metric(name=each.name, unit=each.unit, goal=each.goal, is_positive=each.positive,
                        is_deterministic=each.deterministic, note=each.note)
            for each in spec.metrics
        ],
    )  # fmt: skip
    space = message.action_space
    space.parameters.extend(parameter._message() for parameter in spec.parameters)
    space.constraints.extend(spec.constraints)
    space.activity.update(spec.activity)
    return message
