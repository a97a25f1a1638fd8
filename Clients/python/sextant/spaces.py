"""Sextant's spaces as Gymnasium has them.

| parameters | action space | an action |
|---|---|---|
| one that can be counted | `Discrete(n)` | the rank of its value |
| all can be counted | `MultiDiscrete([n, …])` | the rank of each value, in the spec's order |
| all are real | `Box` | the values |
| some of each | `Dict` by name of `Discrete` and scalar `Box` | the rank or value of each |
| any, with `actions="box"` | `Box(0, 1)` | the place of each between its least and greatest, reals on their scale |

A rank counts a parameter's values from 0: choices and ordinals as they are listed, integers from the lowest. An
observation is a `Box` of the spec's numbers; a one-shot problem has nothing to see, which is `Discrete(1)`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from .errors import SextantError
from .parameters import Categorical, Floats, Integer, Ordinal, Real
from .spec import Design, Spec

ActionKind = Literal["auto", "box"]
# More choices than this in all have no masks: they would be larger than what they mask.
_MASK_LIMIT = 1_000_000


def observation_space(spec: Spec) -> spaces.Space[Any]:
    """What an agent sees of an environment."""
    width = len(spec.observation_names)
    return spaces.Box(-np.inf, np.inf, (width,), np.float64) if width else spaces.Discrete(1)


class ActionCodec:
    """The action space of a spec, and the way from its members to natural coordinates and back."""

    def __init__(self, spec: Spec, kind: ActionKind = "auto") -> None:
        counts = [parameter.count for parameter in spec.parameters]
        self._spec, self._kind = spec, kind
        self._countable = [place for place, count in enumerate(counts) if count is not None]
        self._counts = np.array([count or 0 for count in counts], dtype=np.int64)
        self.space: spaces.Space[Any]
        reals = [parameter for parameter in spec.parameters if isinstance(parameter, Real)]
        if kind == "box":
            self.space = spaces.Box(0.0, 1.0, (len(counts),), np.float64)
        elif not reals:
            discrete = len(counts) == 1
            self.space = spaces.Discrete(int(self._counts[0])) if discrete else spaces.MultiDiscrete(self._counts)
        elif len(reals) == len(counts):
            low, high = np.array([(each.lowest, each.highest) for each in reals], dtype=np.float64).T
            self.space = spaces.Box(low, high, dtype=np.float64)
        else:
            self.space = spaces.Dict({each.name: _axis(each) for each in spec.parameters})
        self._is_mixed = isinstance(self.space, spaces.Dict)
        self._bounds = self._counts[self._countable]
        self._set_up_ranks()
        self._set_up_masks()

    # Actions

    def _set_up_ranks(self) -> None:
        """Choices and integers are a line over their rank, ordinals a table, so that a batch is a line of arithmetic."""
        integers = [each if isinstance(each, Integer) else None for each in self._spec.parameters]
        self._lowest = np.array([float(each.lowest) if each else 0.0 for each in integers])
        self._stride = np.array([float(each.step) if each else 1.0 for each in integers])
        ordinals = {place: each for place, each in enumerate(self._spec.parameters) if isinstance(each, Ordinal)}
        self._tables = {place: np.asarray(each.numbers, dtype=np.float64) for place, each in ordinals.items()}

    def natural(self, actions: Any, count: int) -> Floats:
        """`count` members of the space (one alone, or a batch as Gymnasium stacks it) in natural coordinates, a row each.

        Raises `SextantError` (`illegal-action`) for the wrong number of values or a rank that its parameter lacks.
        """
        if isinstance(actions, Mapping):
            columns = [np.asarray(actions[each.name]).reshape(count) for each in self._spec.parameters]
            given: NDArray[Any] = np.stack(columns, axis=1)
        else:
            given = np.asarray(actions)
        try:
            given = given.reshape(count, len(self._counts))
        except ValueError:
            shape = (count, len(self._counts))
            raise SextantError("illegal-action", f"the action has shape {given.shape}, not {shape}") from None
        if self._kind == "box":
            return self._placed(given)
        if self._is_mixed:
            return self._partly(given)
        if not self._countable:
            return given.astype(np.float64)
        self._check(given, self._countable)
        result = self._lowest + self._stride * given
        for place, numbers in self._tables.items():
            result[:, place] = numbers[given[:, place].astype(np.int64)]
        return result

    def _partly(self, given: NDArray[Any]) -> Floats:
        """Ranks where a parameter can be counted, values where it is real."""
        self._check(given[:, self._countable], self._countable)
        result = given.astype(np.float64)
        for place in self._countable:
            result[:, place] = self._spec.parameters[place].at(given[:, place].astype(np.int64))
        return result

    def _check(self, ranks: NDArray[Any], places: list[int]) -> None:
        wrong = (ranks < 0) | (ranks >= self._bounds)
        if ranks.dtype.kind == "f":
            wrong |= ranks != np.floor(ranks)
        if wrong.any():
            row, column = np.argwhere(wrong)[0]
            parameter = self._spec.parameters[places[column]]
            message = f"the action for '{parameter.name}' is {ranks[row, column]:g}, not a rank below {parameter.count}"
            raise SextantError("illegal-action", message, f"a rank names one of {parameter.domain_text}", parameter.name)

    def _placed(self, places: NDArray[Any]) -> Floats:
        """Places between 0 and 1 in natural coordinates."""
        places = np.clip(np.nan_to_num(places.astype(np.float64)), 0, 1)
        columns = []
        for parameter, place in zip(self._spec.parameters, places.T, strict=True):
            if isinstance(parameter, Real):
                columns.append(parameter.on_scale(place))
            else:
                count = parameter.count or 1
                columns.append(parameter.at(np.minimum(place * count, count - 1).astype(np.int64)))
        return np.stack(columns, axis=1)

    def member(self, design: Design) -> Any:
        """A design by name as a member of the space; what it does not name has its default."""
        action = self._spec.action(design)
        if self._kind == "box":
            message = "a design by name has no single place in a box"
            raise SextantError("usage", message, 'make the environment with actions="auto"')
        pairs = list(zip(self._spec.parameters, action, strict=True))
        if isinstance(self.space, spaces.Box):
            return np.array(action)
        if isinstance(self.space, spaces.Dict):
            return {each.name: np.array(x) if isinstance(each, Real) else np.int64(each.rank(x)) for each, x in pairs}
        ranks = np.array([each.rank(x) for each, x in pairs], dtype=np.int64)
        return ranks[0] if isinstance(self.space, spaces.Discrete) else ranks

    # Masks

    def _set_up_masks(self) -> None:
        self.mask_width = int(self._counts.sum())
        discrete = isinstance(self.space, spaces.Discrete | spaces.MultiDiscrete | spaces.Dict)
        self.has_masks = discrete and 0 < self.mask_width <= _MASK_LIMIT
        self._all_legal = np.ones(self.mask_width if self.has_masks else 0, dtype=np.int8)
        ends = np.cumsum(self._counts)
        self._cuts = [(int(end - count), int(end)) for end, count in zip(ends, self._counts, strict=True)]
        is_word = [isinstance(parameter, Categorical) for parameter in self._spec.parameters]
        self._word_cuts = [cut for cut, word in zip(self._cuts, is_word, strict=True) if word]

    def flat_mask(self, legal: Any) -> NDArray[np.bool_]:
        """Which ranks are legal now, the parameters one after the other, from the masks of an observation."""
        mask = np.ones(self.mask_width, dtype=np.bool_)
        for (start, end), row in zip(self._word_cuts, legal, strict=False):
            if row.choices:
                mask[start:end] = row.choices
        return mask

    def sample_mask(self, flat: NDArray[np.bool_] | None) -> Any:
        """A flat mask in the form that `action_space.sample(mask=…)` takes, in memory of its own; None masks nothing."""
        whole: NDArray[np.int8] = self._all_legal.copy() if flat is None else flat.astype(np.int8)
        if isinstance(self.space, spaces.Discrete):
            return whole
        parts = [whole[start:end] for start, end in self._cuts]
        if isinstance(self.space, spaces.MultiDiscrete):
            return tuple(parts)
        named = zip(self._spec.parameters, parts, strict=True)
        return {each.name: None if isinstance(each, Real) else part for each, part in named}


def _axis(parameter: Any) -> spaces.Space[Any]:
    if isinstance(parameter, Real):
        return spaces.Box(parameter.lowest, parameter.highest, (), np.float64)
    return spaces.Discrete(int(parameter.count))
