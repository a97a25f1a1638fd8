"""What is sought, as people say it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ._wire import sextant_pb2 as wire
from .errors import SextantError, unknown

ObjectiveLike = str | Mapping[str, Any] | None

_SINGLE = ("minimize", "maximize", "accumulate")
_WEIGHTED = ("product", "target", "archgym")


def objective_message(objective: ObjectiveLike, constraints: Sequence[str] = ()) -> wire.Objective | None:
    """An objective as the wire has it; None for the environment's first metric.

    `"latency"` (by the metric's own goal), `"minimize latency"`, or as manifests have it: `{"maximize": "bandwidth"}`,
    `{"product": {"latency": 1, "energy": 1}}`, `{"target": {"power": 1.0}}`, `{"accumulate": "cost"}`,
    `{"archgym": {"power": 1.0}}`, `{"pareto": ["latency", "energy"]}`.
    """
    if objective is None:
        if constraints:
            raise SextantError("usage", "constraints need an objective beside them", 'for example objective="latency"')
        return None
    kind, what = _parts(objective)
    if kind in _SINGLE and isinstance(what, str):
        terms = {what: 1.0}
    elif kind in _WEIGHTED and isinstance(what, Mapping):
        terms = {str(name): float(amount) for name, amount in what.items()}
    elif kind == "pareto" and not isinstance(what, str | Mapping):
        terms = {str(name): 1.0 for name in what}
    elif kind in (*_SINGLE, *_WEIGHTED, "pareto"):
        raise SextantError("usage", f"the objective '{kind}' can't be of {what!r}", "see help(sextant.make)")
    else:
        raise unknown("usage", "objective", kind, (*_SINGLE, *_WEIGHTED, "pareto"))
    return wire.Objective(
        kind=kind, constraints=constraints, terms=[wire.Term(metric=name, amount=x) for name, x in terms.items()]
    )


def _parts(objective: str | Mapping[str, Any]) -> tuple[str, Any]:
    if isinstance(objective, str):
        words = objective.split()
        # A product of one metric is scored by the metric's own goal.
        return (words[0], words[1]) if len(words) == 2 else ("product", {objective: 1})
    if len(objective) != 1:
        raise SextantError("usage", "an objective has one kind", 'for example {"minimize": "latency"}')
    return next(iter(objective.items()))
