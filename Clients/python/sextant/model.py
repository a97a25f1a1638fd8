"""Environments of your own: a class says what it is and what it does, and `sextant.work` serves it."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from ._wire import sextant_pb2 as wire
from .errors import SextantError
from .parameters import Categorical, Named, Parameter, value_message
from .spec import Metric, Spec, spec_message


@dataclass(frozen=True)
class Option:
    """What a user may choose when an instance is made.

    One of `choices`, a number in `range`, or any text of at most 1,000 characters where neither is given.
    """

    name: str
    default: Named
    choices: Sequence[str] = ()
    range: tuple[float, float] | None = None
    note: str = ""

    def message(self) -> wire.Option:
        """The option as the wire has it; raises `SextantError` (`usage`) for a number without a range."""
        if self.range is None and not isinstance(self.default, str):
            raise SextantError("usage", f"the option '{self.name}' is a number and has no range", "add range=(0, 10)")
        kind = "choice" if self.choices else "text" if self.range is None else "number"
        lowest, highest = self.range or (0, 0)
        return wire.Option(
            name=self.name, kind=kind, choices=self.choices, lowest=lowest, highest=highest, note=self.note,
            default_value=value_message(self.default),
        )  # fmt: skip

    def value(self, given: Named) -> Named:
        """What a model gets: an int where the default is one."""
        is_whole = isinstance(self.default, int) and isinstance(given, float) and given.is_integer()
        return int(given) if is_whole else given


@dataclass(frozen=True)
class Observation:
    """What an agent sees: numbers in the order of `observation_names`, and which choices are legal now.

    `legal` has a row per categorical parameter that is masked, by its name: one truth per choice.
    """

    values: Sequence[float] = ()
    legal: Mapping[str, Sequence[bool]] | None = None

    def message(self, parameters: Sequence[Parameter]) -> wire.Observation:
        """The observation as the wire has it: all categorical parameters have a row, or none has."""
        message = wire.Observation(values=[float(value) for value in self.values])
        if self.legal is not None:
            for each in parameters:
                if isinstance(each, Categorical):
                    row = self.legal.get(each.name, [True] * len(each.choices))
                    message.legal.add().choices.extend(map(bool, row))
        return message


class _Declared:
    """What both kinds of environment declare; an instance may set any of these in `__init__`, from what was chosen.

    The class's docstring is the datasheet: its first line the title, all of it the description.
    """

    id: ClassVar[str] = ""
    parameters: Sequence[Parameter] = ()
    metrics: Sequence[Metric] = ()
    options: ClassVar[Sequence[Option]] = ()
    constraints: Sequence[str] = ()
    activity: Mapping[str, str] = {}  # noqa: RUF012
    reference: Mapping[str, float] = {}  # noqa: RUF012
    references: ClassVar[Sequence[str]] = ()
    history: ClassVar[Sequence[str]] = ("v0: first version",)
    observation_names: Sequence[str] = ()
    horizon: int = 1
    is_stateless: ClassVar[bool] = False

    def __init__(self, chosen: Mapping[str, Named]) -> None:
        """Makes an instance; `chosen` has a value for each of `options`, the default or what the user said."""
        self.chosen = dict(chosen)

    def spec(self) -> Spec:
        """What this instance is."""
        return Spec(
            self.id, list(self.parameters), list(self.metrics), list(self.observation_names), self.horizon,
            self.is_stateless, dict(self.reference), list(self.constraints), dict(self.activity),
        )  # fmt: skip


class CostModel(_Declared):
    """A simulator that gives metrics for a design and remembers nothing.

    Declare `id` (lower-case words and a version, `my-cache-v0`), `parameters` and `metrics`, and write `evaluate`.
    Optional: `options` (`self.chosen` has what was chosen), `constraints` between parameters (`"ways * sets <= 4096"`), `activity` (when a parameter
    matters, by its name), `reference` (the metrics of a design to compare with).
    """

    is_stateless = True

    def evaluate(self, design: dict[str, Named]) -> Mapping[str, float | None]:
        """The metrics of a design by name: ints, floats and words for its parameters.

        Raise `sextant.Infeasible("why")` for a design that can't be; any other exception is logged as `failed`. A metric
        that is None or left out is missing. It must not depend on anything but the design and the options.
        """
        raise NotImplementedError


class Environment(_Declared):
    """A simulator with episodes of at most `horizon` steps, which shows `observation_names` after each.

    Beside what `CostModel` declares, write `reset` and `step`. The same seed and actions must give the same again: when a
    worker is lost, another steps the episode anew.
    """

    def reset(self, seed: int) -> Observation | Sequence[float]:
        """Begins an episode and returns what is seen first."""
        raise NotImplementedError

    def step(
        self, action: dict[str, Named]
    ) -> tuple[Observation | Sequence[float], Mapping[str, float | None], bool]:
        """Takes a step: what is seen then, the metrics by name, and whether the episode has come to its end.

        Exceptions are as in `CostModel.evaluate`; they end the episode.
        """
        raise NotImplementedError


Model = type[CostModel] | type[Environment]


def listing(model: Model, spec: Spec | None) -> wire.Listing:
    """What a worker offers of a model; `spec` is that of an instance with default options."""
    words = inspect.getdoc(model) if model.__doc__ else ""
    title = (words or model.id).splitlines()[0].rstrip(".")
    sheet = wire.Datasheet(
        id=model.id, title=title, summary=title, description=words or title, references=model.references,
        history=model.history, options=[option.message() for option in model.options],
    )  # fmt: skip
    return wire.Listing(datasheet=sheet, spec=spec_message(spec) if spec else None)


def make_instance(model: Model, given: Mapping[str, Named]) -> CostModel | Environment:
    """An instance with these options, the others at their defaults."""
    return model({option.name: option.value(given.get(option.name, option.default)) for option in model.options})
