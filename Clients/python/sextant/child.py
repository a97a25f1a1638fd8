"""What runs in a worker's child processes: instances of models, one order after the other."""

from __future__ import annotations

import math
import os
import signal
import traceback
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection as Pipe
from typing import Any

from ._wire import sextant_pb2 as wire
from .errors import Infeasible, SextantError
from .frames import IS_ERROR
from .model import CostModel, Environment, Model, Observation, make_instance
from .parameters import read_value
from .processes import die_with_parent
from .spec import Spec, spec_message


class _Instance:
    """An instance of a model and its spec, which is asked once."""

    def __init__(self, model: Model, making: wire.Making) -> None:
        self.model = make_instance(model, {name: read_value(value) for name, value in making.options.items()})
        self.spec = self.model.spec()

    def begin(self, seed: int) -> wire.Observation:
        """Begins an episode."""
        if not isinstance(self.model, Environment):
            raise SextantError("internal", f"'{self.spec.id}' has no episodes")
        return _observed(self.model.reset(seed)).message(self.spec.parameters)

    def step(self, action: Sequence[float]) -> wire.Step:
        """Takes a step or evaluates a design; whatever the model raises becomes a status with its words."""
        design = self.spec.design(action)
        try:
            if isinstance(self.model, CostModel):
                seen, metrics, over = Observation(), self.model.evaluate(design), True
            else:
                shown, metrics, over = self.model.step(design)
                seen = _observed(shown)
            numbers = _numbers(self.spec, metrics)
            observation = seen.message(self.spec.parameters)
        except Infeasible as reason:
            return wire.Step(status="infeasible", reason=str(reason) or "infeasible", terminated=True)
        except Exception as error:
            traceback.print_exc()
            return wire.Step(status="failed", reason=f"{type(error).__name__}: {error}"[:1_000], terminated=True)
        return wire.Step(status="ok", metrics=numbers, observation=observation, terminated=bool(over))


def _observed(shown: Observation | Sequence[float]) -> Observation:
    return shown if isinstance(shown, Observation) else Observation(shown)


def _numbers(spec: Spec, metrics: Mapping[str, float | None]) -> list[float]:
    """Metrics in the spec's order, NaN for missing ones; raises `ValueError` for what can't be meant."""
    strangers = set(metrics) - set(spec.metric_names)
    if strangers:
        raise ValueError(f"the model gives '{min(strangers)}', which is none of its metrics")
    numbers = []
    for name in spec.metric_names:
        value = metrics.get(name)
        if value is not None and not math.isfinite(value):
            raise ValueError(f"the model gives {value} as '{name}'")
        numbers.append(math.nan if value is None else float(value))
    return numbers


class _Bench:
    """The instances of one process."""

    def __init__(self, models: Mapping[str, Model]) -> None:
        self._models = models
        self._instances: dict[int, _Instance] = {}

    def perform(self, number: int, body: bytes, making: bytes) -> tuple[int, bytes]:
        """Does what a RUN asks, and returns the flags and body of its RESULT."""
        try:
            run = wire.RunRequest.FromString(body)
            if number not in self._instances:
                self._instances[number] = self._make(wire.Making.FromString(making))
            instance = self._instances[number]
            result = wire.RunResult()
            if run.HasField("making"):
                result.spec.CopyFrom(spec_message(instance.spec))
            if run.HasField("seed"):
                result.observation.CopyFrom(instance.begin(run.seed))
            elif run.HasField("action"):
                result.step.CopyFrom(instance.step(run.action.values))
            return 0, result.SerializeToString()
        except SextantError as error:
            return IS_ERROR, error_body(error.code, error.message, error.hint, error.field)
        except Exception as error:
            traceback.print_exc()
            return IS_ERROR, error_body("internal", f"{type(error).__name__}: {error}")

    def _make(self, making: wire.Making) -> _Instance:
        try:
            return _Instance(self._models[making.environment], making)
        except SextantError:
            raise
        except Exception as error:
            traceback.print_exc()
            words = f"'{making.environment}' can't be made with these options: {type(error).__name__}: {error}"
            raise SextantError("bad-option", words) from None

    def forget(self, number: int) -> None:
        """Frees an instance."""
        self._instances.pop(number, None)


def error_body(code: str, message: str, hint: str = "", field: str = "") -> bytes:
    """An error as the body of a RESULT."""
    return wire.Error(code=code, message=message[:2_000], hint=hint, field=field).SerializeToString()


def serve_pipe(pipe: Pipe, inherited: Sequence[Any], models: Mapping[str, Model], parent: int) -> None:
    """Obeys orders from a pipe until its other end is closed; what a child does."""
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for other in inherited:
        # The parent's end of a sibling's pipe: kept open here, it would hide the parent's end from the sibling.
        other.close()
    if os.getppid() != parent:
        return
    bench = _Bench(models)
    answers: dict[str, Callable[..., tuple[int, bytes]]] = {"run": bench.perform, "describe": _describe(models)}
    while True:
        try:
            verb, ticket, *rest = pipe.recv()
            if verb == "forget":
                bench.forget(*rest)
            else:
                pipe.send((ticket, *answers[verb](*rest)))
        except (EOFError, BrokenPipeError):
            return


def _describe(models: Mapping[str, Model]) -> Callable[[str], tuple[int, bytes]]:
    """The spec of an environment with default options, or why there is none."""

    def describe(environment: str) -> tuple[int, bytes]:
        try:
            return 0, spec_message(make_instance(models[environment], {}).spec()).SerializeToString()
        except Exception as error:
            traceback.print_exc()
            return IS_ERROR, error_body("internal", f"{type(error).__name__}: {error}")

    return describe
