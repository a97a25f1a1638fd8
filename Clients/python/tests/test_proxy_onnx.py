"""Proxies as ONNX models: what onnxruntime makes of them is what the program says, to 1e-5."""

import json
import random
import subprocess

import pytest
import sextant
from test_import import program

np = pytest.importorskip("numpy")
onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")

KINDS = ["boosted", "forest", "process", "networks", "ridge"]
STUDIES = {
    # Ordinals, logarithms, choices, and parameters that some choices make inactive.
    "dram-controller-v0": ("{ id: dram-controller-v0, workload: random, requests: 200 }", ["latency", "energy"]),
    # One alphabet throughout, which a process compares as a sequence.
    "synthetic-recipe20-v0": ("synthetic-recipe20-v0", []),
    # Designs that can't be evaluated.
    "accelerator-mapping-v0": ("accelerator-mapping-v0", ["latency"]),
}
TABLE = """
study: table
environment: mixture-v0
parameters:
  share: share
  size: { column: size, scale: log2 }
  kind: kind
metrics: { slack: { column: slack, unit: ns } }
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A log with samples of four environments, one of them another tool's table with real numbers."""
    folder = tmp_path_factory.mktemp("onnx")
    for environment, (written, _) in STUDIES.items():
        (folder / "runs.yaml").write_text(
            f"study: {environment}\nenvironment: {written}\nagent: random\nbudget: 150\nseeds: 1\n")
        program("run", "runs.yaml", cwd=folder)
    draw = random.Random(1)
    rows = ["share,size,kind,slack"]
    for _ in range(120):
        share, size, kind = round(draw.random(), 6), 2 ** draw.randrange(9), draw.choice("abc")
        rows.append(f"{share},{size},{kind},{share * size / 40 - share * share + 'abc'.index(kind) - 2}")
    (folder / "table.csv").write_text("\n".join(rows))
    (folder / "table.yaml").write_text(TABLE)
    program("import", "table.csv", "--mapping", "table.yaml", cwd=folder)
    return folder


def exported(folder, environment, *words):
    """A trained proxy's name, and the model that it is exported as."""
    named = [word for metric in STUDIES.get(environment, ("", []))[1] for word in ("--metric", metric)]
    program(
        "proxy", "train", "sextant.db", "--environment", environment, "--output", "own.proxy", *named, *words,
        cwd=folder)  # fmt: skip
    assert "own.onnx" in program("proxy", "export", "own.proxy", "--output", "own.onnx", cwd=folder).stderr
    model = onnx.load(folder / "own.onnx")
    onnx.checker.check_model(model, full_check=True)
    return model


def properties(model):
    return {entry.key: entry.value for entry in model.metadata_props}


def designs(model, count=200, seed=2):
    """Legal designs by what the model itself says of its parameters: words or numbers, and as the model reads them."""
    draw = random.Random(seed)
    parameters = json.loads(properties(model)["parameters"])
    named, rows = [], []
    for _ in range(count):
        action, row = {}, []
        for axis in parameters:
            if axis["domain"] == "categorical":
                place = draw.randrange(len(axis["choices"]))
                action[axis["name"]] = axis["choices"][place]
                row.append(place)
                continue
            if axis["domain"] == "ordinal":
                value = draw.choice(axis["values"])
            elif axis["domain"] == "integer":
                value = draw.randrange(int(axis["low"]), int(axis["high"]) + 1, axis["step"])
            else:
                value = draw.uniform(axis["low"], axis["high"])
            action[axis["name"]] = value
            row.append(value)
        named.append(action)
        rows.append(row)
    return named, np.array(rows, dtype=np.float64)


def told(folder, named, caution=0):
    """What the program says of designs."""
    words = ["evaluate", "proxy:own.proxy", "--option", f"caution={caution}", "--batch", "-", "--json"]
    done = subprocess.run(
        [sextant.find_program(), *words], input="\n".join(map(json.dumps, named)), cwd=folder, capture_output=True,
        text=True)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def run(folder, rows):
    session = onnxruntime.InferenceSession(folder / "own.onnx", providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(None, {"design": rows}), strict=True))


