"""The axes of a design space, as an environment declares them and as the wire has them.

An action's coordinate is *natural*: integers, reals and ordinals hold their value, categoricals the index of their
choice. A design *by name* holds the choice's word instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ._wire import sextant_pb2 as wire
from .errors import SextantError, unknown

Named = float | str
Floats = NDArray[np.float64]
Ranks = NDArray[np.int64]
Scale = Literal["linear", "log2", "inverse"]


@dataclass(frozen=True)
class Parameter:
    """What all kinds of parameters have; use `Integer`, `Real`, `Ordinal` or `Categorical`."""

    name: str
    unit: str = field(default="", kw_only=True)
    note: str = field(default="", kw_only=True)
    default: Named | None = field(default=None, kw_only=True)

    @property
    def count(self) -> int | None:
        """How many values there are; None for a real."""
        raise NotImplementedError

    @property
    def least(self) -> float:
        """The least coordinate, which an inactive parameter holds."""
        return float(self.at(np.zeros(1, dtype=np.int64))[0])

    def at(self, ranks: Ranks) -> Floats:
        """The coordinates of values by their place in order, from 0."""
        return ranks.astype(np.float64)

    def rank(self, coordinate: float) -> int:
        """The place in order of the value with a coordinate."""
        return int(coordinate)

    @property
    def domain_text(self) -> str:
        """The values as a person reads them."""
        raise NotImplementedError

    def natural(self, written: Any) -> float:
        """The coordinate of what a person wrote; raises `SextantError` (`illegal-action`) for no number."""
        try:
            return float(written)
        except (TypeError, ValueError):
            message = f"'{self.name}' is {written!r}, not a number"
            raise SextantError("illegal-action", message, f"it takes {self.domain_text}", self.name) from None

    def named(self, coordinate: float) -> Named:
        """A coordinate as a person reads it: a word, an int where it is whole, else a float."""
        return int(coordinate) if coordinate == int(coordinate) else float(coordinate)

    def _message(self) -> wire.Parameter:
        message = wire.Parameter(name=self.name, unit=self.unit, note=self.note, scale=getattr(self, "scale", "linear"))
        if self.default is not None:
            message.default_value.CopyFrom(value_message(self.default))
        return message


@dataclass(frozen=True)
class Integer(Parameter):
    """Every `step`-th integer from `lowest` to `highest`, both included."""

    lowest: int
    highest: int
    step: int = 1
    scale: Scale = "linear"

    @property
    def count(self) -> int:
        """How many integers there are."""
        return (self.highest - self.lowest) // self.step + 1

    def at(self, ranks: Ranks) -> Floats:
        """The integers of these ranks."""
        return self.lowest + self.step * ranks.astype(np.float64)

    def rank(self, coordinate: float) -> int:
        """The place of an integer."""
        return int(coordinate - self.lowest) // self.step

    @property
    def domain_text(self) -> str:
        """For example `1 … 128`."""
        return f"{self.lowest} … {self.highest}" + (f" by {self.step}" if self.step != 1 else "")

    def _message(self) -> wire.Parameter:
        message = super()._message()
        message.integer.CopyFrom(wire.IntegerDomain(lowest=self.lowest, highest=self.highest, step=self.step))
        return message


@dataclass(frozen=True)
class Real(Parameter):
    """Every number from `lowest` to `highest`."""

    lowest: float
    highest: float
    scale: Scale = "linear"

    @property
    def count(self) -> None:
        """None: reals can't be counted."""
        return None

    @property
    def least(self) -> float:
        """The lower end."""
        return float(self.lowest)

    def on_scale(self, places: Floats) -> Floats:
        """The numbers at places between 0 (the lowest) and 1 on the parameter's scale."""
        low, high = float(self.lowest), float(self.highest)
        if self.scale == "log2":
            found = low * (high / low) ** places
        elif self.scale == "inverse":
            found = 1 / (1 / low + places * (1 / high - 1 / low))
        else:
            found = low + places * (high - low)
        return np.clip(found, low, high)

    @property
    def domain_text(self) -> str:
        """For example `0.5 … 2`."""
        return f"{self.lowest:g} … {self.highest:g}"

    def named(self, coordinate: float) -> float:
        """The number itself."""
        return float(coordinate)

    def _message(self) -> wire.Parameter:
        message = super()._message()
        message.real.CopyFrom(wire.RealDomain(lowest=self.lowest, highest=self.highest))
        return message


@dataclass(frozen=True)
class Ordinal(Parameter):
    """Numbers in rising order, such as powers of two."""

    numbers: Sequence[float]
    scale: Scale = "linear"

    @property
    def count(self) -> int:
        """How many numbers there are."""
        return len(self.numbers)

    def at(self, ranks: Ranks) -> Floats:
        """The numbers of these ranks."""
        return np.asarray(self.numbers, dtype=np.float64)[ranks]

    def rank(self, coordinate: float) -> int:
        """The place of a number; raises `SextantError` (`illegal-action`) for one that is not there."""
        if coordinate not in self.numbers:
            message = f"'{self.name}' is {coordinate:g}, which is not one of {self.domain_text}"
            raise SextantError("illegal-action", message, "", self.name)
        return self.numbers.index(coordinate)

    @property
    def domain_text(self) -> str:
        """For example `1 | 2 | 4`."""
        return " | ".join(f"{number:g}" for number in self.numbers)

    def _message(self) -> wire.Parameter:
        message = super()._message()
        message.ordinal.values.extend(self.numbers)
        return message


@dataclass(frozen=True)
class Categorical(Parameter):
    """Words without an order."""

    choices: Sequence[str]

    @property
    def count(self) -> int:
        """How many choices there are."""
        return len(self.choices)

    @property
    def domain_text(self) -> str:
        """For example `Open | Closed`."""
        return " | ".join(self.choices)

    def natural(self, written: Any) -> float:
        """The index of the choice; raises `SextantError` (`illegal-action`) with a guess for a word that is none."""
        if written not in self.choices:
            raise unknown("illegal-action", f"choice of '{self.name}'", str(written), self.choices)
        return float(self.choices.index(written))

    def named(self, coordinate: float) -> str:
        """The choice's word."""
        return self.choices[int(coordinate)]

    def _message(self) -> wire.Parameter:
        message = super()._message()
        message.categorical.choices.extend(self.choices)
        return message


def value_message(value: Named | bool) -> wire.Value:
    """A number or word as the wire has it."""
    return wire.Value(text=value) if isinstance(value, str) else wire.Value(number=float(value))


def read_value(message: wire.Value) -> Named:
    """A number or word from the wire."""
    return str(message.text) if message.HasField("text") else float(message.number)


def read_parameter(message: wire.Parameter) -> Parameter:
    """A parameter from the wire; raises `SextantError` (`malformed`) for a kind this client does not know."""
    default = read_value(message.default_value) if message.HasField("default_value") else None
    common: dict[str, Any] = {"unit": message.unit, "note": message.note, "default": default}
    kind = message.WhichOneof("domain")
    scale: Any = message.scale or "linear"
    if kind == "integer":
        domain = message.integer
        return Integer(message.name, domain.lowest, domain.highest, max(1, domain.step), scale, **common)
    if kind == "real":
        return Real(message.name, message.real.lowest, message.real.highest, scale, **common)
    if kind == "ordinal":
        return Ordinal(message.name, tuple(message.ordinal.values), scale, **common)
    if kind == "categorical":
        return Categorical(message.name, tuple(message.categorical.choices), **common)
    raise SextantError("malformed", f"the parameter '{message.name}' is of a kind that this client does not know")
