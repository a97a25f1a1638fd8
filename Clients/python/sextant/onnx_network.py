"""The layers of an ONNX model as a table that Sextant's accelerators read.

    python -m sextant.onnx_network model.onnx > network.csv
    sextant evaluate accelerator-hardware-v0 --option network=network.csv

Only shapes are read, so a model without its weights will do. What multiplies becomes a row: `Conv`, `ConvTranspose`,
`Gemm` and `MatMul`; everything else is left out, as in the built-in networks. A dimension that the model leaves open
needs a size: `--size batch=1`, or `--size 1` for all. Needs the package `onnx`.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Callable, Iterable
from typing import Any

Shapes = Callable[[str], list[int]]
Row = dict[str, Any]

COLUMNS = [
    "layer", "N", "G", "K", "C", "P", "Q", "R", "S", "stride_h", "stride_w", "dilation", "pad_h", "pad_w", "repeat",
    "weights",
]


class ShapeError(ValueError):
    """A model whose layers can't be written as loops, in one sentence."""


def table(model: Any, sizes: dict[str, int] | None = None) -> list[Row]:
    """The rows of an ONNX model, dictionaries by `COLUMNS`; `sizes` gives open dimensions by name, `""` all others.

    Raises `ShapeError` for a shape that stays open, or a convolution that isn't one- or two-dimensional.
    """
    import onnx

    _close(model, sizes or {})
    model = onnx.shape_inference.infer_shapes(model, data_prop=True)
    shapes: dict[str, list[int | None]] = {}
    for value in [*model.graph.input, *model.graph.value_info, *model.graph.output]:
        shapes[value.name] = [d.dim_value if d.HasField("dim_value") else None for d in _dimensions(value)]
    for tensor in model.graph.initializer:
        shapes[tensor.name] = list(tensor.dims)
    trained = _trained(model.graph)
    rows: list[Row] = []
    names: set[str] = set()
    for place, node in enumerate(model.graph.node):
        write = _WRITERS.get(node.op_type)
        if write is None:
            continue
        name = (node.name or f"{node.op_type.lower()}{place}").replace(",", "_").replace(" ", "_").strip("/")
        row: Row = dict.fromkeys(COLUMNS, 1) | {"layer": name, "pad_h": 0, "pad_w": 0}
        row |= write(node, lambda tensor, name=name: _shape(shapes, tensor, name))  # type: ignore[misc]
        row["weights"] = int(node.input[1] in trained)
        while row["layer"] in names:
            row["layer"] += "_"
        names.add(row["layer"])
        rows.append(row)
    if not rows:
        raise ShapeError("the model has no layer that multiplies")
    return rows


def _dimensions(value: Any) -> Any:
    return value.type.tensor_type.shape.dim


def _close(model: Any, sizes: dict[str, int]) -> None:
    """Gives open dimensions of the model's inputs their sizes."""
    for value in model.graph.input:
        for dimension in _dimensions(value):
            if dimension.HasField("dim_value") and dimension.dim_value > 0:
                continue
            size = sizes.get(dimension.dim_param, sizes.get(""))
            if size is None:
                raise ShapeError(
                    f"the input '{value.name}' has an open dimension '{dimension.dim_param}': give --size "
                    f"{dimension.dim_param or ''}{'=' if dimension.dim_param else ''}NUMBER")
            dimension.dim_value = size


def _trained(graph: Any) -> set[str]:
    """The tensors that are weights, or come from weights alone."""
    known = {tensor.name for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant" or (node.input and all(name in known or not name for name in node.input)):
            known.update(node.output)
    return known


def _shape(shapes: dict[str, list[int | None]], tensor: str, layer: str) -> list[int]:
    shape = [size or 0 for size in shapes.get(tensor) or [0]]
    if not all(shape):
        raise ShapeError(f"the shape of '{tensor}', which the layer '{layer}' needs, is not known")
    return shape


def _attributes(node: Any) -> dict[str, Any]:
    import onnx

    return {attribute.name: onnx.helper.get_attribute_value(attribute) for attribute in node.attribute}


def _convolution(node: Any, shape: Shapes) -> Row:
    attributes, weights, outputs = _attributes(node), shape(node.input[1]), shape(node.output[0])
    if len(weights) not in (3, 4):
        raise ShapeError(f"the convolution '{node.name}' has {len(weights) - 2} dimensions; 1 and 2 are possible")
    strides = _two(attributes.get("strides", [1]))
    dilations, pads = attributes.get("dilations", [1]), attributes.get("pads", [0])
    if len(set(dilations)) > 1:
        raise ShapeError(f"the convolution '{node.name}' has two dilations; one is possible")
    groups = attributes.get("group", 1)
    height, width = _two(outputs[2:])
    rows, columns = _two(weights[2:])
    padding = [0, pads[0]] if len(pads) <= 2 else pads[:2]
    return {
        "N": outputs[0], "G": groups, "K": weights[0] // groups, "C": weights[1], "P": height, "Q": width, "R": rows,
        "S": columns, "stride_h": strides[0], "stride_w": strides[1], "dilation": dilations[0], "pad_h": padding[0],
        "pad_w": padding[1],
    }


def _transposed(node: Any, shape: Shapes) -> Row:
    """As many multiplications as a 1 x 1 convolution of the input to a filter's worth of outputs for each pixel."""
    weights, inputs = shape(node.input[1]), shape(node.input[0])
    groups = _attributes(node).get("group", 1)
    height, width = _two(inputs[2:])
    rows, columns = _two(weights[2:])
    return {
        "N": inputs[0], "G": groups, "K": weights[1] * rows * columns, "C": weights[0] // groups, "P": height,
        "Q": width,
    }


def _gemm(node: Any, shape: Shapes) -> Row:
    attributes, left, outputs = _attributes(node), shape(node.input[0]), shape(node.output[0])
    return {"P": outputs[0], "K": outputs[1], "C": left[0] if attributes.get("transA") else left[1]}


def _product(node: Any, shape: Shapes) -> Row:
    """A matrix product; a batch of pairs becomes groups, and a batch that shares the second matrix more rows."""
    left, right = shape(node.input[0]), shape(node.input[1])
    left = [1, *left] if len(left) == 1 else left
    right = [*right, 1] if len(right) == 1 else right
    batch = _many(right[:-2])
    rows = left[-2] * max(1, _many(left[:-2]) // batch)
    return {"G": batch, "P": rows, "K": right[-1], "C": left[-1]}


def _many(numbers: Iterable[int]) -> int:
    product = 1
    for number in numbers:
        product *= number
    return product


def _two(numbers: list[int]) -> list[int]:
    """Rows and columns; a one-dimensional convolution has one row."""
    return [1, numbers[0]] if len(numbers) == 1 else list(numbers[:2])


_WRITERS: dict[str, Callable[[Any, Shapes], Row]] = {
    "Conv": _convolution, "ConvTranspose": _transposed, "Gemm": _gemm, "MatMul": _product,
}  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Reads a model and writes its table; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m sextant.onnx_network", description=__doc__.split("\n")[0])
    parser.add_argument("model", help="an ONNX file")
    parser.add_argument("--size", action="append", default=[], help="NAME=NUMBER for an open dimension, NUMBER for all")
    given = parser.parse_args(arguments)
    try:
        import onnx
    except ImportError:
        print("error: the package 'onnx' is not installed\n  help: pip install onnx", file=sys.stderr)
        return 69
    try:
        sizes = {name: int(size) for name, _, size in (word.rpartition("=") for word in given.size)}
        rows = table(onnx.load(given.model, load_external_data=False), sizes)
    except (ShapeError, ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 65
    writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