def compare(folder, model):
    """Fails unless onnxruntime and the program agree; returns what the former says and the latter's lines."""
    names = [metric["name"] for metric in json.loads(properties(model)["metrics"])]
    goals = [metric["goal"] for metric in json.loads(properties(model)["metrics"])]
    named, rows = designs(model)
    lines, careful, found = told(folder, named), told(folder, named, caution=1), run(folder, rows)
    assert found["metrics"].shape == found["deviations"].shape == (len(rows), len(names))
    known = [place for place, line in enumerate(lines) if line["status"] == "ok"]
    assert len(known) > 20
    for column, (name, goal) in enumerate(zip(names, goals, strict=True)):
        values = np.array([lines[place]["metrics"][name] for place in known])
        assert np.ptp(values) > 0
        np.testing.assert_allclose(found["metrics"][known, column], values, rtol=1e-5, atol=1e-5 * values.std())
        assert (found["deviations"][:, column] > 0).all()
        if goal == "minimize":
            worse = np.array([careful[place]["metrics"][name] for place in known])
            both = found["metrics"][known, column] + found["deviations"][known, column]
            np.testing.assert_allclose(both, worse, rtol=1e-5, atol=1e-5 * values.std())
    return found, lines


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_model_gives_the_same_numbers(folder, kind):
    model = exported(folder, "dram-controller-v0", "--model", kind)
    compare(folder, model)
    said = properties(model)
    assert said["environment"] == "dram-controller-v0" and "requests=200" in said["options"]
    assert [axis["name"] for axis in json.loads(said["parameters"])][0] == "page_policy"
    assert [(metric["name"], metric["unit"]) for metric in json.loads(said["metrics"])][0] == ("latency", "ns")
    assert json.loads((folder / "own.proxy").read_text().splitlines()[0])["hash"] == said["proxy"]
    assert "refresh_max_postponed" in said["activity"]


@pytest.mark.parametrize("kind", ["boosted", "process"])
def test_a_chain_gives_the_same_numbers(folder, kind):
    compare(folder, exported(folder, "dram-controller-v0", "--model", kind, "--chain"))


def test_a_process_over_sequences_gives_the_same_numbers(folder):
    compare(folder, exported(folder, "synthetic-recipe20-v0", "--model", "process"))


@pytest.mark.parametrize("kind", ["forest", "networks"])
def test_real_numbers_and_a_metric_of_both_signs_give_the_same_numbers(folder, kind):
    compare(folder, exported(folder, "mixture-v0", "--model", kind))


def test_what_stands_in_an_inactive_parameters_place_does_not_matter(folder):
    model = exported(folder, "dram-controller-v0", "--model", "boosted")
    names = [axis["name"] for axis in json.loads(properties(model)["parameters"])]
    named, rows = designs(model)
    idle = np.array([action["refresh_policy"] == "NoRefresh" for action in named])
    other = rows.copy()
    other[:, names.index("refresh_max_postponed")] = 1
    one, two = run(folder, rows)["metrics"], run(folder, other)["metrics"]
    assert idle.any() and (one[idle] == two[idle]).all() and (one[~idle] != two[~idle]).any()


def test_the_chance_to_be_feasible_is_an_output(folder):
    found, lines = compare(folder, exported(folder, "accelerator-mapping-v0", "--model", "boosted"))
    assert [line["status"] == "ok" for line in lines] == (found["feasible"][:, 0] >= 0.5).tolist()
    assert 0 < sum(line["status"] != "ok" for line in lines) < len(lines)


def test_what_is_no_proxy_is_refused(folder):
    assert "is no proxy" in program("proxy", "export", "sextant.db", cwd=folder, code=65).stderr
