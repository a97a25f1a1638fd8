"""Shapes of ONNX models as tables of layers, priced by the program."""

import json
import subprocess

import pytest
import sextant
from sextant import onnx_network

onnx = pytest.importorskip("onnx")
helper, FLOAT = onnx.helper, onnx.TensorProto.FLOAT


def model(nodes, inputs, outputs, weights):
    """A model whose weights have shapes and no values that matter."""
    tensors = [
        helper.make_tensor(name, FLOAT, shape, bytes(4 * count(shape)), raw=True) for name, shape in weights.items()
    ]
    graph = helper.make_graph(
        nodes, "net", [helper.make_tensor_value_info(name, FLOAT, shape) for name, shape in inputs.items()],
        [helper.make_tensor_value_info(name, FLOAT, None) for name in outputs], tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])


def count(shape):
    product = 1
    for size in shape:
        product *= size
    return product


def network():
    """A convolution, a depthwise one, a transposed one, attention's products and two dense layers."""
    return model(
        [
            helper.make_node("Conv", ["x", "w1"], ["a"], name="/stem/Conv", strides=[2, 2], pads=[1, 1, 1, 1]),
            helper.make_node("Relu", ["a"], ["b"]),
            helper.make_node("Conv", ["b", "w2"], ["c"], name="dw", group=16, pads=[1, 1, 1, 1]),
            helper.make_node("ConvTranspose", ["c", "w3"], ["d"], name="up", strides=[2, 2]),
            helper.make_node("GlobalAveragePool", ["d"], ["e"]),
            helper.make_node("Flatten", ["e"], ["f"]),
            helper.make_node("Gemm", ["f", "w4", "bias"], ["y"], name="fc", transB=1),
            helper.make_node("MatMul", ["q", "k"], ["z"], name="scores"),
            helper.make_node("MatMul", ["t", "w5"], ["u"], name="dense"),
        ],
        {"x": ["batch", 3, 32, 32], "q": [2, 4, 10, 8], "k": [2, 4, 8, 10], "t": [2, 10, 32]}, ["y", "z", "u"],
        {"w1": [16, 3, 3, 3], "w2": [16, 1, 3, 3], "w3": [16, 8, 2, 2], "w4": [10, 8], "bias": [10], "w5": [32, 64]})


def test_what_multiplies_becomes_a_row():
    rows = {row["layer"]: row for row in onnx_network.table(network(), {"batch": 1})}
    assert list(rows) == ["stem/Conv", "dw", "up", "fc", "scores", "dense"]

    def shape(name):
        return [rows[name][letter] for letter in "NGKCPQRS"]

    assert shape("stem/Conv") == [1, 1, 16, 3, 16, 16, 3, 3] and rows["stem/Conv"]["stride_h"] == 2
    assert shape("dw") == [1, 16, 1, 1, 16, 16, 3, 3] and rows["dw"]["pad_w"] == 1
    assert shape("up") == [1, 1, 32, 16, 16, 16, 1, 1]
    assert shape("fc") == [1, 1, 10, 8, 1, 1, 1, 1] and rows["fc"]["weights"] == 1
    assert shape("scores") == [1, 8, 10, 8, 10, 1, 1, 1] and rows["scores"]["weights"] == 0
    assert shape("dense") == [1, 1, 64, 32, 20, 1, 1, 1] and rows["dense"]["weights"] == 1


def test_an_open_dimension_needs_a_size():
    with pytest.raises(onnx_network.ShapeError, match="--size batch="):
        onnx_network.table(network())


def test_the_program_prices_the_table(tmp_path, capsys):
    onnx.save(network(), tmp_path / "net.onnx")
    assert onnx_network.main([str(tmp_path / "net.onnx"), "--size", "1"]) == 0
    (tmp_path / "net.csv").write_text(capsys.readouterr().out)
    run = subprocess.run(
        [sextant.find_program(), "evaluate", "accelerator-hardware-v0", "--option", "network=net.csv", "--json"],
        cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["metrics"]["energy"] > 0
    assert onnx_network.main([str(tmp_path / "none.onnx")]) == 65
