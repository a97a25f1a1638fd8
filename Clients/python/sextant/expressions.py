"""Sextant's conditions over parameters, such as `a < b or page_policy in [Open, Closed]`, over whole batches at once.

The grammar is a part of Python's own, so Python's parser reads it.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .parameters import Categorical, Parameter

Columns = NDArray[np.float64]


class Condition(NamedTuple):
    """A function from actions (one a row) to truth, and the places of the parameters that it reads."""

    holds: Callable[[Columns], NDArray[np.bool_]]
    places: list[int]


_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: np.divide,
}  # fmt: skip
_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.Eq: operator.eq, ast.NotEq: operator.ne,
}  # fmt: skip


def condition(text: str, parameters: Sequence[Parameter]) -> Condition | None:
    """The condition that a text states; None for one that can't be read, which is then left to the broker."""
    places = {parameter.name: place for place, parameter in enumerate(parameters)}
    try:
        body = ast.parse(text.strip(), mode="eval").body
        tree = _bind(body, None, parameters, places)
        np.asarray(tree(np.zeros((1, len(parameters)))))
    except (SyntaxError, KeyError, ValueError, TypeError):
        return None
    names = {ast.unparse(node) for node in ast.walk(body) if isinstance(node, ast.Name | ast.Attribute)}
    read = sorted(places[name] for name in names if name in places)
    return Condition(lambda rows: np.broadcast_to(np.asarray(tree(rows)) != 0, len(rows)), read)


def _bind(
    node: ast.expr, beside: ast.expr | None, parameters: Sequence[Parameter], places: dict[str, int]
) -> Callable[[Columns], Any]:
    """A function of the rows for a node; `beside` is the other side of a comparison, whose choices words name."""

    def bind(node: ast.expr, beside: ast.expr | None = None) -> Callable[[Columns], Any]:
        return _bind(node, beside, parameters, places)

    match node:
        case ast.BoolOp(op=joint, values=nodes):
            parts = [bind(part) for part in nodes]
            combine = np.logical_and if isinstance(joint, ast.And) else np.logical_or
            return lambda rows: combine.reduce(np.broadcast_arrays(*[np.asarray(part(rows)) != 0 for part in parts]))
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            negated = bind(inner)
            return lambda rows: np.asarray(negated(rows)) == 0
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            positive = bind(inner)
            return lambda rows: -positive(rows)
        case ast.BinOp(left=left, op=joint, right=right):
            one, other, apply = bind(left), bind(right), _ARITHMETIC[type(joint)]
            return lambda rows: apply(one(rows), other(rows))
        case ast.Compare(left=left, ops=[ast.In()], comparators=[ast.List(elts=choices)]):
            sought, found = bind(left), [bind(choice, left) for choice in choices]
            return lambda rows: np.any([sought(rows) == choice(rows) for choice in found], axis=0)
        case ast.Compare(left=left, ops=[joint], comparators=[right]):
            one, other, compare = bind(left, right), bind(right, left), _COMPARISONS[type(joint)]
            return lambda rows: compare(one(rows), other(rows))
        case ast.Constant(value=value):
            constant = _constant(value, beside, parameters, places)
            return lambda rows: constant
        case ast.Name() | ast.Attribute():
            name = ast.unparse(node)
            if name in places:
                place = places[name]
                return lambda rows: rows[:, place]
            word = _constant(name, beside, parameters, places)
            return lambda rows: word
        case _:
            raise ValueError


def _constant(
    value: Any, beside: ast.expr | None, parameters: Sequence[Parameter], places: dict[str, int]
) -> float:
    """A number; beside a categorical, the place of the choice that the number or word names."""
    place = places.get(ast.unparse(beside), -1) if isinstance(beside, ast.Name | ast.Attribute) else -1
    parameter = parameters[place] if place >= 0 else None
    if isinstance(parameter, Categorical):
        return float(parameter.choices.index(value if isinstance(value, str) else f"{value:g}"))
    return float(value)
